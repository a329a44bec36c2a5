/** `couplet impact` around the engine: what is refused, how it ends, what people read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImpactFlags, runImpact } from "../../../../generator/commands/impact.ts";
import type { Finding } from "../../../../generator/drift/finding.ts";
import { InputError } from "../../../../generator/errors.ts";
import { projectRoot } from "../../explain/run-in-project.ts";
import { acmeAfter, acmeBefore } from "./acme-documents.ts";
import { type AcmeProject, acmeProject } from "./acme-project.ts";
import { findingOf } from "./finding-of.ts";
import { sampleTsconfig } from "./sample-consumer.ts";

const project = relative(projectRoot, sampleTsconfig);
const schemas = "/components/schemas";
const charges = findingOf({
  fingerprint: "00000000000000c1",
  rule: "response-property-removed",
  pointer: { base: `${schemas}/PaymentIntent/properties/charges`, revision: `${schemas}/PaymentIntent` },
  message: "PaymentIntent.charges is gone",
  why: "code that reads it gets undefined",
  fix: "read latest_charge",
});
const refunds = findingOf({
  fingerprint: "00000000000000c2",
  rule: "response-became-nullable",
  pointer: { base: `${schemas}/Charge/properties/refunds`, revision: `${schemas}/Charge/properties/refunds` },
});
const total = findingOf({
  fingerprint: "00000000000000c3",
  rule: "response-property-removed",
  pointer: { base: `${schemas}/CustomerSearchResult/properties/total_count` },
});
interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(root: string, flags: ImpactFlags, found?: readonly Finding[]): Promise<Run> {
  let [out, err] = ["", ""];
  const console = {
    cwd: root,
    colour: false,
    out: (text: string) => {
      out += `${text}\n`;
    },
    err: (text: string) => {
      err += `${text}\n`;
    },
    progress: () => {},
  };
  const diff = found === undefined ? [] : [() => [...found]];
  return { code: await runImpact({ now: "2026-11-22", ...flags }, console, ...diff), out, err };
}

describe("moving to another version", { timeout: 60_000 }, () => {
  const to = "stripe@2022-11-15";

  test("text names the line, what the compiler says there, and what to do", async () => {
    const { code, out } = await run(projectRoot, { project, to }, [charges, refunds, total]);
    expect(code).toBe(1);
    expect(out).toContain(
      [
        "test/generator/drift/consumer/src/receipts.ts:6:24 breaking response-property-removed PaymentIntent.charges is gone",
        "    6 |   const [first] = paid.charges?.data ?? []; // breaks: charges",
        "      |                        ^^^^^^^",
      ].join("\n"),
    );
    expect(out).toContain("receipts.ts:11:19 read: TS2339 Property 'charges' does not exist on type 'PaymentIntent'.");
    expect(out).toContain("  fix: read latest_charge");
  });

  test("one finding by its id", async () => {
    const { code, out } = await run(projectRoot, { project, to, finding: [total.fingerprint], json: true }, [
      charges,
      refunds,
      total,
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out).findings.map(({ fingerprint }: Finding) => fingerprint)).toEqual([total.fingerprint]);
  });
});

describe("a project of its own", { timeout: 60_000 }, () => {
  let acme: AcmeProject;
  beforeAll(async () => {
    acme = await acmeProject({
      "specs/acme/v1/openapi.yaml": acmeBefore,
      "specs/acme/v2/openapi.yaml": acmeAfter,
      "broken.yaml": "openapi: [",
      "none.yaml": 'openapi: 3.1.0\ninfo: { title: Acme, version: "1" }\npaths: {}\n',
      "src/app.ts":
        'import { createClient } from "@connectors/acme/v1";\nexport const up = await createClient().health.get();\n',
      "tsconfig.empty.json": '{ "include": ["nowhere"] }',
      "tsconfig.broken.json": '{\n  "compilerOptions": { "strict": "very" }\n}',
      "tsconfig.cut.json": '{\n  "extends": "./tsconfig.json",\n  "compilerOptions": {',
      "tsconfig.other.json": '{ "extends": "./tsconfig.json", "include": ["other"] }',
      "tsconfig.parts.json": '{ "files": [], "references": [{ "path": "./tsconfig.json" }] }',
      "other/alone.ts": "export const alone = 1;\n",
      "usage.json": '{ "schemaVersion": 2 }',
      "text.json": "usage",
    });
  }, 60_000);

  const refused: [what: string, flags: ImpactFlags, code: string, place: string, message: RegExp, stop?: string][] = [
    ["nothing to look at", { to: "acme@v2" }, "C004", "command line", /needs the code/],
    ["two kinds of users", { project: "tsconfig.json", usage: ["usage.json"] }, "C004", "command line", /exclude/],
    [
      "two kinds of changes",
      { project: "tsconfig.json", to: "acme@v2", spec: "none.yaml" },
      "C004",
      "command line",
      /exclude/,
    ],
    [
      "--from without --spec",
      { project: "tsconfig.json", from: "acme@v1" },
      "C004",
      "command line",
      /goes with --spec/,
    ],
    ["nothing to compare with", { project: "tsconfig.json" }, "C004", "command line", /nothing is named/],
    ["no such tsconfig", { project: "tsconfg.json", to: "acme@v2" }, "C004", "command line", /there is no file/],
    [
      "a mistake in it",
      { project: "tsconfig.broken.json", to: "acme@v2" },
      "D302",
      "tsconfig.broken.json:2:34",
      /strict/,
    ],
    [
      "one that was cut off",
      { project: "tsconfig.cut.json", to: "acme@v2" },
      "D302",
      "tsconfig.cut.json:3:23",
      /expected/,
    ],
    ["no files", { project: "tsconfig.empty.json", to: "acme@v2" }, "D302", "tsconfig.empty.json:1:1", /no files/],
    ["no client", { project: "tsconfig.other.json", to: "acme@v2" }, "D302", "tsconfig.other.json:1:1", /no generated/],
    ["no such version", { project: "tsconfig.json", to: "acme@v3" }, "C002", "specs/acme", /no version/],
    ["the same version", { project: "tsconfig.json", to: "acme@v1" }, "C004", "command line", /no other version/],
    ["not in use", { project: "tsconfig.json", spec: "none.yaml", from: "acme@v2" }, "C004", "command line", /not use/],
    ["no such id", { project: "tsconfig.json", to: "acme@v2", finding: ["ff"] }, "C004", "command line", /no finding/],
    ["a document that is none", { project: "tsconfig.json", spec: "broken.yaml" }, "S", "broken.yaml", /./, "revision"],
    [
      "a document that is not there",
      { project: "tsconfig.json", spec: "gone.yaml" },
      "S",
      "gone.yaml",
      /./,
      "revision",
    ],
    [
      "a usage file of another kind",
      { usage: ["usage.json"], to: "acme@v2" },
      "D303",
      "usage.json:1:1",
      /schemaVersion/,
    ],
    ["a usage file that is no JSON", { usage: ["text.json"], to: "acme@v2" }, "D303", "text.json:1:1", /no JSON/],
    ["a usage file that is not there", { usage: ["no.json"], to: "acme@v2" }, "C004", "command line", /cannot be read/],
  ];
  test.each(refused)("refused: %s", async (_, flags, code, place, message, stop = "usage") => {
    const error: unknown = await run(acme.root, flags).catch((thrown: unknown) => thrown);
    if (!(error instanceof InputError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
    const [first] = error.diagnostics;
    expect(first?.code).toContain(code);
    const file = first!.file.startsWith(acme.root) ? relative(acme.root, first!.file) : first!.file;
    expect(`${file}:${first?.line}:${first?.column}`).toContain(place);
    expect(first?.message).toMatch(message);
    expect(first?.fix).toBeTruthy();
    expect(error.stop).toBe(stop);
  });

  test("what is risky warns, and --all counts what is not met", async () => {
    const flags = { project: "tsconfig.json", to: "acme@v2" };
    const risky = findingOf({
      rule: "response-enum-value-added",
      severity: "risky",
      breaks: "callers",
      pointer: { base: "/paths/~1health/get" },
    });
    const unmet = findingOf({ rule: "response-property-removed", pointer: { base: `${schemas}/Item/properties/id` } });
    expect((await run(acme.root, flags, [risky, unmet])).code).toBe(0);
    expect((await run(acme.root, { ...flags, failOn: "risky" }, [risky, unmet])).code).toBe(1);
    expect((await run(acme.root, { ...flags, all: true }, [unmet])).code).toBe(1);
  });

  test("a tsconfig that only refers to others stands for them", async () => {
    const { code, out } = await run(acme.root, { project: "tsconfig.parts.json", to: "acme@v2", json: true });
    expect(code).toBe(1);
    const met = (JSON.parse(out).findings as Finding[]).filter(({ usage }) => usage?.confidence === "used");
    expect(met.map(({ rule, usage }) => [rule, usage?.sites.map(({ file, line }) => `${file}:${line}`)])).toEqual([
      ["security-added", ["src/app.ts:2"]],
    ]);
  });
});

describe("clients without bindings", () => {
  const folder = mkdtempSync(join(tmpdir(), "couplet-unbound-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const version = join(folder, "node_modules/@connectors/acme/v1");
  const write = (bindings: string | undefined): void => {
    rmSync(version, { recursive: true, force: true });
    mkdirSync(version, { recursive: true });
    writeFileSync(join(version, "index.ts"), "export const createClient = (): number => 1;\n");
    if (bindings !== undefined) writeFileSync(join(version, "bindings.json"), bindings);
    const manifest = {
      name: "@connectors/acme",
      type: "module",
      exports: { "./v1": "./v1/index.ts" },
      couplet: { versions: { v1: {} } },
    };
    writeFileSync(join(version, "../package.json"), JSON.stringify(manifest));
    const compilerOptions = { module: "nodenext", types: [], noEmit: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["app.ts"] }));
    writeFileSync(join(folder, "app.ts"), 'import { createClient } from "@connectors/acme/v1";\ncreateClient();\n');
  };
  const rows: [what: string, bindings: string | undefined, message: RegExp][] = [
    ["none", undefined, /no bindings\.json/],
    ["those of an older couplet", '{ "operations": {}, "types": {} }', /older couplet/],
    ["no JSON", "{", /no JSON/],
    ["another thing", "[]", /do not lead/],
  ];
  test.each(rows)("%s", { timeout: 30_000 }, async (_, bindings, message) => {
    write(bindings);
    const error: unknown = await run(folder, { project: "tsconfig.json", usageOut: "usage.json" }).catch(
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof InputError)) throw new Error("not refused");
    expect(error.diagnostics[0]).toMatchObject({ code: "D301", line: 1 });
    expect(error.diagnostics[0]?.message).toMatch(message);
    expect(error.diagnostics[0]?.file).toContain("acme/v1/bindings.json");
  });
});
