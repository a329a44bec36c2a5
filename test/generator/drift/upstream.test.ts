/** What providers publish now, against what is pinned: a loopback server stands for the provider. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { runIn } from "../explain/run-in-project.ts";
import { copyOf, editIn, existsIn, ownProject, readIn } from "./own-project.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const pinned = "specs/shippo/2018-02-08/openapi.yaml";
const sourceFile = "specs/shippo/2018-02-08/source.yaml";
const cache = ".couplet/upstream/shippo/2018-02-08";
/** A change that breaks callers: an operation is gone. */
const changed = (text: string): string => text.replace(/^ {2}\/addresses:?$/m, "  /addresses-moved:");

let fine: string;
beforeAll(async () => {
  fine = await ownProject("shippo", "segment");
});

async function serve(answer: Answer): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.yaml`;
}

/** A project whose document comes from there. */
function projectAt(url: string): string {
  const root = copyOf(fine);
  editIn(root, sourceFile, (text) => `${text}url: ${url}\n`);
  return root;
}
const fetching = (root: string, ...more: string[]) => runIn(root, "drift", "upstream", "shippo", "--fetch", ...more);
const cached = (root: string): string[] => (existsIn(root, cache) ? readdirSync(join(root, cache)).sort() : []);

describe("couplet drift upstream --fetch", () => {
  it("finds the pinned document unchanged, keeps it, and asks with its ETag the next time", async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.headers["if-none-match"]);
      if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end(readIn(fine, pinned));
    });
    const root = projectAt(url);
    expect(await fetching(root)).toEqual({ code: 0, out: expect.any(String), err: expect.stringMatching(/as pinned/) });
    expect(cached(root)).toEqual(["fetched.json", "openapi.yaml"]);
    expect(readIn(root, ".couplet/.gitignore")).toBe("*\n");
    expect(await fetching(root)).toMatchObject({ code: 0, err: expect.stringContaining("as pinned") });
    expect(asked).toEqual([undefined, '"1"']);
    // What a person did to the cache is not believed.
    writeFileSync(join(root, cache, "openapi.yaml"), "other");
    expect(await fetching(root)).toMatchObject({ code: 0 });
    expect(asked.at(-1)).toBeUndefined();
    expect(readIn(root, `${cache}/openapi.yaml`)).toBe(readIn(fine, pinned));
  });

  it("tells what changed, also in check and without a connection afterwards", async () => {
    let up = true;
    const url = await serve(
      (_, response) => void (up ? response.end(changed(readIn(fine, pinned))) : response.destroy()),
    );
    const root = projectAt(url);
    const first = await fetching(root);
    expect(first).toMatchObject({ code: 1, err: expect.stringContaining("shippo@2018-02-08: changed (seen ") });
    expect(first.out).toContain(`${pinned}:`);
    up = false;
    expect(await runIn(root, "drift", "upstream")).toMatchObject({ code: 1, out: first.out });
    const check = await runIn(root, "check");
    expect(check).toMatchObject({
      code: 1,
      out: expect.stringMatching(/FAIL upstream +1 of 2 versions seen, 1 changed: /),
    });
    expect(await runIn(root, "drift", "upstream", "--fail-on", "none")).toMatchObject({ code: 0 });
    const json = await runIn(root, "drift", "upstream", "shippo", "--json");
    expect(JSON.parse(json.out)).toMatchObject({
      command: "drift upstream",
      inputs: [
        { role: "base", provider: "shippo", version: "2018-02-08", file: pinned },
        { role: "revision", file: `${cache}/openapi.yaml` },
      ],
    });
  });

  it("finds nothing where only descriptions, comments or the order of keys differ", async () => {
    const url = await serve(
      (_, response) =>
        void response.end(`# moved\n${readIn(fine, pinned).replace(/summary: .*/, "summary: Other words")}`),
    );
    const root = projectAt(url);
    expect(await fetching(root)).toMatchObject({
      code: 0,
      err: expect.stringContaining("nothing that a client can notice"),
    });
    expect(await runIn(root, "check")).toMatchObject({ code: 0, out: expect.stringContaining("ok   upstream") });
  });

  it.each<[what: string, answer: Answer, code: number, told: RegExp]>([
    ["a server that is down", (_, response) => void response.destroy(), 4, /the document cannot be fetched/],
    ["a server that is busy", (_, response) => void response.writeHead(503).end(), 4, /status 503/],
    ["an address without a document", (_, response) => void response.writeHead(404).end("no"), 3, /status 404/],
    ["304 without being asked", (_, response) => void response.writeHead(304).end(), 3, /status 304/],
    [
      "another host",
      (_, response) => void response.writeHead(302, { location: "http://127.0.0.2:9/x" }).end(),
      3,
      /another host/,
    ],
    [
      "a login page",
      (_, response) => void response.end("<!doctype html><p>Sign in"),
      3,
      /openapi.yaml:1:1 error S002.*HTML/,
    ],
    ["text that is no OpenAPI", (_, response) => void response.end("hello: world\n"), 3, /error S006/],
    [
      "a document that is cut off",
      (_, response) => void response.end('{"openapi": "3.1.0", "info": {'),
      3,
      /error S003/,
    ],
    [
      "a connection that breaks",
      (_, response) => {
        response.writeHead(200, { "content-length": "100000" });
        response.write("openapi: 3.1.0\n", () => response.destroy());
      },
      4,
      /cannot be fetched/,
    ],
    [
      "a reference into the machine",
      (_, response) =>
        void response.end(
          'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths: { /x: { $ref: "file:///etc/passwd" } }\n',
        ),
      3,
      /error S011/,
    ],
    [
      "terminal control characters",
      (_, response) => void response.end("openapi: 3.1.0\n\u001b[31m: *evil\n"),
      3,
      /error S003/,
    ],
  ])("is no pass for %s, and writes nothing", async (_, answer, code, told) => {
    const root = projectAt(await serve(answer));
    const printed = await fetching(root);
    expect(printed).toMatchObject({ code, err: expect.stringMatching(told) });
    expect(printed.err).not.toContain("\u001b");
    expect(existsIn(root, ".couplet")).toBe(false);
  });

  it("goes on with the other providers when one cannot be reached", async () => {
    const root = projectAt(await serve((_, response) => void response.destroy()));
    const other = await serve((_, response) => void response.end(readIn(fine, "specs/segment/v1/openapi.yaml")));
    editIn(root, "specs/segment/v1/source.yaml", (text) => `${text}url: ${other}\n`);
    const { code, err } = await runIn(root, "drift", "upstream", "--fetch");
    expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining("segment@v1: as pinned") });
  });

  it("keeps what was seen before when the next answer is no document", async () => {
    let body = readIn(fine, pinned);
    const root = projectAt(await serve((_, response) => void response.end(body)));
    await fetching(root);
    body = "no";
    expect(await fetching(root)).toMatchObject({ code: 3 });
    expect(readIn(root, `${cache}/openapi.yaml`)).toBe(readIn(fine, pinned));
  });
});

