/** `couplet diff` over the project's own providers: every format of a real report is valid and tells the same. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { DriftReport } from "../../../generator/drift/finding.ts";
import { printReportSchema } from "../../../generator/drift/report/report-schema.ts";
import { projectOf, projectRoot, runIn } from "../explain/run-in-project.ts";
import { isSarif } from "../sarif-schema.ts";

const isReport = new Ajv2020({ allErrors: true }).compile(JSON.parse(printReportSchema()));

test.each([
  ["stripe@2022-08-01", "stripe@2022-11-15", 1, "breaking response-property-removed PaymentIntent.charges is gone"],
  ["klaviyo@2026-01-15", "klaviyo@2026-04-15", 1, "breaking response-union-member-added"],
  ["shopify@2026-04", "shopify@2026-07", undefined, "shopify@2026-07"],
  ["stripe@2022-08-01", "specs/stripe/2022-08-01/openapi.yaml", 0, "No change that matters to a client"],
])("%s -> %s", async (base, revision, code, told) => {
  const out = projectOf({});
  const file = (name: string): string => join(out, name);
  const formats = ["json=drift.json", "sarif=drift.sarif", "markdown=drift.md", "html=drift.html", "text"];
  const args = formats.flatMap((one) => ["--format", one.replace("=", `=${out}/`)]);
  const ended = await runIn(projectRoot, "diff", base, revision, "--include-safe", "--now", "2026-11-22", ...args);
  expect([ended.err, ended.out]).toEqual(["", expect.stringContaining(told)]);
  if (code !== undefined) expect(ended.code).toBe(code);

  const report = JSON.parse(readFileSync(file("drift.json"), "utf8")) as DriftReport;
  isReport(report);
  expect(isReport.errors ?? []).toEqual([]);
  const sarif = JSON.parse(readFileSync(file("drift.sarif"), "utf8"));
  isSarif(sarif);
  expect(isSarif.errors ?? []).toEqual([]);
  expect(sarif.runs[0].results).toHaveLength(report.findings.length);
  for (const name of ["drift.md", "drift.html"]) {
    const text = readFileSync(file(name), "utf8");
    for (const { fingerprint } of report.findings) expect(text).toContain(fingerprint);
  }
});

test("what fails without an approval passes with one, and stays in the report", async () => {
  const root = projectOf({});
  cpSync(join(projectRoot, "specs/stripe"), join(root, "specs/stripe"), { recursive: true });
  cpSync(join(root, "specs/stripe/2022-11-15/openapi.yaml"), join(root, "new.yaml"));
  cpSync(join(root, "specs/stripe/2022-08-01/openapi.yaml"), join(root, "same.yaml"));
  const diff = ["diff", "stripe@2022-08-01", "new.yaml", "--now", "2026-11-22"];
  const before = JSON.parse((await runIn(root, ...diff, "--format", "json")).out) as DriftReport;
  const ids = before.findings.filter((one) => one.severity === "breaking").map((one) => one.fingerprint);
  expect(new Set(ids).size).toBe(ids.length);
  writeFileSync(join(root, "drift.json"), JSON.stringify(before));
  const approve = ["approve", ...ids, "--report", "drift.json", "--reason", "seen", "--until", "2026-11-30"];
  expect((await runIn(root, ...approve, "--now", "2026-11-22")).code).toBe(0);
  const after = await runIn(root, ...diff, "--format", "json");
  const report = JSON.parse(after.out) as DriftReport;
  expect([after.code, report.summary.breaking, report.summary.approved]).toEqual([0, 0, ids.length]);
  expect(report.findings).toHaveLength(before.findings.length);
  expect(report.staleApprovals).toEqual([]);
  // Later they do not hold; and of a document that has not drifted they are about nothing.
  expect((await runIn(root, ...diff.with(-1, "2026-12-01"))).code).toBe(5);
  expect((await runIn(root, ...diff.with(2, "same.yaml"))).code).toBe(5);
});
