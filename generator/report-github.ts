/** Findings as workflow commands, which GitHub shows beside the lines that they are about. */
import type { Diagnostic, Location } from "./errors.ts";
import { isInFile, toVisible } from "./report.ts";

export interface WorkflowCommand {
  readonly level: "error" | "warning" | "notice";
  /** Absent: it stands beside no line. */
  readonly place?: Location;
  readonly title: string;
  /** Its line breaks are kept, so no foreign text may bring any. */
  readonly text: string;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

export function toWorkflowCommand({ level, place, title, text }: WorkflowCommand): string {
  const where = place === undefined ? {} : { file: toVisible(place.file), line: place.line, col: place.column };
  const end = place?.excerpt === undefined ? {} : { endColumn: place.column + place.excerpt.length };
  const list = Object.entries({ ...where, ...end, title })
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(",");
  return `::${level} ${list}::${escapeData(text)}`;
}

export function toGithub(finding: Diagnostic): string {
  const { code, severity, message, fix } = finding;
  return toWorkflowCommand({
    level: severity,
    ...(isInFile(finding) ? { place: finding } : {}),
    title: `couplet ${code}`,
    text: toVisible(message) + (fix === undefined ? "" : `\nfix: ${toVisible(fix)}`),
  });
}
