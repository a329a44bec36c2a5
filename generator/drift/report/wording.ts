/** The words that all formats share: what a report says in one sentence, and the parts of a finding as text. Nothing is escaped here. */
import type { Location } from "../../errors.ts";
import type { CalendarEntry, DriftReport, Finding, OperationReference, Severity } from "../finding.ts";

export const severityTitles: Readonly<Record<Severity, string>> = {
  breaking: "breaking",
  risky: "risky",
  notice: "announced",
  safe: "safe",
};

const calendarWords: Readonly<Record<CalendarEntry["what"], string>> = {
  deprecated: "is deprecated",
  sunset: "is switched off",
  "support-ends": "support ends",
  "credential-expires": "a credential expires",
  "approval-expires": "an approval ends",
};

/** Whether code of the consumer surely meets the change. */
export function isUsed({ usage }: Finding): boolean {
  return usage?.confidence === "proven" || usage?.confidence === "used";
}

/** Whether code of the consumer may meet the change: where no code was looked at, it may. */
export function mayBeMet({ usage }: Finding): boolean {
  return usage?.confidence !== "unused";
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** How many changes code of the consumer meets, of those that count; undefined where no code was looked at. */
export function usedOf(report: DriftReport): { readonly breaking: number; readonly all: number } | undefined {
  const open = report.findings.filter((finding) => finding.approval === undefined);
  if (!open.some((finding) => finding.usage !== undefined)) return undefined;
  const used = open.filter(isUsed);
  return { breaking: used.filter((finding) => finding.severity === "breaking").length, all: used.length };
}

/** The whole report in one sentence. */
export function verdictOf(report: DriftReport): string {
  const { breaking, risky, notice } = report.summary;
  const used = usedOf(report)?.breaking;
  const changes = count(breaking, "breaking change", "breaking changes");
  if (breaking > 0 && used === 0) return `${changes}, none of them surely met by your code`;
  if (used !== undefined && used > 0)
    return used === breaking
      ? `${changes}, ${used === 1 ? "met" : "all met"} by your code`
      : `${changes}, ${used} of them met by your code`;
  if (breaking > 0) return changes;
  if (risky > 0) return `Nothing breaks, ${count(risky, "change is", "changes are")} risky`;
  if (notice > 0) return `Nothing breaks, ${count(notice, "thing is", "things are")} announced`;
  return nothing[report.command] ?? "No change that matters to a client";
}

/** What commands that compare no two documents say when there is nothing to tell. */
const nothing: Readonly<Record<string, string>> = {
  "drift calendar": "Nothing ends soon",
  "drift policy": "Every entry of the policies does what it did",
  "drift surface": "Every declaration is what it was",
  "drift traffic": "All exchanges are as the documents say",
};

/** `3 breaking (2 met by your code), 1 risky, 4 safe (not listed), 1 approved` */
export function countsOf(report: DriftReport): string {
  const { breaking, risky, notice, safe, approved } = report.summary;
  const used = usedOf(report);
  const listed = report.findings.some((finding) => finding.severity === "safe");
  const stale = report.staleApprovals.length;
  return [
    `${breaking} breaking${used === undefined || breaking === 0 ? "" : ` (${used.breaking} met by your code)`}`,
    ...(risky > 0 ? [`${risky} risky`] : []),
    ...(notice > 0 ? [`${notice} announced`] : []),
    ...(safe > 0 ? [`${safe} safe${listed ? "" : " (not listed)"}`] : []),
    ...(approved > 0 ? [`${approved} approved`] : []),
    ...(stale > 0 ? [`${count(stale, "approval that does", "approvals that do")} not hold`] : []),
  ].join(", ");
}

/** Comparisons that are named. */
const mostPairs = 4;

/** What was compared with what, `acme@2026-01 (specs/acme/…)` each; and how many comparisons more. */
export function comparedOf({ inputs }: DriftReport): {
  readonly pairs: readonly (readonly string[])[];
  readonly more: number;
} {
  const pairs: string[][] = [];
  for (const { role, provider, version, file } of inputs) {
    const name = provider === undefined ? version : version === undefined ? provider : `${provider}@${version}`;
    const text = name === undefined || name === file ? file : `${name} (${file})`;
    if (role === "base" || pairs.length === 0) pairs.push([]);
    pairs.at(-1)!.push(text);
  }
  return { pairs: pairs.slice(0, mostPairs), more: Math.max(0, pairs.length - mostPairs) };
}

export function operationText({ method, path, clientMethod }: OperationReference): string {
  return clientMethod === undefined ? `${method} ${path}` : `${clientMethod} (${method} ${path})`;
}

/** Which operations reach the change: some in full, and how many more. */
export function reachOf(finding: Finding, most: number): { readonly texts: readonly string[]; readonly more: number } {
  const all = finding.occurrences.map(({ operation, status, direction, at }) =>
    [operationText(operation), status ?? (direction === "request" ? "request" : ""), at]
      .filter((part) => part !== "")
      .join(" "),
  );
  if (all.length === 0 && finding.operation !== undefined) all.push(operationText(finding.operation));
  const texts = [...new Set(all)];
  return { texts: texts.slice(0, most), more: Math.max(0, texts.length - most) };
}

/** What the finding is about for a person who scans a table: the operation, or how many there are. */
export function subjectOf(finding: Finding): string {
  const operations = new Map(
    [
      ...(finding.operation === undefined ? [] : [finding.operation]),
      ...finding.occurrences.map((one) => one.operation),
    ].map((operation) => [operation.key, operation]),
  );
  const [first] = operations.values();
  if (first === undefined) return "the document";
  const name = first.clientMethod ?? `${first.method} ${first.path}`;
  return operations.size === 1 ? name : `${name} and ${operations.size - 1} more`;
}

/** Where a person looks first: their own code that meets it, else the line that they have pinned, else the new one. */
export function placeOf(finding: Finding): Location | undefined {
  const site = isUsed(finding) ? finding.usage?.sites[0] : undefined;
  return site ?? finding.location.base ?? finding.location.revision;
}

/** `file:line:column` */
export function placeText({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

/** A value as JSON, cut where it is long. */
export function valueText(value: unknown, most = 160): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

export function witnessText({ witness }: Finding): string | undefined {
  if (witness === undefined) return undefined;
  const side = { base: "old", revision: "new" } as const;
  return `${valueText(witness.value)} passes the ${side[witness.acceptedBy]} document and not the ${side[witness.rejectedBy]} one`;
}

export function calendarText({ provider, apiVersion, operation, what }: CalendarEntry): string {
  const subject = `${provider}@${apiVersion}${operation === undefined ? "" : ` ${operationText(operation)}`}`;
  return `${subject}: ${calendarWords[what]}`;
}
