/** One report in six formats: the same findings in each, foreign text stays text, and what machines read is valid. */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createReport } from "../../../../generator/drift/create-report.ts";
import type { DriftReport, Finding, Severity } from "../../../../generator/drift/finding.ts";
import { toStepOutputs } from "../../../../generator/drift/report/github.ts";
import { mostBytes } from "../../../../generator/drift/report/markdown.ts";
import { printReport, type ReportFormat, reportFormats } from "../../../../generator/drift/report/print-report.ts";
import { printReportSchema, reportSchema } from "../../../../generator/drift/report/report-schema.ts";
import { isSarif } from "../../sarif-schema.ts";
import { finding, findings, fixtureReport, hostileReport, hostileText } from "../fixture-report.ts";

const print = (report: DriftReport, format: ReportFormat, maxFindings = 0): Promise<string> =>
  printReport(report, format, { colour: false, maxFindings });

const isReport = new Ajv2020({ allErrors: true }).compile(JSON.parse(printReportSchema()));

describe("as written", () => {
  test.each(reportFormats)("%s", async (format) => {
    const name = { text: "txt", json: "json", sarif: "sarif", github: "github", markdown: "md", html: "html" }[format];
    await expect(`${await print(fixtureReport(), format)}\n`).toMatchFileSnapshot(`golden/report.${name}`);
  });
  test("nothing found", async () => {
    const report = createReport({
      command: "diff",
      version: "1",
      inputs: [],
      findings: [],
      today: "2026-11-22",
      includeSafe: false,
    });
    expect(await print(report, "text")).toContain("No change that matters to a client\n0 breaking");
    expect(await print(report, "github")).toBe("couplet: No change that matters to a client; 0 breaking");
    for (const format of reportFormats) await expect(print(report, format)).resolves.not.toBe("");
  });
});

