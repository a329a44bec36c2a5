/** How loud a finding is where there are only three levels. */
import type { Finding } from "../finding.ts";
import { isUsed } from "./wording.ts";

export type Level = "error" | "warning" | "note";

/** What code of the consumer does not meet for sure, so that it fails no run, is one level less. */
export function levelOf(finding: Finding): Level {
  const counts = finding.usage === undefined || isUsed(finding);
  if (finding.severity === "breaking") return counts ? "error" : "warning";
  return finding.severity === "risky" && counts ? "warning" : "note";
}
