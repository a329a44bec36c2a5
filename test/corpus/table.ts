import { isClean, type Result } from "./result.ts";

/** A Markdown table with one line a document; those that are not clean have their reasons below it. */
export function printTable(results: readonly Result[]): string {
  const sorted = results.toSorted((one, other) => (one.document < other.document ? -1 : 1));
  const lines = [
    "| document | MB | valid | generated | type errors | operations | warnings | ms | peak MiB | emitted MB |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...sorted.map(row),
  ];
  const reasons = sorted.filter((result) => !isClean(result)).flatMap(reasonsOf);
  return [...lines, "", ...reasons, ...(reasons.length > 0 ? [""] : []), ...summary(results)].join("\n");
}

function row(result: Result): string {
  const warnings = Object.entries(result.warnings).map(([code, count]) => `${code} ${count}`);
  const cells = [
    ...[result.document, result.megabytes.toFixed(2), result.valid ? "yes" : "no", result.generated ? "yes" : "NO"],
    ...[result.typeErrors, `${result.kept}/${result.declared}`, warnings.join(", ") || "none"],
    ...[result.ms, result.peak, result.emitted.toFixed(2)],
  ];
  return `| ${cells.join(" | ")} |`;
}

function reasonsOf(result: Result): string[] {
  const why = [
    ...result.refusal.map((text) => `refused: ${text}`),
    ...(result.generated ? result.missing.map((operation) => `missing: ${operation}`) : []),
    ...result.typeErrorTexts.map((text) => `type error: ${text}`),
    ...result.invalidBecause.map((text) => `not valid: ${text}`),
  ];
  const state = result.valid ? "VALID, BUT NOT CLEAN" : "not valid, not clean";
  return [`${result.document}: ${state}`, ...why.map((text) => `    ${text}`)];
}

function summary(results: readonly Result[]): string[] {
  const valid = results.filter((result) => result.valid);
  const count = (some: readonly Result[]): string => {
    const generated = some.filter((result) => result.generated);
    const checked = generated.filter((result) => result.typeErrors === 0);
    return `${some.length} documents: ${generated.length} generated, ${checked.length} of them without a type error, ${some.filter(isClean).length} with every operation as well`;
  };
  const operations = results.filter(isClean).reduce((sum, result) => sum + result.kept, 0);
  return [`valid: ${count(valid)}`, `all: ${count(results)}; ${operations} operations in the clean ones`];
}
