/** A report for machines: the report itself. Its form is what `couplet drift schema` prints. */
import type { DriftReport } from "../finding.ts";

/** What could move or recolour a terminal, or command a CI runner, is an escape: parsed values stay what they are. */
export function toJsonText(report: DriftReport): string {
  return JSON.stringify(report, null, 2)
    .replaceAll("##[", "##\\u005b")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => {
      if (found === "\n") return found;
      return found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    });
}
