/** The marks in the sample consumer are what TypeScript itself says, run over a copy of it that imports the new versions. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectRoot } from "../../explain/run-in-project.ts";
import { markedLines, sampleTsconfig } from "./sample-consumer.ts";

const copy = join(projectRoot, "test/.tmp/drift-consumer");
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test("the compiler refuses exactly the lines that are marked", { timeout: 60_000 }, () => {
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(dirname(sampleTsconfig), copy, { recursive: true });
  for (const name of readdirSync(join(copy, "src"))) {
    const file = join(copy, "src", name);
    const text = readFileSync(file, "utf8").replaceAll("2022-08-01", "2022-11-15").replaceAll("2026-04", "2026-07");
    writeFileSync(file, text);
  }
  const options = { extends: relative(copy, join(projectRoot, "tsconfig.json")).replaceAll("\\", "/") };
  const own = { types: [], declaration: false, isolatedDeclarations: false };
  writeFileSync(
    join(copy, "tsconfig.json"),
    JSON.stringify({ ...options, compilerOptions: own, include: ["src"], exclude: [] }),
  );
  const tsc = join(projectRoot, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", copy, "--pretty", "false"], { encoding: "utf8" });
  const refused = [...stdout.matchAll(/([\w-]+\.ts)\((\d+),\d+\): error/g)].map(([, file, line]) => `${file}:${line}`);
  const marked = markedLines().flatMap(({ place, mark }) => (mark === "breaks" ? [place] : []));
  expect([...new Set(refused)].sort()).toEqual(marked.sort());
  expect(marked.length).toBeGreaterThan(13);
});
