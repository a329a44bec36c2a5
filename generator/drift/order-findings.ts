/** The one order of findings in every report: what is worst and met by code of the consumer comes first. */
import type { Location } from "../errors.ts";
import type { Confidence, Finding, Severity } from "./finding.ts";

export const severities: readonly Severity[] = ["breaking", "risky", "notice", "safe"];

// Unknown use stands between `possible` and `unused`: it may be used.
const confidences: readonly (Confidence | undefined)[] = ["proven", "used", "possible", undefined, "unused"];

/** Places without line and column last: they say least. */
function byPlace(a: Location | undefined, b: Location | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function compare(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    Number(a.approval !== undefined) - Number(b.approval !== undefined) ||
    confidences.indexOf(a.usage?.confidence) - confidences.indexOf(b.usage?.confidence) ||
    byText(a.provider ?? "", b.provider ?? "") ||
    byText(a.apiVersion ?? "", b.apiVersion ?? "") ||
    byPlace(a.location.base ?? a.location.revision, b.location.base ?? b.location.revision) ||
    byText(a.rule, b.rule) ||
    byText(a.fingerprint, b.fingerprint)
  );
}

export function orderFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(compare);
}
