/** What commands may do to the outside: print. Handed in by cli.ts, so that commands can be tested. */
import { isAbsolute, relative, sep } from "node:path";
import type { Diagnostic } from "../errors.ts";
import { distinct, printDiagnostic, toJsonDiagnostic } from "../report.ts";
import { toGithub } from "../report-github.ts";
import { tool } from "../tool.ts";

export interface Console {
  /** Folder in which the command was started. */
  readonly cwd: string;
  readonly colour: boolean;
  /** File in which GitHub looks for the outputs of a step. */
  readonly stepOutputs?: string;
  /** Results. */
  out(text: string): void;
  /** Findings and notes. */
  err(text: string): void;
  /** A line that replaces the one before it; nothing when nobody watches. */
  progress(text: string): void;
}

export const formats = ["text", "json", "sarif", "github"] as const;
export type Format = (typeof formats)[number];

/** `--json` is `--format json`. */
export interface FormatFlags {
  readonly json?: boolean;
  readonly format?: Format;
}

export function formatOf(flags: FormatFlags): Format {
  return flags.format ?? (flags.json ? "json" : "text");
}

/** Paths below the folder of the command, with `/` everywhere. */
function toTold(cwd: string, file: string): string {
  return isAbsolute(file) ? relative(cwd, file).split(sep).join("/") : file;
}

function toFindings(console: Console, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return distinct(diagnostics.map((finding) => ({ ...finding, file: toTold(console.cwd, finding.file) })));
}

export function printDiagnostics(console: Console, diagnostics: readonly Diagnostic[]): void {
  for (const finding of toFindings(console, diagnostics)) console.err(printDiagnostic(finding, console.colour));
}

export function toJson(diagnostics: readonly Diagnostic[]): object[] {
  return distinct(diagnostics).map(toJsonDiagnostic);
}

/** How a command tells what it found: text to people, everything else as the one thing on standard output. */
export async function printFindings(
  console: Console,
  diagnostics: readonly Diagnostic[],
  format: Format,
  /** What `json` has beside the findings. */
  beside: { readonly packages: readonly object[]; readonly differences?: readonly object[] } = { packages: [] },
): Promise<void> {
  const findings = toFindings(console, diagnostics);
  if (format === "text") printDiagnostics(console, findings);
  else if (format === "github") for (const finding of findings) console.out(toGithub(finding));
  else if (format === "json") {
    const { packages, ...rest } = beside;
    console.out(JSON.stringify({ packages, diagnostics: findings.map(toJsonDiagnostic), ...rest }, null, 2));
  } else {
    const { toSarif } = await import("../report-sarif.ts");
    console.out(toSarif(findings, (await tool()).version));
  }
}

/** `1 file`, `2 files`, `2 policies` */
export function plural(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`.replace(/ys$/, "ies")}`;
}

/** `1 error, 2 warnings` */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const findings = distinct(diagnostics);
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const warnings = findings.length - errors;
  return [plural(errors, "error"), ...(warnings > 0 ? [plural(warnings, "warning")] : [])].join(", ");
}
