/** The command from end to end: two documents, the code on the first, and the lines that the report names. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DriftReport, Finding, UsageSite } from "../../../../generator/drift/finding.ts";
import { consumerCompiler } from "../../../../generator/drift/usage/consumer-compiler.ts";
import { openPrograms } from "../../../../generator/drift/usage/open-program.ts";
import { projectRoot, runIn } from "../../explain/run-in-project.ts";
import { acmeAfter, acmeBefore, acmeCode } from "./acme-documents.ts";
import { type AcmeProject, acmeProject } from "./acme-project.ts";

const sources = {
  "specs/acme/v1/openapi.yaml": acmeBefore,
  "specs/acme/v2/openapi.yaml": acmeAfter,
  "new.yaml": acmeAfter,
  "src/app.ts": acmeCode,
};

function marked(mark: string): number[] {
  return acmeCode.split("\n").flatMap((line, index) => (line.endsWith(`// ${mark}`) ? [index + 1] : []));
}

function linesOf(sites: readonly UsageSite[] | undefined): number[] {
  return [...new Set((sites ?? []).map(({ line }) => line))].sort((a, b) => a - b);
}

describe("acme v1 -> v2", { timeout: 120_000 }, () => {
  let project: AcmeProject;
  let code: number;
  let report: DriftReport;
  beforeAll(async () => {
    project = await acmeProject(sources);
    const run = await runIn(project.root, "impact", "--project", "tsconfig.json", "--to", "acme@v2", "--json");
    code = run.code;
    report = JSON.parse(run.out);
  }, 120_000);

  const met = (severity: Finding["severity"], isTold: boolean): number[] =>
    linesOf(
      report.findings
        .filter((finding) => finding.severity === severity)
        .filter(({ usage }) => ["proven", "used"].includes(usage?.confidence ?? ""))
        .flatMap(({ usage }) => usage?.sites ?? [])
        .filter(({ diagnostic }) => (diagnostic !== undefined) === isTold),
    );

  test("fails", () => expect(code).toBe(1));
  test("what the compiler refuses", () => expect(met("breaking", true)).toEqual(marked("breaks")));
  test("what breaks though it compiles", () => expect(met("breaking", false)).toEqual(marked("meets")));
  test("what may break", () => expect(met("risky", false)).toEqual(marked("warns")));

  const rows: [message: string, confidence: string, lines: string[]][] = [
    ["POST /items/{id}/archive is gone", "proven", ["acme.items.archive({ id })", "import type { Archived,"]],
    ['query parameter "shelf" is new', "proven", ["acme.items.list())", "acme.items.list({ limit: 5 })"]],
    ["NewItem.shelf is new", "proven", ["acme.items.create({", "hush-hush"]],
    ['Kind no longer has the value "old"', "proven", ['kind: "old"']],
    ["Item.weight is string", "proven", ["weight > 5"]],
    ["Item.name is no longer required", "proven", ["item.name.slice"]],
    ["Item.parts[].size is gone", "proven", ["part.size"]],
    ["Item.owner.phone is gone", "proven", ["item.owner?.phone"]],
    ['query parameter "lang" is gone', "proven", ['lang: "en"']],
    ["Page.touched is gone", "proven", ["page.touched"]],
    ['"tags" is written with explode', "used", ["search({ tags })"]],
    ["GET /health: security", "used", ["acme.health.get()"]],
    ['no longer has the value "retired"', "used", ['=== "retired"', "switch (status)", 'case "retired"']],
    ["NewItem.note is gone", "unused", []],
    ["Item.note may be null", "possible", ["item.note ??"]],
  ];
  test.each(rows)("%s: %s", (message, confidence, texts) => {
    const [finding, ...others] = report.findings.filter((one) => one.message.includes(message));
    expect(others).toEqual([]);
    expect(finding?.usage?.confidence).toBe(confidence);
    const lines = acmeCode
      .split("\n")
      .flatMap((line, index) => (texts.some((text) => line.includes(text)) ? [index + 1] : []));
    expect(linesOf(finding?.usage?.sites)).toEqual(lines);
  });

  test("a new document of the same version does the same", async () => {
    const run = await runIn(project.root, "impact", "--project", "tsconfig.json", "--spec", "new.yaml", "--json");
    const told: DriftReport = JSON.parse(run.out);
    expect(run.code).toBe(1);
    const sites = (of: DriftReport): (number | string)[][] =>
      of.findings
        .map(({ message, usage }) => [message, usage?.confidence ?? "", ...linesOf(usage?.sites)])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    expect(sites(told)).toEqual(sites(report));
  });

  test("usage.json of the project gives the same, but no proof; and no text of the code", async () => {
    const written = await runIn(project.root, "impact", "--project", "tsconfig.json", "--usage-out", "usage.json");
    expect(written.code).toBe(0);
    const text = readFileSync(join(project.root, "usage.json"), "utf8");
    expect(text).toContain('"old"');
    expect(text).not.toContain("hush-hush");
    const run = await runIn(project.root, "impact", "--usage", "usage.json", "--to", "acme@v2", "--json");
    const told: DriftReport = JSON.parse(run.out);
    expect(run.code).toBe(1);
    const confidence = (message: string): string | undefined =>
      told.findings.find((one) => one.message.includes(message))?.usage?.confidence;
    expect(rows.map(([message]) => confidence(message))).toEqual(
      rows.map(([, sure]) => (sure === "unused" ? "unused" : "used")),
    );
    const owner = told.findings.find((one) => one.message.includes("Item.owner.phone is gone"));
    expect(owner?.usage?.sites[0]).toMatchObject({ file: "shop/src/app.ts", how: "read" });
  });
});

describe("other ways to have the client", { timeout: 120_000 }, () => {
  const lines = async (root: string): Promise<(string | number)[][]> => {
    const { out } = await runIn(root, "impact", "--project", "tsconfig.json", "--to", "acme@v2", "--json");
    return (JSON.parse(out) as DriftReport).findings
      .map(({ message, usage }) => [message, usage?.confidence ?? "", ...linesOf(usage?.sites)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  };
  let project: AcmeProject;
  let wanted: (string | number)[][];
  beforeAll(async () => {
    project = await acmeProject(sources);
    wanted = await lines(project.root);
  }, 120_000);

  test("the consumer's own TypeScript, an older one, decides", async () => {
    // Another folder: Node keeps in mind where it found no package.
    const { root } = await acmeProject(sources);
    symlinkSync(join(projectRoot, "generator/node_modules/typescript"), join(root, "node_modules/typescript"));
    expect(consumerCompiler(join(root, "tsconfig.json")).version).toMatch(/^5\./);
    expect(await lines(root)).toEqual(wanted);
  });

  test("a package that was built, with the files that a registry has", async () => {
    const folder = join(project.root, "generated/acme");
    const tsc = join(projectRoot, "node_modules/typescript/bin/tsc");
    spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const entry of Object.values<Record<string, string>>(manifest.exports)) delete entry["@couplet/source"];
    project.write({ "generated/acme/package.json": JSON.stringify(manifest) });
    const published: string[] = ["package.json", ...manifest.files];
    for (const path of globSync("**/*.*", { cwd: folder, exclude: ["node_modules"] }))
      if (!published.some((kept) => path === kept || path.startsWith(`${kept}/`))) rmSync(join(folder, path));
    const [program] = openPrograms(join(project.root, "tsconfig.json"));
    const files = program!.getSourceFiles().map(({ fileName }) => fileName);
    expect(files.some((file) => file.endsWith("acme/dist/v1/index.d.ts"))).toBe(true);
    expect(await lines(project.root)).toEqual(wanted);
  });
});
