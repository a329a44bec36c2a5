/** `couplet diff` around the engine: what it hands over, what it writes, and how it ends. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type DiffFlags, runDiff } from "../../../generator/commands/diff.ts";
import type { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import { exitCode } from "../../../generator/drift/exit-code.ts";
import type { Finding } from "../../../generator/drift/finding.ts";
import { InputError } from "../../../generator/errors.ts";
import { projectOf } from "../explain/run-in-project.ts";
import { finding } from "./fixture-report.ts";

const document = (values: string): string => `openapi: 3.1.0
info: { title: Acme, version: "1.0" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [Orders]
      parameters: [{ name: trace, in: header, schema: { type: string } }]
      responses: { "200": { description: ok, content: { application/json: { schema: { type: string, enum: [${values}] } } } } }
  /internal:
    get: { operationId: internal, responses: { "200": { description: ok } } }
`;
const policy = `policy: "1.0"
provider: acme
exclude: { paths: ["/internal"] }
defaults: { headers: { trace: "1" }, retry: { retryAfter: [{ from: $response.header.X-Wait, format: delaySeconds }] } }
`;
const project = {
  "specs/acme/v1/openapi.yaml": document("a"),
  "specs/acme/v2/openapi.yaml": document("a, b"),
  "specs/acme/policy.yaml": policy,
  "specs/other/v1/openapi.yaml": document("a"),
  "new.yaml": document("a, b, c"),
  "broken.yaml": "openapi: [\n",
};

type Given = Required<Parameters<typeof diffDocuments>>;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly told: string;
  readonly handed: Given | undefined;
}

async function run(
  root: string,
  base: string,
  revision: string,
  flags: DiffFlags,
  found = [finding({})],
): Promise<Ended> {
  let out = "";
  let handed: Given | undefined;
  const console = {
    cwd: root,
    colour: false,
    out: (text: string) => {
      out += text;
    },
    err: () => {},
    progress: () => {},
  };
  const stepOutputs = join(root, "outputs");
  const diff: typeof diffDocuments = (...given) => {
    handed = given as Given;
    return found;
  };
  const end = (code: number, told = ""): Ended => ({ code, out, told, handed });
  try {
    return end(await runDiff(base, revision, { now: "2026-11-22", ...flags }, { ...console, stepOutputs }, diff));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return end(exitCode([error.stop]), error.message);
  }
}

describe("what the engine is given", () => {
  test("of two versions: the names and what the policy decides", async () => {
    const { handed } = await run(projectOf(project), "acme@v1", "acme@v2", {});
    const [base, revision, options] = handed!;
    expect([base.file, revision.file]).toEqual(["specs/acme/v1/openapi.yaml", "specs/acme/v2/openapi.yaml"]);
    expect(options).toEqual({
      provider: "acme",
      apiVersion: "v1",
      names: { base: { listOrders: "orders.list" }, revision: { listOrders: "orders.list" } },
      policy: {
        responseHeaders: expect.arrayContaining(["x-wait"]),
        strictResponses: false,
        excluded: ["internal"],
        supplied: ["header:trace"],
        alternatives: {},
        constants: { "header:trace": ["1"] },
      },
    });
  });
  test("of files: nothing but them, until a policy is named", async () => {
    const root = projectOf(project);
    expect((await run(root, "new.yaml", "new.yaml", {})).handed![2]).toEqual({});
    expect((await run(root, "acme@v1", "new.yaml", { policy: false })).handed![2].policy?.excluded).toEqual([]);
    const { provider, policy: facts } = (await run(root, "new.yaml", "new.yaml", { policy: "specs/acme/policy.yaml" }))
      .handed![2];
    expect([provider, facts?.excluded]).toEqual(["acme", ["internal"]]);
  });
  test("of the document of a version, wherever it is named: what goes with the version", async () => {
    const root = projectOf(project);
    const [, , named] = (await run(root, "acme@v1", "acme@v2", {})).handed!;
    const [, , files] = (await run(root, "./specs/acme/v1/openapi.yaml", "specs/acme/v2/openapi.yaml", {})).handed!;
    expect(files).toEqual(named);
    const git = (...args: string[]): Buffer => execFileSync("git", args, { cwd: root, stdio: "pipe" });
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=t", "-c", "user.email=t@t.example", "commit", "-qm", "x");
    const text = "git:HEAD:specs/acme/v1/openapi.yaml";
    const [base, , options] = (await run(root, text, "specs/acme/v1/openapi.yaml", {})).handed!;
    expect([base.file, options.provider, options.apiVersion]).toEqual([text, "acme", "v1"]);
  });
  test("of a newer document: with the names that the lock keeps, and the repairs of the version", async () => {
    const overlay =
      'overlay: 1.0.0\ninfo: { title: x, version: "1" }\nactions: [{ target: "$.info", update: { title: Mended } }]\n';
    const versions = {
      acme: {
        outputs: {},
        versions: {
          v1: {
            inputs: {},
            names: { listOrders: "orders.all" },
            operations: 1,
            origins: [],
            outputs: {},
            selectors: {},
            specSha256: "",
          },
        },
      },
    };
    const lock = JSON.stringify({
      lockVersion: 1,
      generator: { name: "couplet", version: "0", sha256: "" },
      providers: versions,
    });
    const root = projectOf({ ...project, "specs/acme/v1/overlay.yaml": overlay, "couplet.lock.json": lock });
    const [base, revision, options] = (await run(root, "acme@v1", "new.yaml", {})).handed!;
    expect([base.title, revision.title]).toEqual(["Mended", "Mended"]);
    expect(options.names!.revision["listOrders"]).toBe("orders.all");
    const [older, pinned, back] = (await run(root, "new.yaml", "acme@v1", {})).handed!;
    expect([older.title, pinned.title, back]).toEqual(["Mended", "Mended", options]);
  });
});

/** Flags, what is found, and the exit code. */
const ends: [DiffFlags, readonly Partial<Finding>[], number][] = [
  [{}, [], 0],
  [{}, [{ severity: "breaking" }], 1],
  [{}, [{ severity: "risky" }], 0],
  [{ failOn: "risky" }, [{ severity: "risky" }], 1],
  [{ failOn: "risky" }, [{ severity: "notice" }], 0],
  [{ failOn: "any" }, [{ severity: "notice" }], 1],
  [{ failOn: "any" }, [{ severity: "safe" }], 1],
  [{ failOn: "any" }, [], 0],
  [{ failOn: "none" }, [{ severity: "breaking" }], 0],
  [{}, [{ severity: "breaking", usage: { confidence: "unused", sites: [] } }], 0],
  [{}, [{ severity: "breaking", usage: { confidence: "used", sites: [] } }], 1],
  [{}, [{ severity: "breaking", usage: { confidence: "possible", sites: [] } }], 0],
];
test.each(ends)("%j with %j ends with %i", async (flags, found, code) => {
  const ended = await run(projectOf(project), "acme@v1", "acme@v2", flags, found.map(finding));
  expect(ended.code).toBe(code);
});

