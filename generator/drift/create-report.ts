/** From findings to the report of a run: approvals applied, counted, in order. Every format prints this and nothing else. */
import { applyApprovals } from "./apply-approvals.ts";
import type { DriftReport, Finding } from "./finding.ts";
import { orderFindings } from "./order-findings.ts";
import type { WrittenApproval } from "./read-approvals.ts";

export interface ReportParts extends Pick<DriftReport, "command" | "inputs" | "bump"> {
  /** Of couplet. */
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly calendar?: DriftReport["calendar"];
  readonly approvals?: readonly WrittenApproval[];
  /** As in `ApprovalScope`; absent: the run is not complete for any. */
  readonly isComplete?: (scope: string) => boolean;
  /** `2026-11-22` */
  readonly today: string;
  /** Safe findings are listed too; they are counted anyway. */
  readonly includeSafe: boolean;
}

export function createReport(parts: ReportParts): DriftReport {
  const { command, inputs, bump, version, calendar = [], approvals = [], today, includeSafe } = parts;
  const { isComplete = () => false } = parts;
  const { findings, stale } = applyApprovals(parts.findings, approvals, { today, isComplete });
  const open = findings.filter((finding) => finding.approval === undefined);
  const count = (severity: Finding["severity"]): number => open.filter((one) => one.severity === severity).length;
  return {
    schemaVersion: 1,
    tool: { name: "couplet", version },
    command,
    inputs,
    summary: {
      breaking: count("breaking"),
      risky: count("risky"),
      notice: count("notice"),
      safe: count("safe"),
      approved: findings.length - open.length,
    },
    ...(bump === undefined ? {} : { bump }),
    findings: orderFindings(findings.filter((finding) => includeSafe || finding.severity !== "safe")),
    staleApprovals: stale,
    calendar,
  };
}
