import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../generator/generate.ts";
import { root } from "./cache.ts";
import { declaredOperations } from "./declared-operations.ts";
import { emittedOperations } from "./emitted-operations.ts";
import { Source } from "./source.ts";
import { typeCheck } from "./type-check.ts";

/** Every document of odd/, what makes it odd, and the findings that it gets. */
const documents: readonly (readonly [name: string, operations: number, codes: readonly string[]])[] = [
  ["bare", 4, ["G202"]],
  ["circular-inheritance", 2, []],
  ["cycles", 1, []],
  ["deep-nesting", 1, []],
  ["discriminators", 4, []],
  ["empty", 0, ["G202"]],
  ["formats", 1, []],
  ["huge-enum", 1, []],
  ["media-types", 9, ["G101", "S024"]],
  ["names", 12, ["S023"]],
  ["non-ascii", 4, []],
  ["numeric-keys", 1, ["S020", "S022", "S023", "S032"]],
  ["oauth", 6, ["G201"]],
  ["parameters", 6, []],
  ["servers", 3, ["S026"]],
  ["swagger-two", 5, ["P602"]],
  ["three-one", 2, ["S030"]],
];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "couplet-odd-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "dir");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const documentOf = (name: string): string => join(root, "test/corpus/odd", `${name}.yaml`);

/** Generates one document into a package of its name; the codes of its findings. */
async function generateInto(name: string): Promise<string[]> {
  const out = join(folder, name);
  const report = await generate([{ provider: "odd", versions: [{ document: documentOf(name) }], folder: () => "" }], {
    ...{ root, out, lockFile: join(out, "couplet.lock.json"), lock: undefined, complete: true, scope: "@odd" },
    ...{ runtime: "0.0.0", strict: false, check: false, progress: () => {} },
  });
  return [...new Set(report.diagnostics.map(({ code }) => code))].sort();
}

/** Tests of all contract suites below the folder, as lines that start with `passed` or `failed`. */
async function runContractSuites(): Promise<string[]> {
  const child = spawn(process.execPath, [join(root, "test/conformance/run-suites.ts"), folder, "*/*/contract.test.ts"]);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(child, "close");
  return Buffer.concat(chunks)
    .toString()
    .split(/\n(?=passed |failed )/);
}

describe("odd documents", () => {
  test("are all in the table", () => {
    const names = globSync("*.yaml", { cwd: join(root, "test/corpus/odd") }).map((file) => file.replace(/\.yaml$/, ""));
    expect(names.sort()).toEqual(documents.map(([name]) => name));
  });

  test.each(documents)("%s: %d operations", { timeout: 60_000 }, async (name, operations, codes) => {
    expect(await generateInto(name)).toEqual(codes);
    const declared = declaredOperations(new Source(documentOf(name)));
    const texts = globSync("*/*.ts", { cwd: join(folder, name) }).map((path) =>
      readFileSync(join(folder, name, path), "utf8"),
    );
    expect(emittedOperations(texts).sort()).toEqual(declared.sort());
    expect(declared).toHaveLength(operations);
  });

  test("have no type error, in one run of the compiler", { timeout: 120_000 }, async () => {
    const packages = documents.map(([name]) => join(folder, name));
    expect(Object.fromEntries(await typeCheck(folder, packages))).toEqual({});
  });

  test("would show a type error", { timeout: 120_000 }, async () => {
    const wrong = join(folder, "empty", "0", "wrong.ts");
    await writeFile(wrong, 'export const wrong: number = "text";\n');
    const errors = await typeCheck(folder, [join(folder, "empty")]).finally(() => rm(wrong));
    expect(errors.get(join(folder, "empty"))).toEqual([expect.stringContaining("wrong.ts(1,14): error TS2322")]);
  });

  test("keep their contracts", { timeout: 120_000 }, async () => {
    const lines = await runContractSuites();
    expect(lines.filter((line) => !line.startsWith("passed "))).toEqual([]);
    const operations = documents.reduce((sum, [, count]) => sum + count, 0);
    // One more in each: every operation has a case.
    expect(lines).toHaveLength(operations + documents.length);
  });
});
