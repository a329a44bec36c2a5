/** How loud a finding is where there are only three levels. */
import type { Finding } from "../finding.ts";

export type Level = "error" | "warning" | "note";

/** What code of the consumer surely does not use is one level less. */
export function levelOf({ severity, usage }: Finding): Level {
  const unused = usage?.confidence === "unused";
  if (severity === "breaking") return unused ? "warning" : "error";
  return severity === "risky" && !unused ? "warning" : "note";
}
