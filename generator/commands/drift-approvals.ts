/** `couplet drift approvals`: what is accepted, until when, and what of it does not hold any more. */
import { join } from "node:path";
import { removeApprovals } from "../drift/edit-approvals.ts";
import { exitCode } from "../drift/exit-code.ts";
import type { DriftReport } from "../drift/finding.ts";
import { approvalsName, readApprovals, type WrittenApproval } from "../drift/read-approvals.ts";
import { toVisible } from "../report.ts";
import { readIfPresent, writeNamed } from "../workspace.ts";
import { type Console, plural } from "./console.ts";
import { readReports } from "./read-reports.ts";
import { dayOf } from "./today.ts";

export interface DriftApprovalsFlags {
  readonly report?: readonly string[];
  readonly prune?: boolean;
  readonly now?: string;
  readonly json?: boolean;
}

/** Returns the exit code: that of stale approvals when there are any left. */
export async function runDriftApprovals(flags: DriftApprovalsFlags, console: Console): Promise<number> {
  const today = dayOf(flags.now);
  const file = join(console.cwd, approvalsName);
  const text = (await readIfPresent(file)) ?? "";
  const reports = await readReports(flags.report ?? [], console.cwd);
  const states = readApprovals(approvalsName, text).map((written) => ({
    ...written,
    problem: problemOf(written, reports, today),
  }));
  const stale = new Set(states.flatMap(({ problem }, index) => (problem === undefined ? [] : [index])));
  if (flags.prune && stale.size > 0) await writeNamed(new Map([[file, removeApprovals(text, stale)]]));
  if (flags.json) {
    const approvals = states.map(({ approval, location, problem }) => {
      const { line, column } = location;
      return { ...approval, file: approvalsName, line, column, ...(problem === undefined ? {} : { problem }) };
    });
    console.out(JSON.stringify({ approvals, pruned: flags.prune ? stale.size : 0 }, null, 2));
  } else {
    for (const { approval, location, problem } of states) {
      const state = problem ?? (approval.until === undefined ? "holds" : `holds until ${approval.until}`);
      const { fingerprint, rule, where = "", reason, by } = approval;
      console.out(`${approvalsName}:${location.line} ${fingerprint} ${rule} ${toVisible(where)}`.trimEnd());
      console.out(`  ${state}: ${toVisible(reason)}${by === undefined ? "" : `, by ${toVisible(by)}`}`);
    }
    const left = flags.prune && stale.size > 0 ? "removed" : stale.size === 1 ? "does not hold" : "do not hold";
    console.out(`${plural(states.length, "approval")}${stale.size > 0 ? `, ${stale.size} ${left}` : ""}`);
  }
  return exitCode(stale.size > 0 && !flags.prune ? ["approvals"] : []);
}

/** A report knows what this file alone cannot: whether anything has the fingerprint still. */
function problemOf({ approval }: WrittenApproval, reports: readonly DriftReport[], today: string): string | undefined {
  const { fingerprint, where, until } = approval;
  if (until !== undefined && until < today) return `it ended on ${until}`;
  return reports
    .flatMap((report) => report.staleApprovals)
    .find((stale) => stale.fingerprint === fingerprint && stale.where === where)?.problem;
}
