/** What commands print for machines, and how findings about the project itself read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../../generator/cli.ts";
import type { Diagnostic } from "../../generator/errors.ts";
import { toGithub } from "../../generator/report-github.ts";
import { toSarif } from "../../generator/report-sarif.ts";
import { isSarif } from "./sarif-schema.ts";

vi.setConfig({ testTimeout: 30_000 });

const document = `openapi: 3.1.0
info: { title: Acme, version: "1.0" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get: { operationId: listOrders, tags: [Orders], responses: { "200": { description: ok } } }
`;
const source = 'source: { url: "https://docs.acme.example", verified: 2026-11-01 }\n';
const policy = (provider: string, body: string): string => `policy: "1.0"\nprovider: ${provider}\n${body}`;

const base = mkdtempSync(join(tmpdir(), "couplet-formats-"));
afterAll(() => rmSync(base, { recursive: true }));
let root: string;
let count = 0;
beforeEach(() => {
  root = join(base, String(++count));
  mkdirSync(root);
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const twoProviders = (): void =>
  put({
    "specs/acme/1.0/openapi.yaml": document,
    "specs/acme/policy.yaml": policy("acme", `${source}operations: { listOrder: { retry: none } }\n`),
    "specs/bolt/1.0/openapi.yaml": document,
    "specs/bolt/policy.yaml": policy("bolt", `${source}defaults: { retry: { maxRetryAfter: 2m } }\n`),
  });

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

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations?: readonly { readonly physicalLocation: object }[];
    }[];
  }[];
}

function readSarif(text: string): Log["runs"][number] {
  const log = JSON.parse(text) as Log;
  isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  expect(log.runs).toHaveLength(1);
  return log.runs[0]!;
}

describe("several providers, one document", () => {
  test("text", async () => {
    twoProviders();
    const { code, out, err } = await run("policy", "lint", "--format", "text");
    expect(code).toBe(1);
    expect(err).toBe(
      [
        "specs/acme/policy.yaml:4:15 error P201 there is no operation `listOrder` in 1.0",
        "    4 | operations: { listOrder: { retry: none } }",
        "      |               ^^^^^^^^^",
        "  fix: did you mean `listOrders`?",
        "specs/bolt/policy.yaml:4:37 warning P105 a wait of 2m never fits into the deadline of 60s",
        "    4 | defaults: { retry: { maxRetryAfter: 2m } }",
        "      |                                     ^^",
        "  fix: write a longer `timeouts.deadline`, or a shorter `maxRetryAfter`",
        "",
      ].join("\n"),
    );
    expect(out).toBe("2 policies: 1 error, 1 warning\n");
    expect(await run("policy", "lint")).toEqual({ code, out, err });
  });

  test("json", async () => {
    twoProviders();
    const { code, out, err } = await run("policy", "lint", "--format", "json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toEqual({
      packages: [],
      diagnostics: [
        {
          code: "P201",
          severity: "error",
          file: "specs/acme/policy.yaml",
          line: 4,
          column: 15,
          message: "there is no operation `listOrder` in 1.0",
          fix: "did you mean `listOrders`?",
        },
        expect.objectContaining({ code: "P105", severity: "warning", file: "specs/bolt/policy.yaml" }),
      ],
    });
    expect((await run("policy", "lint", "--json")).out).toBe(out);
  });

  test("sarif", async () => {
    twoProviders();
    const { code, out, err } = await run("policy", "lint", "--format", "sarif");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const { results, tool } = readSarif(out);
    expect(tool.driver.rules.map((rule) => rule.id)).toEqual(["P105", "P201"]);
    expect(results).toEqual([
      {
        ruleId: "P201",
        ruleIndex: 1,
        level: "error",
        message: { text: "there is no operation `listOrder` in 1.0\nfix: did you mean `listOrders`?" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "specs/acme/policy.yaml", index: 0 },
              region: { startLine: 4, startColumn: 15, endColumn: 24 },
            },
          },
        ],
      },
      expect.objectContaining({ ruleId: "P105", ruleIndex: 0, level: "warning" }),
    ]);
  });

  test("github", async () => {
    twoProviders();
    const { code, out, err } = await run("policy", "lint", "--format", "github");
    expect(code).toBe(1);
    expect(out).toBe(
      "::error file=specs/acme/policy.yaml,line=4,col=15,endColumn=24,title=couplet P201::" +
        "there is no operation `listOrder` in 1.0%0Afix: did you mean `listOrders`?\n" +
        "::warning file=specs/bolt/policy.yaml,line=4,col=37,endColumn=39,title=couplet P105::" +
        "a wait of 2m never fits into the deadline of 60s%0Afix: write a longer `timeouts.deadline`, or a shorter `maxRetryAfter`\n",
    );
    expect(err).toBe("2 policies: 1 error, 1 warning\n");
  });

  test("nothing found is a document too", async () => {
    put({ "specs/acme/1.0/openapi.yaml": document, "specs/acme/policy.yaml": policy("acme", source) });
    const { code, out } = await run("policy", "lint", "--format", "sarif");
    expect(code).toBe(0);
    expect(readSarif(out).results).toEqual([]);
  });
});

describe("generate", () => {
  test("refuses in the format that was asked for, with the same exit code", async () => {
    twoProviders();
    for (const format of ["text", "json", "sarif", "github"]) {
      const { code, out } = await run("generate", "--format", format);
      expect([format, code]).toEqual([format, 2]);
      if (format === "sarif") expect(readSarif(out).results.map((one) => one.ruleId)).toContain("P201");
      if (format === "github") expect(out).toMatch(/^::error file=specs\/acme\/policy.yaml,line=4,/);
    }
  });

  test("says on the side what is no finding", async () => {
    put({ "specs/acme/1.0/openapi.yaml": document, "specs/acme/policy.yaml": policy("acme", source) });
    const { code, out, err } = await run("generate", "--check", "--format", "sarif");
    expect(code).toBe(1);
    expect(readSarif(out).results).toEqual([]);
    expect(err).toContain("missing");
  });
});

test.each([
  ["an unknown format", ["policy", "lint", "--format", "xml"], /Allowed choices are text, json, sarif, github/],
  ["two formats", ["policy", "lint", "--json", "--format", "sarif"], /--json' cannot be used with/],
])("%s is bad usage", async (_, args, words) => {
  twoProviders();
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

test("--strict makes a fact without a source an error", async () => {
  put({
    "specs/acme/1.0/openapi.yaml": document,
    "specs/acme/policy.yaml": policy(
      "acme",
      "rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 1, per: 1s } } }\ndefaults: { limitedBy: [a] }\n",
    ),
  });
  expect(await run("policy", "lint")).toMatchObject({ code: 0, err: expect.stringContaining("warning P702") });
  expect(await run("policy", "lint", "--strict")).toMatchObject({
    code: 1,
    err: expect.stringContaining("error P702"),
  });
});

describe("hostile text", () => {
  const finding: Diagnostic = {
    file: "specs/a,b:c%/100%\n::error::x.yaml",
    line: 1,
    column: 2,
    code: "P201",
    severity: "warning",
    message: "50% of \r\n::set-output name=x::\u001b[31m SARIF_BUILDER_INVALID",
    fix: "a\u202eb",
  };

  test("cannot end a workflow command or a property", () => {
    expect(toGithub(finding)).toBe(
      "::warning file=specs/a%2Cb%3Ac%25/100%25\\u{a}%3A%3Aerror%3A%3Ax.yaml,line=1,col=2,title=couplet P201::" +
        "50%25 of \\u{d}\\u{a}::set-output name=x::\\u{1b}[31m SARIF_BUILDER_INVALID%0Afix: a\\u{202e}b",
    );
  });

  test("stays text in SARIF", () => {
    const [result] = readSarif(toSarif([finding], "1.0.0")).results;
    expect(result?.message.text).toBe(
      "50% of \\u{d}\\u{a}::set-output name=x::\\u{1b}[31m SARIF_BUILDER_INVALID\nfix: a\\u{202e}b",
    );
    expect(result?.locations?.[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: "specs/a%2Cb%3Ac%25/100%25%0A%3A%3Aerror%3A%3Ax.yaml" },
      region: { startLine: 1, startColumn: 2 },
    });
  });
});

/** Findings about the project and the command line: what is given, and the first line of what is told. */
const project = { "specs/acme/1.0/openapi.yaml": document, "specs/acme/policy.yaml": policy("acme", source) };
test.each<[string, Readonly<Record<string, string>>, string[], string]>([
  [
    "C001",
    { "couplet.yaml": "spec: x\n" },
    ["generate"],
    'couplet.yaml:1:1 error C001 spec: Unrecognized key: "spec"\n    1 | spec: x\n      | ^\n  fix: known keys: specs, out, scope, strict\n',
  ],
  [
    "C002",
    project,
    ["generate", "acmee"],
    'specs:1:1 error C002 there is no provider "acmee"\n  fix: known providers: acme\n',
  ],
  [
    "C003",
    { ...project, "generated/acme/1.0/index.ts/keep": "" },
    ["generate"],
    "generated/acme/1.0/index.ts:1:1 error C003 there is a link or a folder where a file is to be written\n  fix: remove it and run again\n",
  ],
  [
    "C004",
    project,
    ["generate", "--out", "x"],
    "command line:1:1 error C004 --out goes with --spec\n  fix: a project's folders are set in couplet.yaml\n",
  ],
  ["L001", { ...project, "couplet.lock.json": "{" }, ["generate"], "couplet.lock.json:1:1 error L001 "],
])("%s, and not in a file of its own where there is none", async (code, files, args, told) => {
  put({ ...project, ...files });
  const { code: exit, err } = await run(...args);
  expect(exit).toBe(2);
  expect(err.slice(0, told.length)).toBe(told);
  const [result] = readSarif((await run(...args, "--format", "sarif")).out).results;
  expect(result?.ruleId).toBe(code);
  expect(result?.locations === undefined).toBe(code === "C004");
});
