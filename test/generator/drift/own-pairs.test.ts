/** `couplet diff` over the project's own providers: every format of a real report is valid and tells the same. */
import { readFileSync } from "node:fs";
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
  // What fails without an approval passes with one, and the approved findings stay in the report.
  if (report.summary.breaking === 0) return;
  const root = projectOf({ "drift.json": JSON.stringify(report) });
  const ids = report.findings.filter((one) => one.severity === "breaking").map((one) => one.fingerprint);
  expect((await runIn(root, "approve", ...ids, "--report", "drift.json", "--reason", "seen")).code).toBe(0);
});