/** Fingerprints of the findings that a format tells. */
const told: Readonly<Record<ReportFormat, (text: string) => string[]>> = {
  text: (text) => [...text.matchAll(/^ {2}id: (\S+)$/gm)].map((match) => match[1]!),
  json: (text) => (JSON.parse(text) as DriftReport).findings.map((one) => one.fingerprint),
  sarif: (text) =>
    (
      JSON.parse(text) as { runs: { results: { ruleId: string; partialFingerprints: Record<string, string> }[] }[] }
    ).runs[0]!.results.filter((one) => one.ruleId !== "stale-approval").map(
      (one) => one.partialFingerprints["drift/v1"]!,
    ),
  github: (text) => [...text.matchAll(/%0Aid: ([0-9a-f]{16})/g)].map((match) => match[1]!),
  markdown: (text) => [...text.matchAll(/` `([0-9a-f]{16})`/g)].map((match) => match[1]!),
  html: (text) => [...text.matchAll(/ id="f-([0-9a-f]{16})"/g)].map((match) => match[1]!),
};

const random = fc
  .array(
    fc.record({
      fingerprint: fc.stringMatching(/^[0-9a-f]{16}$/),
      severity: fc.constantFrom<Severity>("breaking", "risky", "notice", "safe"),
      message: fc.string({ unit: "binary", maxLength: 60 }),
      fix: fc.constantFrom("do it", hostileText, "`a` and `b`"),
      before: fc.jsonValue() as fc.Arbitrary<string>,
      usage: fc.constantFrom(undefined, ...findings.flatMap((one) => one.usage ?? [])),
    }),
    { maxLength: 40 },
  )
  .map((parts) =>
    parts.map(({ usage, ...part }): Finding => ({ ...finding(part), ...(usage === undefined ? {} : { usage }) })),
  );

describe("every format", () => {
  test("tells the same findings", async () => {
    const told1 = findings.map((one) => one.fingerprint).sort();
    for (const format of reportFormats) {
      const hidden = format === "github" ? ["0a00000000000004", "0a00000000000005"] : [];
      const wanted = told1.filter((one) => !hidden.includes(one));
      expect([format, told[format](await print(fixtureReport(), format)).sort()]).toEqual([format, wanted]);
    }
  });
  test("tells the same findings of any report, whatever their texts", async () => {
    await fc.assert(
      fc.asyncProperty(random, async (list) => {
        const report = fixtureReport(list);
        const wanted = report.findings.map((one) => one.fingerprint).sort();
        for (const format of ["text", "json", "sarif", "html", "markdown"] as const)
          expect([format, told[format](await print(report, format)).sort()]).toEqual([format, wanted]);
      }),
      { numRuns: 60 },
    );
  });
  test("tells what was compared, and of many comparisons how many", async () => {
    const inputs = Array.from({ length: 6 }, (_, index) => [
      { role: "base", provider: "acme", version: `v${index}`, file: `v${index}.yaml` },
      { role: "revision", file: `new${index}.yaml` },
    ]).flat() as unknown as DriftReport["inputs"];
    const report = { ...fixtureReport([]), inputs };
    expect(await print(report, "text")).toContain("acme@v3 (v3.yaml) -> new3.yaml, 2 more: No change");
    expect(await print(report, "markdown")).toContain("`acme@v3 (v3.yaml)` with `new3.yaml`, 2 more.");
    expect(await print(report, "html")).toContain("<div>and 2 more</div>");
  });
  test("tells approvals that do not hold", async () => {
    for (const format of reportFormats)
      expect(await print(fixtureReport(), format)).toContain("it ended on 2026-10-31");
  });
  test("for people stops where it is told to, and says how much is left", async () => {
    expect(told.text(await print(fixtureReport(), "text", 2))).toHaveLength(2);
    expect(await print(fixtureReport(), "text", 2)).toContain("4 more findings: --max-findings 0 tells all");
    expect(told.markdown(await print(fixtureReport(), "markdown", 2))).toHaveLength(2);
    expect(await print(fixtureReport(), "markdown", 2)).toContain("4 more findings are left out");
    expect(await print(fixtureReport(), "html", 2)).toContain("4 more are not shown");
    for (const format of ["json", "sarif"] as const)
      expect(told[format](await print(fixtureReport(), format, 2))).toHaveLength(6);
  });
});

describe("json", () => {
  test("is what the published schema says, and reads back as it was", async () => {
    for (const report of [fixtureReport(), hostileReport()]) {
      const text = await print(report, "json");
      isReport(JSON.parse(text));
      expect(isReport.errors ?? []).toEqual([]);
      expect(reportSchema.parse(JSON.parse(text))).toEqual(report);
      expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|##\[/u);
    }
  });
  test.each<[string, (report: Record<string, unknown>) => unknown]>([
    ["an unknown key", (report) => ({ ...report, more: 1 })],
    ["another version", (report) => ({ ...report, schemaVersion: 2 })],
    ["a missing part", ({ findings: _, ...report }) => report],
    ["a severity of its own", (report) => ({ ...report, findings: [{ ...finding({}), severity: "fatal" }] })],
    ["a wrong fingerprint", (report) => ({ ...report, findings: [{ ...finding({}), fingerprint: "x" }] })],
  ])("with %s is refused by both", (_, change) => {
    const changed = change({ ...fixtureReport() });
    expect(isReport(changed)).toBe(false);
    expect(reportSchema.safeParse(changed).success).toBe(false);
  });
});

describe("sarif", () => {
  test("is valid, also of hostile text and of places outside of the checkout", async () => {
    const place = { file: "https://api.acme.example/open api.json?x=1", line: 1, column: 1 };
    const elsewhere = finding({ location: { base: place, revision: { ...place, file: "git:main:specs/a b.yaml" } } });
    for (const report of [fixtureReport(), hostileReport(), fixtureReport([elsewhere])]) {
      isSarif(JSON.parse(await print(report, "sarif")));
      expect(isSarif.errors ?? []).toEqual([]);
    }
    const text = await print(fixtureReport([elsewhere]), "sarif");
    expect(text).toContain('"uri": "https://api.acme.example/open%20api.json?x=1"');
    expect(text).toContain('"uri": "specs/a%20b.yaml"');
  });
  test("suppresses what is approved and points to the reader's code", async () => {
    const { results } = JSON.parse(await print(fixtureReport(), "sarif")).runs[0];
    const of = (id: string): unknown =>
      results.find((one: Record<string, Record<string, string>>) => one["partialFingerprints"]!["drift/v1"] === id);
    expect(of("0a00000000000004")).toMatchObject({ suppressions: [{ justification: "only logged" }], level: "error" });
    expect(of("b7c1e0a94f2d11aa")).toMatchObject({
      locations: [
        { physicalLocation: { artifactLocation: { uri: "src/billing/status.ts" }, region: { startLine: 14 } } },
      ],
      relatedLocations: [
        { message: { text: "your code: compare" } },
        { physicalLocation: { region: { startLine: 41 } }, message: { text: "before" } },
        { physicalLocation: { region: { startLine: 43 } }, message: { text: "after" } },
      ],
    });
    expect(of("0a00000000000002")).toMatchObject({ level: "warning" });
    expect(of("0a00000000000005")).toMatchObject({ level: "none", kind: "informational" });
  });
});

describe("github", () => {
  const many = (count: number, severity: Severity): Finding[] =>
    Array.from({ length: count }, (_, index) =>
      finding({ severity, fingerprint: index.toString(16).padStart(16, "0") }),
    );
  test("stays within what GitHub shows, and says what is left", async () => {
    const report = { ...fixtureReport([...many(12, "breaking"), ...many(10, "risky")]), staleApprovals: [] };
    const lines = (await print(report, "github")).split("\n");
    expect(lines.filter((line) => line.startsWith("::error"))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith("::warning"))).toHaveLength(10);
    expect(lines.find((line) => line.includes("more are in"))).toBe(
      "::error title=couplet drift::3 more are in the other formats of the report",
    );
  });
  test("gives the step its outputs", () => {
    expect(toStepOutputs(fixtureReport())).toBe("breaking=2\nrisky=1\nused=2\nbump=major\n");
    const { bump: _, ...rest } = fixtureReport([finding({})]);
    expect(toStepOutputs(rest)).toBe("breaking=1\nrisky=0\nused=\nbump=\n");
  });
  test("lets no text end a command or begin another", async () => {
    const lines = (await print(hostileReport(), "github")).split("\n");
    expect(lines.map((line) => line.slice(0, 7))).toEqual(["::error", "::error", "couplet"]);
    for (const line of lines.slice(0, 2)) expect(line).toMatch(/^::error [^:]*,title=couplet [a-z-]+::/);
    expect(lines[1]).toContain("##\\u{5b}");
  });
});

describe("markdown", () => {
  test("never outgrows a comment", async () => {
    const texts = ["short", "x".repeat(5000), "\u{1f600}".repeat(3000)];
    for (const count of [1, 30, 3000]) {
      for (const message of texts) {
        const list = Array.from({ length: count }, (_, index) =>
          finding({ message, fingerprint: index.toString(16).padStart(16, "0") }),
        );
        const text = await print(fixtureReport(list), "markdown");
        expect(Buffer.byteLength(text)).toBeLessThan(mostBytes);
        const shown = told.markdown(text).length;
        if (shown < count) expect(text).toContain(`${count - shown} more finding`);
      }
    }
  });
  test("holds no markup of foreign text", async () => {
    const text = await print(hostileReport(), "markdown");
    const rest = text.replaceAll(
      /`[^`]*`|<code>[^<]*<\/code>|<br>|^<\/?details>(<summary>[\w ,]*<\/summary>)?$|^<!-- couplet-drift:diff -->$/gm,
      "",
    );
    expect(rest).not.toMatch(/[<>]/);
    expect(rest).not.toMatch(/@(?!&#8203;)/);
    expect(rest.replaceAll(/&#?\w+;/g, "_")).not.toMatch(/#\d|:\/\/|www\./);
    expect(
      rest
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => line.split("|").length),
    ).toEqual([5, 5, 5, 5, 5, 5]);
  });
  test("is found again by its first line", async () => {
    const report = { ...fixtureReport(), command: "drift upstream" };
    expect(await print(report, "markdown")).toMatch(/^<!-- couplet-drift:drift-upstream -->\n/);
  });
});

describe("html", () => {
  test("holds no markup of foreign text, no script and no address", async () => {
    const text = await print(hostileReport(), "html");
    expect(text).not.toMatch(/<(script|img|a href="[^#]|link|iframe)|javascript:[^a]|<[^>]* on\w+=/);
    expect(text.match(/<!--/g)).toBe(null);
    const plain = await print(fixtureReport(), "html");
    const tags = (page: string): string[] =>
      [...new Set([...page.matchAll(/<([a-z0-9]+)/g)].map((match) => match[1]!))].sort();
    expect(tags(plain)).toEqual(expect.arrayContaining(tags(text)));
    expect(plain).not.toMatch(/https?:/);
  });
});
