import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { exhaustion } from "./cases/exhaustion.ts";
import { headers } from "./cases/headers.ts";
import { injection } from "./cases/injection.ts";
import { names } from "./cases/names.ts";
import { parsers } from "./cases/parsers.ts";
import { prototypes } from "./cases/prototypes.ts";
import { references } from "./cases/references.ts";
import type { Accepted, HostileCase } from "./hostile-case.ts";
import { judgeOutput } from "./judge-output.ts";
import { type CorpusRun, folderOf, importAll, runCorpus } from "./run-corpus.ts";
import { typeCheckAll } from "./type-check-all.ts";

const groups: Readonly<Record<string, readonly HostileCase[]>> = {
  injection,
  names,
  prototypes,
  references,
  parsers,
  exhaustion,
  headers,
};
const cases = Object.values(groups).flat();
const base: string = fileURLToPath(new URL("../.tmp/hostile", import.meta.url));

interface Told {
  readonly packages: readonly { readonly provider: string; readonly version: string; readonly dir: string }[];
  readonly diagnostics: readonly {
    readonly code: string;
    readonly severity: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
    readonly fix?: string;
  }[];
}

let corpus: CorpusRun;
beforeAll(async () => {
  corpus = await runCorpus(base, cases);
}, 900_000);

/** All files below a folder; a link among them is a fault. */
function filesIn(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const stat = lstatSync(join(folder, name));
    if (stat.isSymbolicLink()) throw new Error(`${name} is a link`);
    if (stat.isFile()) files.set(name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8"));
  }
  return files;
}

function text(files: ReadonlyMap<string, string>, version: string, path: string): string {
  return files.get(`${version}/${path}`) ?? files.get(path) ?? "";
}

function checkAccepted(wanted: Accepted, told: Told, folder: string): void {
  const [one] = told.packages;
  const files = filesIn(join(folder, "out"));
  expect(judgeOutput(files)).toEqual([]);
  for (const code of wanted.warned ?? []) expect(told.diagnostics.map((found) => found.code)).toContain(code);
  for (const [path, found] of Object.entries(wanted.has ?? {}))
    expect(text(files, one?.version ?? "", path)).toMatch(found);
  for (const [path, found] of Object.entries(wanted.lacks ?? {})) {
    expect(text(files, one?.version ?? "", path)).not.toBe("");
    expect(text(files, one?.version ?? "", path)).not.toMatch(found);
  }
}

describe.each(Object.entries(groups))("%s", (_, group) => {
  test.each(group.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const index = cases.indexOf(one);
    const result = corpus.results[index];
    expect(result, "the process got this far").toBeDefined();
    const { code, out, err, ms } = result!;
    expect(err).toBe("");
    const told = JSON.parse(out) as Told;
    expect(ms, "processor time").toBeLessThan(5_000);
    expect(out).not.toMatch(/\\n +at |internal error/);
    expect(out).not.toMatch(/(?!\n)\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u);
    const files = Object.keys(one.files).map((file) => `spec/${file}`);
    for (const found of told.diagnostics) {
      expect(files, found.message).toContain(found.file);
      expect(found.line).toBeGreaterThan(0);
    }
    const folder = folderOf(base, index);
    const errors = told.diagnostics.filter((found) => found.severity === "error");
    if ("accepted" in one.wanted) {
      expect(errors).toEqual([]);
      expect(code).toBe(0);
      checkAccepted(one.wanted, told, folder);
    } else {
      expect(code).toBe(2);
      expect(errors.map((found) => found.code)).toContain(one.wanted.refused);
      const first = errors.find((found) => found.code === (one.wanted as { refused: string }).refused);
      if (one.wanted.line !== undefined) expect(first?.line).toBe(one.wanted.line);
      if (one.wanted.file !== undefined) expect(first?.file).toBe(`spec/${one.wanted.file}`);
      expect(first?.fix ?? "").not.toBe("");
      expect(existsSync(join(folder, "out"))).toBe(false);
    }
  });
});

const acceptedFolders = (): string[] =>
  cases.flatMap((_, index) => {
    const out = join(folderOf(base, index), "out");
    return corpus.results[index]?.code === 0 && existsSync(out) ? [out] : [];
  });

describe("all accepted cases together", () => {
  test("type-check under the flags of a generated package", async () => {
    expect(await typeCheckAll(base, acceptedFolders())).toEqual([]);
  }, 900_000);
  test("import and make a client: nothing of a document runs, no prototype changes", async () => {
    expect(await importAll(base, acceptedFolders())).toEqual([]);
  }, 900_000);
  test("generation opened no socket, started no process, read and wrote nowhere else", () =>
    expect(corpus.trespasses).toEqual([]));
  test("there are enough of them", () => expect(cases.length).toBeGreaterThan(250));
});
