import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownOptions } from "../../runtime/own-options.ts";
import { generatePackage } from "../conformance/generate-package.ts";

const events = [
  ["added", false],
  ["removed", false],
];
const generatedScript = fileURLToPath(new URL("./polluted-generated.ts", import.meta.url));
const script = fileURLToPath(new URL("./polluted-call.ts", import.meta.url));

test("a polluted Object.prototype supplies no option: every request goes where, and as, the client says", async () => {
  const flags = ["--conditions=@couplet/source", "--disable-proto=throw"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const told = JSON.parse(stdout) as {
    sent: { url: string; headers: [string, string][]; body: string }[];
    outcomes: string[];
  };
  expect(told.outcomes).toEqual(["get: ok", "create: ok", "new client: ok"]);
  expect(told.sent).toHaveLength(3);
  for (const { url, headers, body } of told.sent) {
    expect(url).toMatch(/^https:\/\/pay\.example\//);
    expect(new Map(headers).get("authorization")).toBe("Bearer sk_test_very_secret_0123456789");
    expect(`${url} ${JSON.stringify(headers)} ${body}`).not.toMatch(/polluted|attacker/);
  }
}, 60_000);

const flags = ["--conditions=@couplet/source", "--disable-proto=throw", "--disallow-code-generation-from-strings"];

describe("generated clients where no text becomes code, `__proto__` throws, and the prototype is polluted", () => {
  const out = fileURLToPath(new URL(`../.tmp/polluted-${process.pid}`, import.meta.url));
  beforeAll(async () => {
    await generatePackage("test/conformance/media.openapi.yaml", out);
  }, 60_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  const valid = { pages: ["ch_1", "ch_2", "ch_3"], events, lines: ["added", "removed"], valid: ["i_1", false] };
  const refused = expect.stringContaining("InputValidationError: chat.create");
  test.each([
    ["enumerable", valid, 0],
    ["hidden", { ...valid, "not valid": refused }, 2],
  ])("%s", { timeout: 60_000 }, async (kind, outcomes, warnings) => {
    const work = promisify(execFile)(process.execPath, [...flags, generatedScript, `${out}/1`, kind]);
    const told = JSON.parse((await work).stdout) as { outcomes: object; sent: string[]; warned: string[] };
    expect(told.outcomes).toEqual(outcomes);
    expect(told.sent).toHaveLength(5);
    for (const one of told.sent) {
      expect(one).toMatch(/^\["https:\/\/(?:api\.stripe\.com|media\.example)\//);
      expect(one).not.toMatch(/polluted|attacker/);
    }
    expect(told.sent[1]).toContain("starting_after=ch_2");
    expect(told.sent[1]).toContain('["authorization","Bearer sk_own"]');
    // The validators are at work: the charges of the answer are no complete ones.
    expect(told.warned).toHaveLength(warnings);
  });
});

test("inherited options do not count, own ones do", () => {
  const options = ownOptions(Object.assign(Object.create({ baseUrl: "https://attacker.example" }), { tenant: "a" }));
  expect((options as { baseUrl?: string }).baseUrl).toBeUndefined();
  expect((options as { tenant?: string }).tenant).toBe("a");
});
