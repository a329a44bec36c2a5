/** How loud a finding is where there are only three levels. */
import type { Finding } from "../finding.ts";
import { mayBeMet } from "./wording.ts";

export type Level = "error" | "warning" | "note";

/** What code of the consumer surely does not use is one level less. */
export function levelOf(finding: Finding): Level {
  if (finding.severity === "breaking") return mayBeMet(finding) ? "error" : "warning";
  return finding.severity === "risky" && mayBeMet(finding) ? "warning" : "note";
}
