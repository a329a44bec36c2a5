import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../generator/cli.ts";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));

const document = `openapi: 3.1.0
info: { title: Acme, version: "1.0" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [Orders]
      responses: { "200": { description: ok, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Order" } } } } } }
    post:
      operationId: createOrder
      tags: [Orders]
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
      responses: { "201": { description: created, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } } }
components:
  schemas:
    Order: { type: object, required: [id], properties: { id: { type: string }, total: { type: integer } } }
`;

const policy = `policy: "1.0"
provider: acme
servers:
  live: { url: "https://api.acme.example", default: true }
defaults:
  timeouts: { attempt: 10s, deadline: 30s }
`;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "couplet-cli-"));
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

const project = async (): Promise<void> => {
  await put("specs/acme/1.0/openapi.yaml", document);
  await put("specs/acme/policy.yaml", policy);
};

describe("couplet generate", () => {
  it("writes the packages, says what it did, and does nothing the second time", async () => {
    await project();
    const first = await run("generate");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/acme@1\.0 +2 operations +\d+ files/);
    expect(first.out).toMatch(/1 provider, 1 version, 2 operations, \d+ files; \d+ written, 0 removed, in /);
    const entry = join(root, "generated/acme/1.0/index.ts");
    const before = (await stat(entry)).mtimeMs;
    const second = await run("generate");
    expect(second.out).toContain("unchanged");
    expect(second.out).toContain("0 written, 0 removed");
    expect((await stat(entry)).mtimeMs).toBe(before);
  });

  it("prints one JSON object for machines", async () => {
    await project();
    const { out } = await run("generate", "--json");
    expect(JSON.parse(out)).toMatchObject({
      packages: [{ provider: "acme", version: "1.0", operations: 2 }],
      diagnostics: [],
    });
  });

  it("knows an unchanged document also when it is reached through a link", async () => {
    await put("store/my.yaml", document);
    await symlink(join(root, "store"), join(root, "linked"));
    const args = ["generate", "--spec", "linked/my.yaml", "--out", "out"];
    expect((await run(...args)).code).toBe(0);
    expect((await run(...args)).out).toContain("unchanged");
  });

  it("generates one document without a project", async () => {
    await put("my.yaml", document);
    const { code, out } = await run("generate", "--spec", "my.yaml", "--out", "out", "--json");
    expect(code).toBe(0);
    const [one] = (JSON.parse(out) as { packages: { entry: string; provider: string }[] }).packages;
    expect(one).toMatchObject({ provider: "acme", entry: join(root, "out/1.0/index.ts") });
    expect(await readFile(one!.entry, "utf8")).toContain("createClient");
    expect(await readdir(join(root, "out"))).toContain("couplet.lock.json");
  });

  it("removes what is no longer generated, and keeps a name that was given", async () => {
    await project();
    await run("generate");
    await put("specs/acme/1.0/openapi.yaml", document.replaceAll("tags: [Orders]", "tags: [Sales]"));
    await run("generate");
    const files = await readdir(join(root, "generated/acme/1.0"));
    // The lock pins orders.list: a renamed tag upstream is not our break.
    expect(files).toContain("orders.ts");
    await rm(join(root, "couplet.lock.json"));
    await run("generate");
    expect(await readdir(join(root, "generated/acme/1.0"))).toContain("sales.ts");
  });
});

