import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { main } from "../../generator/cli.ts";

vi.setConfig({ testTimeout: 30_000 });

const document = `openapi: 3.1.0
info: { title: Acme, version: "1.0", license: { name: Apache 2.0, identifier: Apache-2.0 } }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{ name: Acme-Version, in: header, schema: { enum: ["2026-07-01"] } }]
      responses: { "200": { description: ok } }
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "couplet-add-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const filesBelow = (path: string): string[] =>
  readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name).slice(root.length + 1)] : []))
    .sort();

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

describe("couplet add", () => {
  it("takes the document byte for byte, says where it came from, writes a policy and what comes next", async () => {
    const bytes = Buffer.from(`\ufeff${document.replaceAll("\n", "\r\n")}`);
    put("in/acme.yml", bytes);
    const { code, out, err } = await run("add", "acme", "2026-07-01", "in/acme.yml");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(filesBelow("specs")).toEqual([
      "specs/acme/2026-07-01/openapi.yaml",
      "specs/acme/2026-07-01/source.yaml",
      "specs/acme/policy.yaml",
    ]);
    expect(readFileSync(join(root, "specs/acme/2026-07-01/openapi.yaml"))).toEqual(bytes);
    expect(parse(read("specs/acme/2026-07-01/source.yaml"))).toEqual({
      file: "in/acme.yml",
      fetched: new Date().toISOString().slice(0, 10),
      sha256: createHash("sha256").update(bytes).digest("hex"),
      licence: "Apache-2.0",
    });
    expect(parse(read("specs/acme/policy.yaml"))).toMatchObject({
      provider: "acme",
      versions: { "2026-07-01": { pin: { name: "Acme-Version" } } },
    });
    expect(out).toMatch(/next: review specs\/acme\/policy\.yaml, then\n {2}npx couplet policy lint acme\n/);
    expect(await run("policy", "lint")).toMatchObject({ code: 0, err: "" });
  });

  it("takes the files that the document refers to, under their paths", async () => {
    put("in/root.yaml", document.replace("{ description: ok }", "{ $ref: './Parts/Ok.yaml' }"));
    put("in/Parts/Ok.yaml", "description: ok\n");
    put("in/unused.yaml", "a: 1\n");
    expect(await run("add", "acme", "v1", "in/root.yaml")).toMatchObject({ code: 0 });
    expect(filesBelow("specs/acme/v1")).toEqual([
      "specs/acme/v1/Parts/Ok.yaml",
      "specs/acme/v1/openapi.yaml",
      "specs/acme/v1/source.yaml",
    ]);
    expect(parse(read("specs/acme/v1/source.yaml"))).toMatchObject({ files: 2 });
  });

  it.each<[string, string, string, RegExp]>([
    [
      "refers back to it by name",
      "$ref: 'root.yaml#/x'",
      "Parts.yaml",
      /C005 this refers to the document by its name root\.yaml/,
    ],
    [
      "has a name of its own meaning",
      "description: ok",
      "overlay.yaml",
      /C005 the document refers to a file called overlay\.yaml/,
    ],
  ])("refuses a document whose part %s", async (_, content, name, message) => {
    const part = `description: ok\nx-note: { ${content} }\n`;
    put("in/root.yaml", document.replace("{ description: ok }", `{ $ref: './${name}' }`));
    put(`in/${name}`, part);
    const { code, err } = await run("add", "acme", "v1", "in/root.yaml");
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).toContain("fix: rename");
    expect(existsSync(join(root, "specs"))).toBe(false);
  });

  it("leaves the policy of a known provider alone, and prints the pin that it lacks", async () => {
    put("specs/acme/1.0/openapi.yaml", document);
    put("specs/acme/policy.yaml", 'policy: "1.0"\nprovider: acme # mine\n');
    put("in.yaml", document);
    const { code, out } = await run("add", "acme", "2026-07-01", "in.yaml");
    expect(code).toBe(0);
    expect(read("specs/acme/policy.yaml")).toBe('policy: "1.0"\nprovider: acme # mine\n');
    expect(out).toContain("specs/acme/policy.yaml  is left as it is");
    expect(out).toContain('pin: { in: header, name: Acme-Version, value: "2026-07-01" }');
  });

  it("takes an overlay along, and infers from the repaired document", async () => {
    put("in.yaml", document);
    const target = "$.paths['/orders'].get.parameters";
    put(
      "fix.json",
      `{"overlay":"1.1.0","info":{"title":"x","version":"1"},"actions":[{"target":"${target}","remove":true}]}`,
    );
    expect(await run("add", "acme", "v1", "in.yaml", "--overlay", "fix.json")).toMatchObject({ code: 0 });
    expect(read("specs/acme/v1/overlay.json")).toBe(read("fix.json"));
    expect(parse(read("specs/acme/policy.yaml"))).not.toHaveProperty("versions");
    expect(await run("policy", "lint")).toMatchObject({ code: 0, err: "" });
  });

  it("writes nothing with --dry-run, also for a version that is there", async () => {
    put("specs/acme/v1/openapi.yaml", document);
    const before = filesBelow(".");
    const { code, out } = await run("add", "acme", "v1", "specs/acme/v1/openapi.yaml", "--dry-run");
    expect(code).toBe(0);
    expect(parse(out)).toMatchObject({ policy: "1.0", provider: "acme" });
    expect(filesBelow(".")).toEqual(before);
  });

  it("prints one object with --json", async () => {
    put("in.yaml", document);
    const { out } = await run("add", "acme", "v1", "in.yaml", "--json");
    expect(JSON.parse(out)).toMatchObject({
      provider: "acme",
      version: "v1",
      written: true,
      operations: 1,
      files: ["specs/acme/v1/openapi.yaml", "specs/acme/v1/source.yaml", "specs/acme/policy.yaml"],
      policy: { file: "specs/acme/policy.yaml", added: true },
      counts: { schemes: 0, paginated: 0 },
      diagnostics: [],
    });
  });

  it("does not write through a link that leads out of the project", async () => {
    put("in.yaml", document);
    const outside = mkdtempSync(join(tmpdir(), "couplet-outside-"));
    onTestFinished(() => rmSync(outside, { recursive: true }));
    mkdirSync(join(root, "specs"));
    symlinkSync(outside, join(root, "specs/acme"));
    const { code, err } = await run("add", "acme", "v1", "in.yaml");
    expect(code).toBe(2);
    expect(err).toContain("C003");
    expect(readdirSync(outside, { recursive: true }).filter((name) => String(name).includes("."))).toEqual([]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a provider's name", ["Acme", "v1", "in.yaml"], /C004 "Acme" is not a provider's name/],
    ["a version's name", ["acme", "../v1", "in.yaml"], /C004 "\.\.\/v1" is not a version's name/],
    ["two dots", ["acme", "1..2", "in.yaml"], /C004/],
    ["a file that is not there", ["acme", "v1", "no.yaml"], /^no\.yaml:1:1 error S001/],
    ["a document that is none", ["acme", "v1", "bad.yaml"], /^bad\.yaml:1:1 error S/],
    ["an overlay that does nothing", ["acme", "v1", "in.yaml", "--overlay", "over.yaml"], /over\.yaml:\d+:\d+ error/],
    [
      "a version that is there",
      ["acme", "old", "in.yaml"],
      /^specs\/acme\/old\/openapi\.yaml:1:1 error C004 .*nothing is overwritten/,
    ],
    [
      "a source.yaml that is there",
      ["acme", "half", "in.yaml"],
      /^specs\/acme\/half\/source\.yaml:1:1 error C003 .*nothing is overwritten/,
    ],
    ["a URL", ["acme", "v1", "https://acme.example/o.json"], /C006 no connection is opened to acme\.example unless/],
    ["a missing argument", ["acme", "v1"], /missing required argument 'file'/],
  ])("refuses %s and writes nothing", async (_, args, message) => {
    put("in.yaml", document);
    put("bad.yaml", "a: 1\n");
    put("over.yaml", "overlay: 1.1.0\ninfo: { title: x, version: '1' }\nactions: [{ target: $.nope, remove: true }]\n");
    put("specs/acme/old/openapi.yaml", document);
    put("specs/acme/half/source.yaml", "file: x\n");
    const before = filesBelow(".");
    const { code, err } = await run("add", ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n +at /);
    expect(filesBelow(".")).toEqual(before);
  });
});

describe("couplet add with a URL", () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void;
  async function serve(answer: Answer): Promise<string> {
    const server: Server = createServer(answer);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("fetches from the host that is allowed, and writes the address down without its token", async () => {
    const host = await serve((request, response) => {
      if (request.url?.startsWith("/moved")) response.writeHead(302, { location: "/api/openapi.yaml" }).end();
      else response.end(document);
    });
    const url = `http://${host}/moved?token=abc`;
    expect(await run("add", "acme", "v1", url, "--allow-host", host)).toMatchObject({ code: 0, err: "" });
    expect(read("specs/acme/v1/openapi.yaml")).toBe(document);
    expect(parse(read("specs/acme/v1/source.yaml"))).toMatchObject({ url: `http://${host}/moved` });
  });

  it.each<[string, Answer, RegExp]>([
    [
      "another host",
      (_, response) => void response.writeHead(302, { location: "http://127.0.0.2:9/x" }).end(),
      /leads to another host, 127\.0\.0\.2:9/,
    ],
    ["a loop", (_, response) => void response.writeHead(302, { location: "/again" }).end(), /leads on too often/],
    ["an error", (_, response) => void response.writeHead(404).end("no"), /status 404, not 200/],
    ["a page", (_, response) => void response.end("<!doctype html><p>hello"), /HTML or XML/],
    ["a broken answer", (_, response) => void response.destroy(), /cannot be fetched/],
    [
      "too much",
      (_, response) => {
        const block = Buffer.alloc(1024 * 1024, 32);
        const more = (left: number): void => {
          if (left > 0 && !response.destroyed) response.write(block, () => more(left - 1));
          else response.end();
        };
        more(66);
      },
      /larger than 64 MiB/,
    ],
  ])("refuses %s and writes nothing", async (_, answer, message) => {
    const host = await serve(answer);
    const { code, err } = await run("add", "acme", "v1", `http://${host}/o.json`, "--allow-host", host);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(filesBelow(".")).toEqual([]);
  });

  it.each<[string, string, string, RegExp]>([
    ["plain http", "http://acme.example/o.json", "acme.example", /over https only/],
    ["another scheme", "ftp://acme.example/o.json", "acme.example", /over https only/],
    ["a password", "https://me:hunter2@acme.example/o.json", "acme.example", /carries a user name or password/],
    ["another host than allowed", "https://acme.example/o.json", "example.org", /unless the command line allows it/],
    ["no URL at all", "https://", "x", /is not valid/],
  ])("refuses %s before any connection", async (_, url, host, message) => {
    const { code, err } = await run("add", "acme", "v1", url, "--allow-host", host);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain("hunter2");
  });
});
