/** Findings as people read them: place, text underlined, and what to do. */
import { styleText } from "node:util";
import { commandLine, type Diagnostic, type Location } from "./errors.ts";

/** Foreign text cannot move the cursor, recolour or reorder the terminal, or command a runner, for which `##[` anywhere is a command. */
export function toVisible(text: string): string {
  return text
    .replaceAll("##[", "##\\u{5b}")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, (character) =>
      character === "\t" ? " " : `\\u{${character.codePointAt(0)!.toString(16)}}`,
    );
}

/** Findings about the command line have no file to point into. */
export function isInFile(finding: Diagnostic): boolean {
  return finding.file !== commandLine;
}

const widest = 160;

/** The line of a place with what is meant underlined; nothing where the place has no text. */
export function excerptLines(finding: Location): string[] {
  if (finding.excerpt === undefined) return [];
  const from = Math.max(0, finding.column - 1 - widest / 2);
  const before = toVisible(finding.excerpt.text.slice(from, finding.column - 1));
  const meant = toVisible(
    finding.excerpt.text.slice(finding.column - 1, finding.column - 1 + finding.excerpt.length),
  ).slice(0, widest);
  const after = toVisible(finding.excerpt.text.slice(finding.column - 1 + finding.excerpt.length)).slice(0, widest / 2);
  const gutter = `${finding.line} | `.padStart(8);
  return [
    `${gutter}${before}${meant}${after}`,
    `${" ".repeat(gutter.length - 2)}| ${" ".repeat(before.length)}${"^".repeat(Math.max(1, meant.length))}`,
  ];
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1);
}

/** Sorted by place; the same finding made for several versions stands once. */
export function distinct(findings: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()].sort(byPlace);
}

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

export function createPaint(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

export function printDiagnostic(finding: Diagnostic, colour: boolean): string {
  const paint = createPaint(colour);
  const place = `${toVisible(finding.file)}:${finding.line}:${finding.column}`;
  const severity = paint(finding.severity === "error" ? "red" : "yellow", finding.severity);
  const lines = [`${place} ${severity} ${finding.code} ${toVisible(finding.message)}`, ...excerptLines(finding)];
  if (finding.fix !== undefined) lines.push(`  ${paint("green", "fix:")} ${toVisible(finding.fix)}`);
  return lines.join("\n");
}

/** What `--json` prints of a finding. */
export function toJsonDiagnostic(finding: Diagnostic): Omit<Diagnostic, "excerpt"> {
  const { code, severity, file, line, column, message, fix } = finding;
  const shown = { code, severity, file, line, column, message: toVisible(message) };
  return fix === undefined ? shown : { ...shown, fix: toVisible(fix) };
}