describe("couplet generate --check", () => {
  it.each<[string, (file: string) => Promise<void>]>([
    ["edited", async (file) => writeFile(file, `${await readFile(file, "utf8")}\n`)],
    ["missing", (file) => rm(file)],
    ["not generated from anything", (file) => cp(file, file.replace("orders.ts", "mine.ts"))],
  ])("exits 1 and names a file that is %s", async (word, change) => {
    await project();
    await run("generate");
    expect(await run("generate", "--check")).toMatchObject({ code: 0 });
    await change(join(root, "generated/acme/1.0/orders.ts"));
    const { code, err } = await run("generate", "--check");
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^generated/acme/1\\.0/(orders|mine)\\.ts: .*${word}`));
    expect(err).toContain("fix: run `couplet generate`");
  });

  it("sees a changed document", async () => {
    await project();
    await run("generate");
    await put("specs/acme/1.0/openapi.yaml", document.replace("total:", "amount:"));
    expect((await run("generate", "--check")).code).toBe(1);
  });
});

describe("mistakes in a policy", () => {
  it.each<[string, string, string, RegExp]>([
    ["an unknown key", policy.replace("timeouts:", "timeout:"), "6:3", /P002.*timeout/],
    [
      "an unknown operation",
      `${policy}operations:\n  createOrdr: { retry: { maxAttempts: 2 } }\n`,
      "8:3",
      /P201.*createOrdr/,
    ],
    ["a bare number", policy.replace("10s", "10"), "6:24", /P101/],
    [
      "a retried POST without a key",
      `${policy}operations:\n  createOrder:\n    retry: { on: [rejected, ambiguous] }\n`,
      "9:18",
      /P401.*createOrder/,
    ],
    [
      "a literal secret",
      `${policy}credentials:\n  key: { env: sk_${"live"}_4242424242424242abcdEFGH }\n`,
      "8:15",
      /P601/,
    ],
  ])("%s: located, underlined, with a fix, and nothing is written", async (_, text, place, message) => {
    await project();
    await put("specs/acme/policy.yaml", text);
    const generated = await run("generate");
    const linted = await run("policy", "lint");
    expect(generated.code).toBe(2);
    expect(linted.code).toBe(1);
    for (const { err } of [generated, linted]) {
      expect(err).toContain(`specs/acme/policy.yaml:${place} error `);
      expect(err).toMatch(message);
      expect(err).toMatch(/\n +\| +\^+\n {2}fix: /);
      expect(err).not.toMatch(/\n +at /);
      expect(err).not.toContain("4242424242424242");
    }
    expect(await readdir(root)).toEqual(["specs"]);
  });
});

it("says a finding once, however many versions it is made for", async () => {
  await project();
  await put("specs/acme/2.0/openapi.yaml", document);
  await put(
    "specs/acme/policy.yaml",
    `${policy}rateLimits:\n  spare: { algorithm: tokenBucket, capacity: 1, refill: { amount: 1, per: 1s } }\n`,
  );
  for (const args of [["generate"], ["policy", "lint"]]) {
    const { code, err } = await run(...args);
    expect(code).toBe(0);
    expect(err.match(/P205/g)).toHaveLength(1);
  }
});

describe("a document that is none", () => {
  it.each([
    ["truncated JSON", "openapi.json", '{ "openapi": "3.1.0", "info": { "title": '],
    ["truncated YAML", "openapi.yaml", 'openapi: 3.1.0\ninfo: { title: "x\n'],
    ["empty", "openapi.yaml", ""],
    ["HTML", "openapi.yaml", "<!doctype html><html><body>404</body></html>"],
    ["a list", "openapi.yaml", "- 1\n- 2\n"],
    ["another thing", "openapi.json", '{ "name": "left-pad" }'],
  ])("%s: exit 2 and one located message", async (_, name, text) => {
    await put(`specs/acme/1.0/${name}`, text);
    const { code, err } = await run("generate");
    expect(code).toBe(2);
    expect(err.match(/error S\d+/g)).toHaveLength(1);
    expect(err).toMatch(new RegExp(`^specs/acme/1\\.0/${name.replace(".", "\\.")}:\\d+:\\d+ error S`));
    expect(err).toContain("fix: ");
    expect(err).not.toMatch(/\n +at /);
    expect(await readdir(root)).toEqual(["specs"]);
  });
});

describe("bad usage", () => {
  it.each([
    [["generate", "nobody"], /no provider "nobody".*\n.*\n|known providers: acme/],
    [["generate", "acme@2"], /no version "2"/],
    [["generate", "--spec", "x.yaml"], /needs --out/],
    [["generate", "--out", "x"], /goes with --spec/],
    [["generate", "--wat"], /unknown option/],
    [["wat"], /unknown command/],
  ])("%j exits 2 and says what to do", async (args, message) => {
    await project();
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it("explains itself where there is no project", async () => {
    const { code, err } = await run("generate");
    expect(code).toBe(2);
    expect(err).toContain("no provider found");
    expect(err).toContain("--spec");
  });
});

describe("bin.js", () => {
  it("starts from a plain shell", () => {
    const { status, stdout } = spawnSync(process.execPath, [join(projectRoot, "generator/bin.js"), "--help"], {
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(stdout).toContain("generate");
    expect(stdout).toContain("policy");
  });
});