describe("approvals", () => {
  const entry = (more: string): string =>
    `version: 1\napprovals:\n  - { fingerprint: b7c1e0a94f2d11aa, rule: response-enum-value-added, reason: ours${more} }\n`;
  const unmatched = entry(", where: acme@v1 GET /x").replace("b7c1", "0000");
  test.each<[string, string, string, number]>([
    ["one that holds", entry(""), "acme@v2", 0],
    ["one that ended", entry(", until: 2026-11-21"), "acme@v2", 5],
    ["one of nothing, and a newer document", unmatched, "new.yaml", 5],
    ["one of nothing, and another version of the project", unmatched, "acme@v2", 1],
  ])("%s", async (_, text, revision, code) => {
    const root = projectOf({ ...project, "couplet.approvals.yaml": text });
    expect((await run(root, "acme@v1", revision, {})).code).toBe(code);
  });
});

describe("reports", () => {
  test("go where they are sent, all in one run", async () => {
    const root = projectOf(project);
    const { out } = await run(root, "acme@v1", "acme@v2", {
      format: ["json=out/drift.json", "html=drift.html", "github"],
    });
    expect(out).toMatch(/^::error /);
    expect(JSON.parse(readFileSync(join(root, "out/drift.json"), "utf8"))).toMatchObject({
      command: "diff",
      inputs: [
        { role: "base", provider: "acme", version: "v1", file: "specs/acme/v1/openapi.yaml" },
        { role: "revision", provider: "acme", version: "v2" },
      ],
      summary: { breaking: 1 },
    });
    expect(readFileSync(join(root, "drift.html"), "utf8")).toMatch(/^<!doctype html>/);
    expect(readFileSync(join(root, "outputs"), "utf8")).toBe("breaking=1\nrisky=0\nused=\nbump=\n");
  });
  test("in files alone leave people their text", async () => {
    expect((await run(projectOf(project), "acme@v1", "acme@v2", { format: ["json=a.json"] })).out).toContain(
      "1 breaking change",
    );
  });
  test.each<[string, string, DiffFlags, number, RegExp]>([
    ["acme@v1", "broken.yaml", {}, 3, /^broken.yaml:\d+:\d+ error S003 /],
    ["broken.yaml", "none.yaml", {}, 3, /S003 [\s\S]*none.yaml:1:1 error S001/],
    ["acme@v9", "new.yaml", {}, 2, /C002 there is no version "v9"/],
    ["acme@v1", "other@v1", {}, 2, /C004 acme and other are two providers: they have nothing to compare/],
    ["nobody@v1", "new.yaml", {}, 2, /C002 there is no provider "nobody"/],
    ["new.yaml", "http://127.0.0.1:1/a.yaml", {}, 2, /C006 no connection is opened to 127.0.0.1:1/],
    ["new.yaml", "http://127.0.0.1:1/a.yaml", { allowHost: ["127.0.0.1:1"] }, 4, /C006 the document cannot be fetched/],
    ["http://127.0.0.1:1/a.yaml", "broken.yaml", { allowHost: ["127.0.0.1:1"] }, 3, /C006[\s\S]*S003/],
    ["broken.yaml", "http://127.0.0.1:1/a.yaml", { allowHost: ["127.0.0.1:1"] }, 3, /S003 [\s\S]*C006/],
    ["acme@v1", "acme@v2", { format: ["xml"] }, 2, /C004 there is no format "xml"/],
    ["acme@v1", "acme@v2", { format: ["json="] }, 2, /C004 --format json= names no file/],
    ["acme@v1", "acme@v2", { format: ["json", "html"] }, 2, /C004 only one format can go to standard output/],
    ["acme@v1", "acme@v2", { format: ["sarif"], json: true }, 2, /C004 only one format can go to standard output/],
    ["acme@v1", "acme@v2", { format: ["json=a", "html=a"] }, 2, /C004 two formats go to "a"/],
    ["acme@v1", "acme@v2", { format: ["json=specs"] }, 2, /specs:1:1 error C003 there is a folder/],
    ["acme@v1", "acme@v2", { failOn: "all" }, 2, /C004 --fail-on "all" is no threshold/],
    ["acme@v1", "acme@v2", { maxFindings: "many" }, 2, /C004 --max-findings "many" is no number/],
    ["acme@v1", "acme@v2", { now: "today" }, 2, /C004 --now "today" is no day/],
  ])("are not written when %s cannot be compared with %s and %j", async (base, revision, flags, code, told) => {
    const root = projectOf(project);
    const format = ["markdown=written.md", ...(flags.format ?? [])];
    const ended = await run(root, base, revision, { ...flags, format });
    expect([ended.code, ended.out]).toEqual([code, ""]);
    expect(ended.told).toMatch(told);
    expect(existsSync(join(root, "written.md"))).toBe(false);
  });
  test("of broken approvals neither", async () => {
    const root = projectOf(project);
    writeFileSync(join(root, "couplet.approvals.yaml"), "version: 3\n");
    const ended = await run(root, "acme@v1", "acme@v2", {});
    expect([ended.code, ended.out]).toEqual([2, ""]);
  });
});
