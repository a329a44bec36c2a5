/** `couplet approve` and `couplet drift approvals` over a report in a folder. */
import { readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { toJsonText } from "../../../generator/drift/report/json.ts";
import { projectOf, runIn } from "../explain/run-in-project.ts";
import { findings, fixtureReport, hostileReport } from "./fixture-report.ts";

const name = "couplet.approvals.yaml";
const report = { "drift.json": toJsonText(fixtureReport(findings)) };
const now = ["--now", "2026-11-22"];
const approve = (root: string, ...args: string[]): ReturnType<typeof runIn> =>
  runIn(root, "approve", ...args, "--report", "drift.json", ...now);

describe("approve", () => {
  test("writes what the finding is, and why it is accepted", async () => {
    const root = projectOf(report);
    const args = [
      "b7c1e0a94f2d11aa",
      "0a00000000000003",
      "--reason",
      "handled: by default",
      "--by",
      "payments",
      "--until",
      "2027-01-31",
    ];
    expect(await approve(root, ...args)).toEqual({
      code: 0,
      err: "",
      out:
        "approved response-enum-value-added acme@2026-01 /components/schemas/Charge/properties/status\n" +
        "approved response-property-became-optional acme@2026-01 /components/schemas/Charge/properties/status\n" +
        "couplet.approvals.yaml: 2 approvals added\n",
    });
    expect(readFileSync(join(root, name), "utf8")).toBe(
      `# Accepted drift: each entry is one finding of a report, and why it is accepted.
version: 1
approvals:
- fingerprint: b7c1e0a94f2d11aa
  rule: response-enum-value-added
  where: acme@2026-01 /components/schemas/Charge/properties/status
  reason: "handled: by default"
  by: payments
  until: 2027-01-31
- fingerprint: 0a00000000000003
  rule: response-property-became-optional
  where: acme@2026-01 /components/schemas/Charge/properties/status
  reason: "handled: by default"
  by: payments
  until: 2027-01-31
`.replaceAll(/^(?=[- ] )/gm, "  "),
    );
    expect((await approve(root, "b7c1e0a94f2d11aa", "--reason", "again")).out).toMatch(
      /0 approvals added, 1 renewed\n$/,
    );
    expect(parse(readFileSync(join(root, name), "utf8")).approvals[0]).toEqual({
      fingerprint: "b7c1e0a94f2d11aa",
      rule: "response-enum-value-added",
      where: "acme@2026-01 /components/schemas/Charge/properties/status",
      reason: "again",
    });
  });

  test("reads the report of `check` too", async () => {
    const root = projectOf({ "drift.json": JSON.stringify({ command: "check", drift: fixtureReport(findings) }) });
    expect((await approve(root, "b7c1e0a94f2d11aa", "--reason", "x")).code).toBe(0);
  });

  test("keeps hostile places in one entry", async () => {
    const root = projectOf({ "drift.json": toJsonText(hostileReport()) });
    expect((await approve(root, "b7c1e0a94f2d11aa", "--reason", "x")).code).toBe(0);
    expect(parse(readFileSync(join(root, name), "utf8")).approvals).toHaveLength(1);
  });

  const refused: [string, string[], string][] = [
    ["no reason", [], "C004 an approval needs a reason"],
    ["an empty reason", ["--reason", " "], "C004 an approval needs a reason"],
    ["a day that is none", ["--reason", "x", "--until", "soon"], 'C004 --until "soon" is no day to come'],
    ["a day that is past", ["--reason", "x", "--until", "2026-11-21"], 'C004 --until "2026-11-21" is no day to come'],
  ];
  test.each(refused)("with %s is refused", async (_, args, told) => {
    const root = projectOf(report);
    const { code, err } = await approve(root, "b7c1e0a94f2d11aa", ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(`command line:1:1 error ${told}`)]);
    expect(() => readFileSync(join(root, name))).toThrow();
  });

  test("of what the report does not have is refused, with what it has", async () => {
    const { code, err } = await approve(projectOf(report), "b7c1e0a94f2d11ab", "--reason", "x");
    expect(code).toBe(2);
    expect(err).toContain(
      'the report has no finding "b7c1e0a94f2d11ab"\n  fix: it has b7c1e0a94f2d11aa (response-enum-value-added), ',
    );
  });

  test.each([
    ["no report", undefined, "command line:1:1 error C004 an approval says what it is about"],
    ["no such report", {}, "drift.json:1:1 error A002 there is no such file"],
    ["no JSON", { "drift.json": "{" }, "drift.json:1:1 error A002 this is not JSON"],
    ["another JSON", { "drift.json": "{}" }, "drift.json:1:1 error A002 this is no report of drift: schemaVersion "],
  ])("with %s is refused", async (_, files, told) => {
    const root = projectOf(files ?? {});
    const args = [
      "approve",
      "b7c1e0a94f2d11aa",
      "--reason",
      "x",
      ...(files === undefined ? [] : ["--report", "drift.json"]),
    ];
    const { code, err } = await runIn(root, ...args);
    expect([code, err.slice(0, told.length)]).toEqual([2, told]);
  });

  test("beside a broken file of approvals leaves it as it is", async () => {
    const root = projectOf({ ...report, [name]: "version: 2\n" });
    const { code, err } = await approve(root, "b7c1e0a94f2d11aa", "--reason", "x");
    expect([code, err]).toEqual([2, expect.stringContaining(`${name}:1:10 error A001 the file is not of version 1`)]);
    expect(readFileSync(join(root, name), "utf8")).toBe("version: 2\n");
  });
});

