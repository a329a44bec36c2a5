import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../../../generator/cli.ts";
import { printPolicySchema } from "../../../generator/policy-json-schema.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "couplet-schema-"));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await main(args, {
    cwd: root,
    colour: false,
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    progress: () => {},
  });
  return { code, out, err };
}

const document = `openapi: 3.1.0
info: { title: Acme, version: "1.0" }
servers: [{ url: "https://api.acme.example" }]
paths: { /orders: { get: { operationId: listOrders, responses: { "200": { description: ok } } } } }
`;
const project = async (): Promise<void> => {
  await put("specs/acme/1.0/openapi.yaml", document);
  await put("specs/acme/policy.yaml", 'policy: "1.0"\nprovider: acme\n');
};
const file = "specs/policy.schema.json";

test("prints the schema, in a project or not", async () => {
  expect(await run("policy", "schema")).toEqual({ code: 0, out: printPolicySchema(), err: "" });
});

test("a project's run writes it beside the policies, once, and takes it for no provider", async () => {
  await project();
  expect((await run("generate")).code).toBe(0);
  expect(await readFile(join(root, file), "utf8")).toBe(printPolicySchema());
  const before = (await stat(join(root, file))).mtimeMs;
  const again = await run("generate", "--json");
  expect(JSON.parse(again.out)).toMatchObject({ packages: [{ provider: "acme" }], diagnostics: [] });
  expect((await stat(join(root, file))).mtimeMs).toBe(before);
  expect((await run("policy", "lint")).out).toContain("1 policy: 0 errors");
  expect((await run("generate", "--check")).code).toBe(0);
}, 20_000);

test.each<[string, (path: string) => Promise<void>, string]>([
  ["edited", async (path) => writeFile(path, `${await readFile(path, "utf8")}\n`), "edited or stale"],
  ["missing", (path) => rm(path), "missing"],
])(
  "--check names it when it is %s, and generate mends it",
  async (_, change, word) => {
    await project();
    await run("generate");
    await change(join(root, file));
    const { code, err } = await run("generate", "--check");
    expect(code).toBe(1);
    expect(err).toContain(`${file}: ${word}`);
    await run("generate");
    expect((await run("generate", "--check")).code).toBe(0);
  },
  20_000,
);

test("something else in its place is refused before anything is written", async () => {
  await project();
  await mkdir(join(root, file));
  const { code, err } = await run("generate");
  expect(code).toBe(2);
  expect(err).toMatch(/policy\.schema\.json:1:1 error C003 .*\n(?:.*\n)*.*fix: remove it/);
  expect(await readdir(root)).toEqual(["specs"]);
}, 20_000);

test("a run for one document writes none", async () => {
  await put("my.yaml", document);
  expect((await run("generate", "--spec", "my.yaml", "--out", "out")).code).toBe(0);
  expect(await readdir(root)).toEqual(["my.yaml", "out"]);
  expect(await readFile(join(root, "out/couplet.lock.json"), "utf8")).not.toContain("policySchema");
}, 20_000);
