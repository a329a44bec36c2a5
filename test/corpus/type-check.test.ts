import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { typeCheck } from "./type-check.ts";

/** Type-checks the package `p0` of these files in a folder of their own. */
async function check(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = mkdtempSync(join(tmpdir(), "couplet-types-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return typeCheck(folder, [join(folder, "p0")], []);
}

const user = (from: string): string => `import type { Thing } from "${from}";\nexport const thing: Thing = 1;\n`;
const broken = "export type Thing = number;\nexport declare const other: Missing;\n";

test("finds nothing where nothing is wrong", async () => {
  expect(await check({ "p0/a.ts": "export const a: number = 1;\n" })).toEqual(new Map());
});

test("checks declaration files as well, and says whose they are", async () => {
  const errors = await check({ "p0/a.ts": user("./thing.js"), "p0/thing.d.ts": broken });
  expect([...errors.values()]).toEqual([[expect.stringMatching(/^p0\/thing\.d\.ts\(2,\d+\): error TS2304/)]]);
});

test("an error in a file of no package is not passed over", async () => {
  const files = { "p0/a.ts": user("../library/thing.js"), "library/thing.d.ts": broken };
  await expect(check(files)).rejects.toThrow("a type error outside the packages: library/thing.d.ts(2,");
});
