/** Examples in the pages: policies generate a client without a finding, programs fit the types, the first program runs. */
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { runIn } from "../generator/explain/run-in-project.ts";
import { blocksOf, pages, root } from "./pages.ts";

const folder = join(root, `test/.tmp/readme-${process.pid}`);
beforeAll(() => mkdirSync(join(folder, "programs"), { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

type Tree = { readonly [key: string]: Tree | unknown };
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** Parts of one policy as a whole. */
function joined(one: Tree, other: Tree): Tree {
  const common = Object.entries(other).map(([key, value]) => {
    const before = one[key];
    return [key, isTree(before) && isTree(value) ? joined(before, value) : value];
  });
  return { ...one, ...Object.fromEntries(common) };
}

const policies = blocksOf("yaml").filter(({ text }) => !text.includes("npx couplet"));

test("the policies are one for the provider acme", async () => {
  expect(policies.length).toBeGreaterThan(3);
  const policy = policies.map(({ text }) => parse(text) as Tree).reduce(joined);
  writeFileSync(join(folder, "acme.policy.yaml"), stringify(policy));
  const out = join(folder, "acme");
  const args = ["--spec", "test/readme/acme.openapi.yaml", "--policy", relative(root, `${folder}/acme.policy.yaml`)];
  const done = await runIn(root, "generate", ...args, "--out", out, "--json");
  const { diagnostics } = JSON.parse(done.out) as { diagnostics: { code: string; message: string }[] };
  // The limit by window is not in force: it stands beside the one that is.
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "P205 nothing uses the rate limit `endpoint`",
  ]);
  expect(done.code).toBe(0);
});

/** What stands under one heading is one program. */
const programs = new Map<string, string>();
for (const { place, heading, text } of blocksOf("ts")) {
  const name = `${place.split(":")[0]} ${heading}`;
  programs.set(name, `${programs.get(name) ?? "export {};\n"}${text}\n`);
}

test("the programs fit the types of the clients", async () => {
  expect(programs.size).toBeGreaterThan(9);
  for (const [name, text] of programs)
    writeFileSync(join(folder, "programs", `${name.replace(/\W+/g, "-").toLowerCase()}.ts`), text);
  const compilerOptions = {
    ...{ noUnusedLocals: false, isolatedDeclarations: false, declaration: false },
    paths: { "@connectors/acme/*": ["./acme/*/index.ts"] },
  };
  const config = { extends: "../../../tsconfig.json", compilerOptions, include: ["programs"], exclude: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const run = promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { cwd: folder });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});

test("the first program runs, and prints what the mocks answer", async () => {
  const first = pages[0]!.blocks.find(({ heading, language }) => heading === "Five minutes" && language === "ts")!;
  const file = join(folder, "try.ts");
  writeFileSync(file, first.text);
  const env = { ...process.env, STRIPE_SECRET_KEY: undefined };
  const run = promisify(execFile)(process.execPath, ["--conditions=@couplet/source", file], { cwd: root, env });
  const { stdout, stderr } = await run;
  expect(stdout).toMatch(/^(?:\S+ -?\d+\n)+$/);
  expect(stderr).toBe("");
});
