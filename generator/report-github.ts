/** Findings as workflow commands, which GitHub shows beside the lines that they are about. */
import type { Diagnostic } from "./errors.ts";
import { isInFile, toVisible } from "./report.ts";

/** Line breaks are ours alone: those of foreign text were made visible before. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

export function toGithub(finding: Diagnostic): string {
  const { code, severity, file, line, column, excerpt, message, fix } = finding;
  const place = {
    file: toVisible(file),
    line,
    col: column,
    ...(excerpt === undefined ? {} : { endColumn: column + excerpt.length }),
  };
  const properties = Object.entries({ ...(isInFile(finding) ? place : {}), title: `couplet ${code}` });
  const words = toVisible(message) + (fix === undefined ? "" : `\nfix: ${toVisible(fix)}`);
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(",");
  return `::${severity} ${list}::${escapeData(words)}`;
}