describe("couplet drift upstream", () => {
  it("says why nothing was compared", async () => {
    const { code, out, err } = await runIn(fine, "drift", "upstream");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toBe(
      "segment@v1: source.yaml names no `url` to fetch\nshippo@2018-02-08: source.yaml names no `url` to fetch\n",
    );
    const root = projectAt("https://shippo.example/openapi.yaml");
    expect((await runIn(root, "drift", "upstream", "shippo")).err).toContain(
      "nothing cached; --fetch asks the provider",
    );
  });

  it("compares with a file", async () => {
    const root = copyOf(fine);
    writeFileSync(join(root, "new.yaml"), changed(readIn(root, pinned)));
    expect(await runIn(root, "drift", "upstream", "shippo", "--from", "new.yaml")).toMatchObject({ code: 1 });
    expect(await runIn(root, "drift", "upstream", "shippo", "--from", pinned)).toMatchObject({ code: 0 });
    writeFileSync(join(root, "new.yaml"), "openapi: 3.1.0\npaths: [\n");
    expect(await runIn(root, "drift", "upstream", "shippo", "--from", "new.yaml")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^new.yaml:\d+:\d+ error S003/),
    });
    expect(existsIn(root, ".couplet")).toBe(false);
  });

  it("tells what the policy says of the new document", async () => {
    const root = copyOf(fine);
    // An operation that the policy speaks of is called otherwise.
    editIn(root, "specs/shippo/policy.yaml", (text) => {
      const [, id] = /^ {2}(\w+):$/m.exec(text.slice(text.indexOf("\noperations:"))) ?? [];
      writeFileSync(
        join(root, "new.yaml"),
        readIn(root, pinned).replaceAll(`operationId: ${id}\n`, `operationId: ${id}Moved\n`),
      );
      return `${text}\n`;
    });
    const { code, err } = await runIn(root, "drift", "upstream", "shippo", "--from", "new.yaml");
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/policy.yaml:\d+:\d+ error P20\d/) });
  });

  it.each([
    [["drift", "upstream", "--from", "x.yaml"], "--from is one document, and these are 2 versions"],
    [["drift", "upstream", "shippo", "--from", "x.yaml", "--fetch"], "--from and --fetch are two different documents"],
    [["drift", "upstream", "shippo@1"], 'there is no version "1"'],
    [["drift", "upstream", "shippo", "--from", "https://a.example/x"], "no connection is opened to a.example"],
    [["drift", "upstream", "shippo", "--now", "soon"], '--now "soon" is no day'],
  ])("refuses %j", async (args, told) => {
    expect(await runIn(fine, ...args)).toMatchObject({ code: 2, err: expect.stringContaining(told) });
  });

  it("opens no connection to a host that only a document names", async () => {
    const root = projectAt("http://acme.example/openapi.yaml");
    expect(await fetching(root)).toMatchObject({ code: 2, err: expect.stringContaining("over https only") });
    rmSync(join(root, sourceFile));
    expect(await fetching(root)).toMatchObject({ code: 0, err: expect.stringContaining("names no `url`") });
  });
});
