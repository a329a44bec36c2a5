/** A document with every style of bodies and cookies: its contract suite, also where scripts are restricted and the prototype is polluted. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generatePackage, typeCheckPackage } from "./generate-package.ts";

const out = fileURLToPath(new URL(`../.tmp/styles-${process.pid}`, import.meta.url));
beforeAll(async () => {
  await generatePackage("test/conformance/styles.openapi.yaml", out);
}, 60_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

test("its types hold", { timeout: 60_000 }, async () => {
  expect(await typeCheckPackage(out)).toBe("");
});

const script = fileURLToPath(new URL("./run-suites.ts", import.meta.url));
const polluted = fileURLToPath(new URL("../hostile/polluted-suite.ts", import.meta.url));
test.each<[string, string[], string[]]>([
  ["as it is", [], []],
  ["without __proto__", ["--disable-proto=throw"], []],
  ["with a polluted prototype", [], [polluted]],
])("its contract suite holds %s", { timeout: 60_000 }, async (_, flags, setup) => {
  const run = promisify(execFile)(process.execPath, [...flags, script, out, "*/contract.test.ts", ...setup]);
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => error);
  const lines = stdout.trim().split(/\n(?=passed |failed )/);
  expect(lines.map((line) => line.trim())).toEqual(["passed every operation has one case and one mock", "passed a.a"]);
});
