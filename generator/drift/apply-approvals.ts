/** Which findings a person has accepted, and which of those decisions do not hold any more. */
import type { Approval, Finding, StaleApproval } from "./finding.ts";
import type { WrittenApproval } from "./read-approvals.ts";
import { scopeOfWhere, whereOf } from "./where.ts";

export interface ApprovalScope {
  /** `2026-11-22`: an approval holds on its last day. */
  readonly today: string;
  /** Whether the run looked at everything that approvals of this `provider@version` are about; empty when they name none. */
  readonly isComplete: (scope: string) => boolean;
}

export interface Judged {
  readonly findings: readonly Finding[];
  readonly stale: readonly StaleApproval[];
}

type Verdict = { readonly kind: "holds" } | { readonly kind: "stale"; readonly problem: string };

/** An approval with the fingerprint of a finding; undefined when it is another version's. */
function judge(approval: Approval, finding: Finding, today: string): Verdict | undefined {
  const where = whereOf(finding);
  const given = approval.where?.replace(/\s+/g, " ");
  const scope = scopeOfWhere(given);
  if (given !== undefined && given !== where && scope !== "" && scope !== scopeOfWhere(where)) return undefined;
  if (given !== undefined && given !== where) return { kind: "stale", problem: `its fingerprint is that of ${where}` };
  if (approval.rule !== finding.rule)
    return { kind: "stale", problem: `its fingerprint is that of a finding of \`${finding.rule}\`` };
  if (approval.until !== undefined && approval.until < today)
    return { kind: "stale", problem: `it ended on ${approval.until}` };
  return { kind: "holds" };
}

/** Marks the findings that are approved. What matches none is stale only where the run would have met it. */
export function applyApprovals(
  findings: readonly Finding[],
  approvals: readonly WrittenApproval[],
  { today, isComplete }: ApprovalScope,
): Judged {
  const byFingerprint = new Map<string, WrittenApproval[]>();
  for (const written of approvals) {
    const { fingerprint } = written.approval;
    byFingerprint.set(fingerprint, [...(byFingerprint.get(fingerprint) ?? []), written]);
  }
  const stale = new Map<WrittenApproval, string>();
  const matched = new Set<WrittenApproval>();
  const judged = findings.map((finding): Finding => {
    let holding: Approval | undefined;
    for (const written of byFingerprint.get(finding.fingerprint) ?? []) {
      const verdict = judge(written.approval, finding, today);
      if (verdict === undefined) continue;
      matched.add(written);
      if (verdict.kind === "stale") stale.set(written, verdict.problem);
      else holding ??= written.approval;
    }
    return holding === undefined ? finding : { ...finding, approval: holding };
  });
  for (const written of approvals) {
    const { where, until } = written.approval;
    if (matched.has(written)) continue;
    if (until !== undefined && until < today) stale.set(written, `it ended on ${until}`);
    else if (isComplete(scopeOfWhere(where))) stale.set(written, "nothing has its fingerprint any more");
  }
  const told = approvals.filter((written) => stale.has(written));
  return {
    findings: judged,
    stale: told.map((written) => ({
      ...written.approval,
      problem: stale.get(written)!,
      location: written.location,
    })),
  };
}
