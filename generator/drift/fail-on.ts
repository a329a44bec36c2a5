/** From which severity on a run fails. */
import type { RunOutcome } from "./exit-code.ts";
import type { DriftReport, Severity, Usage } from "./finding.ts";

export const failOnWords = ["breaking", "risky", "any", "none"] as const;
export type FailOn = (typeof failOnWords)[number];

const failing: Readonly<Record<FailOn, readonly Severity[]>> = {
  breaking: ["breaking"],
  risky: ["breaking", "risky"],
  any: ["breaking", "risky", "notice", "safe"],
  none: [],
};

export interface Threshold {
  readonly failOn: FailOn;
  /** What code of the consumer does not meet for sure does not count; where its use is not known it does. */
  readonly usedOnly: boolean;
}

function isSpared(usage: Usage | undefined): boolean {
  return usage?.confidence === "unused" || usage?.confidence === "possible";
}

/** What a report makes of a run. Approved findings do not count; approvals that do not hold are an outcome of their own. */
export function outcomesOf(report: DriftReport, { failOn, usedOnly }: Threshold): RunOutcome[] {
  const counted = new Set(failing[failOn]);
  const fails = report.findings.some(
    ({ severity, approval, usage }) =>
      counted.has(severity) && approval === undefined && !(usedOnly && isSpared(usage)),
  );
  // Safe changes are counted, but listed only on request.
  const safe = counted.has("safe") && report.summary.safe > 0;
  return [
    ...(fails || safe ? (["findings"] as const) : []),
    ...(report.staleApprovals.length > 0 ? (["approvals"] as const) : []),
  ];
}
