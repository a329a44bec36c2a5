/** What commands may do to the outside: print. Handed in by cli.ts, so that commands can be tested. */
import type { Diagnostic } from "../errors.ts";
import { distinct, printDiagnostic, toJsonDiagnostic } from "../report.ts";

export interface Console {
  /** Folder in which the command was started. */
  readonly cwd: string;
  readonly colour: boolean;
  /** Results. */
  out(text: string): void;
  /** Findings and notes. */
  err(text: string): void;
  /** A line that replaces the one before it; nothing when nobody watches. */
  progress(text: string): void;
}

export function printDiagnostics(console: Console, diagnostics: readonly Diagnostic[]): void {
  for (const finding of distinct(diagnostics)) console.err(printDiagnostic(finding, console.colour));
}

export function toJson(diagnostics: readonly Diagnostic[]): object[] {
  return distinct(diagnostics).map(toJsonDiagnostic);
}

/** `1 file`, `2 files` */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `1 error, 2 warnings` */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const findings = distinct(diagnostics);
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const warnings = findings.length - errors;
  return [plural(errors, "error"), ...(warnings > 0 ? [plural(warnings, "warning")] : [])].join(", ");
}
