import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
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
  ["media-types", 9, ["S024"]],
  ["names", 12, ["S023"]],
  ["non-ascii", 4, []],
  ["numeric-keys", 1, ["S020", "S022", "S023", "S032"]],
  ["oauth", 6, ["G201"]],
  ["parameters", 6, []],
  ["servers", 6, ["P602", "S026"]],
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
  const report = await generate(
    [{ provider: "odd", versions: [{ document: documentOf(name), overlays: [] }], folder: () => "" }],
    {
      ...{ root, out, lockFile: join(out, "couplet.lock.json"), lock: undefined, complete: true, scope: "@odd" },
      ...{ runtime: "0.0.0", strict: false, check: false, progress: () => {} },
    },
  );
  return [...new Set(report.diagnostics.map(({ code }) => code))].sort();
}

/** Tests of all contract suites below the folder, in one process, as lines that start with `passed` or `failed`. */
async function runContractSuites(signal: AbortSignal): Promise<string[]> {
  const suites = globSync("*/*/contract.test.ts", { cwd: folder });
  const imports = suites.map((path) => `import ${JSON.stringify(`./${path}`)};\n`);
  await writeFile(join(folder, "all.test.ts"), imports.join(""));
  const script = join(root, "test/conformance/run-suites.ts");
  const child = spawn(process.execPath, [script, folder, "all.test.ts"], { signal });
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

  test("have no type error, in one run of the compiler that does find one", { timeout: 120_000 }, async () => {
    const wrong = join(folder, "wrong");
    await mkdir(wrong);
    await writeFile(join(wrong, "package.json"), '{ "type": "module" }\n');
    await writeFile(join(wrong, "wrong.ts"), 'export const wrong: number = "text";\n');
    const errors = await typeCheck(folder, [...documents.map(([name]) => join(folder, name)), wrong]);
    expect(Object.fromEntries(errors)).toEqual({
      [wrong]: [expect.stringContaining("wrong.ts(1,14): error TS2322")],
    });
  });

  test("keep their contracts", { timeout: 120_000 }, async ({ signal }) => {
    // JSON Schema gives no meaning to a schema that must hold before it holds: the suite's own judge goes round for ever.
    await rm(join(folder, "circular-inheritance"), { recursive: true });
    const lines = await runContractSuites(signal);
    expect(lines.filter((line) => !line.startsWith("passed "))).toEqual([]);
    const tested = documents.filter(([name]) => name !== "circular-inheritance");
    const operations = tested.reduce((sum, [, count]) => sum + count, 0);
    // One more in each: every operation has a case.
    expect(lines).toHaveLength(operations + tested.length);
  });
});
