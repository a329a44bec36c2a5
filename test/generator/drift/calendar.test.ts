/** What ends, and when: entries in order, and which of them are findings on a day. */
import { describe, expect, test } from "vitest";
import { runIn } from "../explain/run-in-project.ts";
import { copyOf, editIn, ownProject, readIn } from "./own-project.ts";

const root = await ownProject("shippo", "klaviyo");
const document = "specs/shippo/2018-02-08/openapi.yaml";

/** A project whose first operation of shippo is deprecated, with this further line. */
async function deprecated(line = ""): Promise<string> {
  const copy = copyOf(root);
  editIn(copy, document, (text) =>
    text.replace(/^( +)operationId: /m, `$1deprecated: true\n${line && `$1${line}\n`}$1operationId: `),
  );
  expect(await runIn(copy, "generate")).toMatchObject({ code: 0 });
  return copy;
}

const ending = await deprecated('x-sunset: "2027-03-01"');
const key = /"([^"]+)": "2027-03-01"/.exec(readIn(ending, "couplet.lock.json"))![1]!;

describe("couplet drift calendar", () => {
  test.each([
    ["2026-11-30", 0, undefined, undefined],
    ["2026-12-01", 0, "risky", `is switched off on 2027-03-01, in 90 days`],
    ["2027-03-01", 0, "risky", `is switched off on 2027-03-01, in 0 days`],
    ["2027-03-02", 1, "breaking", `was to be switched off on 2027-03-01`],
  ] as const)("on %s exits %i", async (now, code, severity, message) => {
    const { code: found, out } = await runIn(ending, "drift", "calendar", "--json", "--now", now);
    const report = JSON.parse(out);
    expect(found).toBe(code);
    expect(report.calendar.map(({ date, what }: { date?: string; what: string }) => [date, what])).toEqual([
      ["2027-03-01", "sunset"],
      ["2028-01-15", "support-ends"],
      ["2028-04-15", "support-ends"],
    ]);
    expect(report.findings.map((one: { severity: string }) => one.severity)).toEqual(severity ? [severity] : []);
    if (message) {
      const [{ message: told, location, operation }] = report.findings;
      expect(told).toMatch(/^[A-Z]+ \/\S+ /);
      expect(told.endsWith(message)).toBe(true);
      expect(operation).toMatchObject({ key, clientMethod: expect.stringMatching(/^\w+\.\w+$/) });
      expect(location.base).toMatchObject({ file: "couplet.lock.json", line: expect.any(Number) });
      expect(location.base.line).toBeGreaterThan(5);
    }
  });

  test("a longer warning, one provider, and a day that nobody told", async () => {
    const far = await runIn(ending, "drift", "calendar", "shippo", "--within", "365d", "--now", "2026-11-22");
    expect(far.code).toBe(0);
    expect(far.out).toContain("risky operation-sunset-near");
    expect(far.out).not.toContain("klaviyo");
    const soon = await runIn(await deprecated(), "drift", "calendar", "shippo", "--now", "2026-11-22");
    expect(soon.out).toMatch(/^no date {5}shippo@2018-02-08 .*: is deprecated {2}\(document\)$/m);
  });

  test("ends of approvals are listed with their place", async () => {
    const copy = copyOf(root);
    const { writeFileSync } = await import("node:fs");
    const approval =
      'fingerprint: "0123456789abcdef"\n    rule: x\n    where: shippo@2018-02-08 GET /a\n    reason: r\n    until: 2026-12-24\n';
    writeFileSync(`${copy}/couplet.approvals.yaml`, `version: 1\napprovals:\n  - ${approval}`);
    const { out } = await runIn(copy, "drift", "calendar", "shippo", "--now", "2026-11-22");
    expect(out).toContain("2026-12-24  shippo@2018-02-08: an approval ends  (couplet.approvals.yaml:3)");
  });

  test.each([
    [["--within", "soon"], "--within"],
    [["--now", "2027-02-30"], "--now"],
    [["nobody"], "nobody"],
  ])("%j is bad usage", async (args, named) => {
    const { code, err } = await runIn(root, "drift", "calendar", ...args);
    expect(code).toBe(2);
    expect(err).toContain(named);
  });

  test("without a lock it says what to do", async () => {
    const copy = copyOf(root);
    (await import("node:fs")).rmSync(`${copy}/couplet.lock.json`);
    const { code, err } = await runIn(copy, "drift", "calendar");
    expect([code, err]).toEqual([2, expect.stringContaining("couplet generate")]);
  });
});

test("couplet check tells an end that has passed, and the next one", async () => {
  const past = await runIn(ending, "check", "--now", "2027-03-02");
  expect(past.code).toBe(1);
  expect(past.out).toMatch(/^FAIL calendar .*3 announced, the next on 2028-01-15: 1 breaking/m);
  const before = await runIn(ending, "check", "--now", "2026-11-22");
  expect(before.out).toMatch(/^ok {3}calendar .*3 announced, the next on 2027-03-01$/m);
});
