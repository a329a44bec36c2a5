/** What can stand on a side of a comparison: files, commits, URLs; and what is told when it cannot be read. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../../generator/errors.ts";
import type { ApiDocument } from "../../../generator/model.ts";
import { type OpenOptions, openRevision } from "../../../generator/open-revision.ts";
import { projectOf } from "../explain/run-in-project.ts";

const document = (title: string, rest = ""): string =>
  `openapi: 3.1.0\ninfo: { title: ${title}, version: "1" }\npaths:\n  /a: { get: { operationId: a, responses: { "200": { description: ok${rest} } } } }\n`;
const referring = (file: string): string =>
  document("Many", `, content: { application/json: { schema: { $ref: "${file}#/A" } } }`);

const optionsIn = (cwd: string): OpenOptions => ({ cwd, allowHosts: [], overlays: [], progress: () => {} });
const open = (cwd: string, text: string, allowHosts: readonly string[] = []): Promise<ApiDocument> =>
  openRevision(text, { ...optionsIn(cwd), allowHosts });

async function problem(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) throw error ?? new Error("it was read");
  const [first] = error.diagnostics;
  return `${error.stop}: ${first!.file}:${first!.line}:${first!.column} ${first!.code} ${first!.message}`;
}

describe("git", () => {
  let root: string;
  const git = (...args: string[]): void => {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...identity, ...args], { cwd: root, stdio: "pipe" });
  };
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  beforeAll(() => {
    root = projectOf({});
    git("init", "-q", "-b", "main");
    put({
      "openapi.yaml": document("First"),
      "api/many.yaml": referring("./parts/a.yaml"),
      "api/parts/a.yaml": "A: { type: string }\n",
      "api/lost.yaml": referring("./none.yaml"),
      "api/out.yaml": referring("../secret.yaml"),
      "secret.yaml": "A: { type: integer }\n",
      "api/broken.yaml": "openapi: 3.1.0\ninfo: [\n",
      "api/two words $(x).yaml": document("Words"),
    });
    symlinkSync("openapi.yaml", join(root, "link.yaml"));
    git("add", "-A");
    git("commit", "-qm", "first");
    git("tag", "v1");
    put({ "openapi.yaml": document("Second"), "api/parts/a.yaml": "A: { type: number }\n" });
    git("commit", "-qam", "second");
    put({ "openapi.yaml": document("Third") });
  });

  test("gives the file as the commit has it", async () => {
    const titles = [];
    for (const text of ["git:v1:openapi.yaml", "git:HEAD:openapi.yaml", "openapi.yaml", "git:main:./openapi.yaml"])
      titles.push((await open(root, text)).title);
    expect(titles).toEqual(["First", "Second", "Third", "Second"]);
    expect((await open(join(root, "api"), "git:v1:../openapi.yaml")).title).toBe("First");
    expect((await open(root, "git:v1:api/two words $(x).yaml")).title).toBe("Words");
  });

  test("gives what the file refers to as the commit has it, and tells places in that commit", async () => {
    const first = await open(root, "git:v1:api/many.yaml");
    const second = await open(root, "git:HEAD:api/many.yaml");
    const type = (api: ApiDocument): unknown => [...api.schemas.values()].map((schema) => schema.type);
    expect([type(first), type(second)]).toEqual([["string"], ["number"]]);
    expect(first.file).toBe("git:v1:api/many.yaml");
    const [name] = [...first.schemas.keys()];
    expect(first.locate(`/components/schemas/${name}`)).toMatchObject({ file: "git:v1:api/parts/a.yaml", line: 1 });
    expect(first.locate("/paths/~1a/get")).toMatchObject({ file: "git:v1:api/many.yaml", line: 4 });
  });

  test("does not read what has the bytes of the other side", async () => {
    const first = await open(root, "git:v1:openapi.yaml");
    put({ "same.yaml": document("First") });
    const again = (text: string): Promise<ApiDocument> =>
      openRevision(text, { ...optionsIn(root), other: { ...first, title: "kept" } });
    const told = await Promise.all(["same.yaml", "git:v1:openapi.yaml", "git:HEAD:openapi.yaml"].map(again));
    expect(told.map(({ title, file }) => [title, file])).toEqual([
      ["kept", "same.yaml"],
      ["kept", "git:v1:openapi.yaml"],
      ["Second", "git:HEAD:openapi.yaml"],
    ]);
    // Of a document of many files the bytes of the first say little.
    const many = await open(root, "git:v1:api/many.yaml");
    const other = { ...many, title: "kept" };
    const next = await openRevision("git:HEAD:api/many.yaml", { ...optionsIn(root), other });
    expect(next.title).toBe("Many");
  });

  test.each([
    ["git:main", /^usage: git:main:1:1 C007 this names no file of a commit/],
    ["git:none:openapi.yaml", /^revision: git:none:openapi.yaml:1:1 C007 there is no commit none in this clone/],
    ["git:--help:openapi.yaml", /^revision: .* C007 there is no commit --help/],
    ["git:main:none.yaml", /^revision: .* C007 main has no file none.yaml/],
    ["git:main:api", /^revision: .* C007 main has no file api/],
    ["git:main:link.yaml", /^revision: .* C007 main has no file link.yaml/],
    ["git:main:../../etc/passwd", /^revision: .* C007 main has no file/],
    ["git:main:./../../etc/passwd", /^revision: .* C007 main has no file/],
    ["git:main:api/broken.yaml", /^revision: git:main:api\/broken.yaml:\d+:\d+ S003 /],
    ["git:main:api/lost.yaml", /^revision: git:main:api\/lost.yaml:4:\d+ S011 /],
    ["git:main:api/out.yaml", /^revision: git:main:api\/out.yaml:4:\d+ S011 /],
    ["none.yaml", /^revision: none.yaml:1:1 S001 there is no such file/],
    ["api/broken.yaml", /^revision: api\/broken.yaml:\d+:\d+ S003 /],
  ])("%s is refused", async (text, told) => expect(await problem(open(root, text))).toMatch(told));

  test("outside of a repository is told so", async () => {
    expect(await problem(open(projectOf({}), "git:main:openapi.yaml"))).toMatch(
      /^revision: .* C007 fatal: not a git repo/,
    );
  });
});

describe("a URL", () => {
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    response.statusCode = Number(/status=(\d+)/.exec(url)?.[1] ?? 200);
    response.end(url.includes("page") ? "<html></html>" : document("Served"));
  });
  let host: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("is fetched from a host that is allowed, and told as the place", async () => {
    const found = await open("/", `http://${host}/openapi.yaml`, [host]);
    expect([found.title, found.locate("/info").file]).toEqual(["Served", `http://${host}/openapi.yaml`]);
  });
  test.each([
    ["of a host that is not allowed", "/openapi.yaml", false, /^usage: .* C006 no connection is opened/],
    ["that is no document", "/page", true, /^revision: http:\/\/.*\/page:1:1 S002 the file is HTML/],
    ["that is not there", "/?status=404", true, /^revision: .* C006 the answer has status 404/],
    ["of a server that fails", "/?status=503", true, /^unreachable: .* C006 the answer has status 503/],
  ])("%s is refused", async (_, path, allowed, told) => {
    expect(await problem(open("/", `http://${host}${path}`, allowed ? [host] : []))).toMatch(told);
  });
  test("that nobody answers is unreachable", async () => {
    expect(await problem(open("/", "http://127.0.0.1:1/o.yaml", ["127.0.0.1:1"]))).toMatch(/^unreachable: .* C006 /);
  });
});
