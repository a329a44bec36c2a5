/** What people do wrong in their first hour, and what they are told. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectOf, runIn } from "./explain/run-in-project.ts";

const document = `openapi: 3.1.0
info: { title: Acme, version: "1" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders: { get: { operationId: listOrders, responses: { "204": { description: none } } } }
`;
const policy = 'policy: "1.0"\nprovider: acme\n';
const project = {
  "couplet.lock.json": '{ "lockVersion": 1, "generator": "none", "providers": {} }\n',
  "specs/acme/1/openapi.yaml": document,
  "specs/acme/policy.yaml": policy,
  "src/deep/notes.txt": "",
};

interface Row {
  readonly files?: Readonly<Record<string, string>>;
  /** Folder of the command, from the project. */
  readonly cwd?: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly told: RegExp;
}

const rows: readonly Row[] = [
  {
    cwd: "src/deep",
    args: ["generate"],
    code: 2,
    told: /C002 no provider found.*\n {2}fix: the project is in \.\.\/\.\.: run it there/,
  },
  { cwd: "specs/acme", args: ["policy", "lint"], code: 2, told: /fix: the project is in \.\.\/\.\.: run it there/ },
  {
    cwd: "src",
    args: ["add", "shop", "1", "../specs/acme/1/openapi.yaml"],
    code: 2,
    told: /C002 this folder lies inside of the project in \.\.\n {2}fix: run it there; or,/,
  },
  {
    files: {},
    args: ["generate"],
    code: 2,
    told: /C002 no provider found.*\n {2}fix: run in a project, or generate one document/,
  },
  {
    files: { ...project, "specs/shop/openapi.yaml": document },
    args: ["generate", "shop"],
    code: 2,
    told: /^specs\/shop:1:1 error C002 there is no specs\/shop\/<version>\/openapi.yaml \(or .json\)\n {2}fix: put the document there/,
  },
  { args: ["generate", "../x"], code: 2, told: /there is no provider "..\/x"\n {2}fix: known providers: acme/ },
  {
    files: { ...project, "specs/acme/policy.yaml": policy.replace("acme", "pay") },
    args: ["policy", "lint"],
    code: 0,
    told: /^specs\/acme\/policy.yaml:2:11 warning P202 `provider` is `pay`, and its folder `acme`\n[\s\S]*\^\^\^\n {2}fix: write the name of the folder/,
  },
  {
    files: { "specs/acme/1/openapi.yaml": document, "specs/acme/policy.json": "{}" },
    args: ["policy", "lint"],
    code: 1,
    told: /^specs\/acme\/policy.json:1:1 error C002 this file is not read: a policy is called policy.yaml\n {2}fix: rename it/,
  },
  {
    files: { ...project, "specs/acme/policy.yml": policy },
    args: ["policy", "lint"],
    code: 1,
    told: /^specs\/acme\/policy.yml:1:1 error C002 this file is not read, for there is also policy.yaml\n {2}fix: keep one/,
  },
  {
    files: { "specs/acme/1/openapi.yaml": document },
    args: ["policy", "lint"],
    code: 0,
    told: /^0 policies: 0 errors; without one, by the defaults: acme\n$/,
  },
  {
    args: ["approve", "0123456789abcdef", "--report", "none.json", "--reason", "x"],
    code: 2,
    told: /^none.json:1:1 error A002 there is no such file\n {2}fix: write it/,
  },
  {
    args: ["generate", "--runtime", "./nowhere"],
    code: 2,
    told: /C004 --runtime .\/nowhere: there is no package in this folder\n {2}fix: /,
  },
];

test.each(rows)("$cwd $args: $told", async ({ files = project, cwd = ".", args, code, told }) => {
  const root = projectOf({ ...files, "README.md": "" });
  const done = await runIn(join(root, cwd), ...args);
  expect(`${done.err}${done.out}`).toMatch(told);
  expect(done.code).toBe(code);
  expect(existsSync(join(root, cwd, "specs/shop/1"))).toBe(false);
});

test.each([
  [["generate", "nobody"], "1 error; nothing was written"],
  [["policy", "lint", "nobody"], "1 error"],
  [["check", "nobody"], "1 error"],
])("%j ends with %j", async (args, wanted) => {
  const { err } = await runIn(projectOf(project), ...args);
  expect(err.trimEnd().split("\n").at(-1)).toBe(wanted);
});

test("a project of its own may lie inside of another", async () => {
  const root = projectOf({ ...project, "src/couplet.yaml": "", "src/api.yaml": document });
  expect((await runIn(join(root, "src"), "add", "shop", "1", "api.yaml")).code).toBe(0);
});

const one = ["generate", "--spec", "specs/acme/1/openapi.yaml", "--out", "out"];

test.each([
  // npm reads a path from the package's folder.
  [["generate", "--runtime", "./couplet/runtime"], "generated/acme", "file:../../couplet/runtime"],
  [[...one, "--runtime", "./couplet/runtime"], "out", "file:../couplet/runtime"],
  [[...one, "--runtime", "^0.1.0"], "out", "^0.1.0"],
  [[...one, "--runtime", "file:../runtime"], "out", "file:../runtime"],
])("%j", async (args, folder, wanted) => {
  const { "couplet.lock.json": _, ...files } = project;
  const root = projectOf({ ...files, "couplet/runtime/package.json": "{}" });
  expect((await runIn(root, ...args)).code).toBe(0);
  const { dependencies } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  expect(dependencies["@couplet/runtime"]).toBe(wanted);
});