describe("drift approvals", () => {
  const text = `version: 1
approvals:
  # the old id
  - { fingerprint: 0a00000000000004, rule: response-property-removed, reason: only logged, until: 2026-11-22 }
  - { fingerprint: 0c00000000000000, rule: operation-removed, reason: ours no more, until: 2026-11-21, by: ops }
  - { fingerprint: 0b00000000000000, rule: operation-removed, reason: not ours }
`;
  test("says what holds", async () => {
    const root = projectOf({ [name]: text });
    expect(await runIn(root, "drift", "approvals", ...now)).toEqual({
      code: 5,
      err: "",
      out:
        `${name}:4 0a00000000000004 response-property-removed\n  holds until 2026-11-22: only logged\n` +
        `${name}:5 0c00000000000000 operation-removed\n  it ended on 2026-11-21: ours no more, by ops\n` +
        `${name}:6 0b00000000000000 operation-removed\n  holds: not ours\n3 approvals, 1 does not hold\n`,
    });
    expect(JSON.parse((await runIn(root, "drift", "approvals", "--json", ...now)).out).approvals[1]).toMatchObject({
      fingerprint: "0c00000000000000",
      line: 5,
      problem: "it ended on 2026-11-21",
    });
  });
  test("removes what does not hold, also by what a report knows", async () => {
    const root = projectOf({ [name]: text, ...report });
    const pruned = await runIn(root, "drift", "approvals", "--prune", "--report", "drift.json", ...now);
    expect([pruned.code, pruned.out.split("\n").at(-2)]).toEqual([0, "3 approvals, 2 removed"]);
    expect(readFileSync(join(root, name), "utf8")).toBe(`${text.split("\n").slice(0, 4).join("\n")}\n`);
    expect((await runIn(root, "drift", "approvals", ...now)).code).toBe(0);
  });
  test("goes by the place where a report tells of two", async () => {
    const of = (version: string): string =>
      `  - { fingerprint: 0b00000000000000, rule: operation-removed, where: acme@${version} /x, reason: r }\n`;
    const [first, second] = [of("v1"), of("v2")];
    const stale = [
      { fingerprint: "0b00000000000000", rule: "operation-removed", reason: "r", where: "acme@v2 /x", problem: "gone" },
    ];
    const root = projectOf({
      [name]: `version: 1\napprovals:\n${first}${second}`,
      "drift.json": toJsonText({ ...fixtureReport(), staleApprovals: stale }),
    });
    await runIn(root, "drift", "approvals", "--prune", "--report", "drift.json", ...now);
    expect(readFileSync(join(root, name), "utf8")).toBe(`version: 1\napprovals:\n${first}`);
  });
  test("without a file has none", async () => {
    expect(await runIn(projectOf({}), "drift", "approvals")).toEqual({ code: 0, err: "", out: "0 approvals\n" });
  });
  test("writes over no link", async () => {
    const root = projectOf({ [name]: text, ...report });
    renameSync(join(root, name), join(root, "elsewhere.yaml"));
    symlinkSync("elsewhere.yaml", join(root, name));
    const { code, err } = await runIn(root, "drift", "approvals", "--prune", ...now);
    expect([code, err]).toEqual([2, expect.stringContaining(`${name}:1:1 error C003 there is a folder, a link`)]);
    expect(readFileSync(join(root, "elsewhere.yaml"), "utf8")).toBe(text);
  });
});
