/** `couplet approve`: findings of a report that are accepted, with the reason, in `couplet.approvals.yaml`. */
import { join } from "node:path";
import { addApprovals } from "../drift/edit-approvals.ts";
import type { Approval, Finding } from "../drift/finding.ts";
import { approvalsName, isDay, readApprovals } from "../drift/read-approvals.ts";
import { whereOf } from "../drift/where.ts";
import { toVisible } from "../report.ts";
import { readIfPresent, writeNamed } from "../workspace.ts";
import { type Console, plural } from "./console.ts";
import { readReports } from "./read-reports.ts";
import { usageError } from "./report-output.ts";
import { dayOf } from "./today.ts";

export interface ApproveFlags {
  readonly reason?: string;
  readonly report?: readonly string[];
  readonly by?: string;
  readonly until?: string;
  readonly now?: string;
}

/** Returns the exit code; bad input throws, and then nothing is written. */
export async function runApprove(wanted: readonly string[], flags: ApproveFlags, console: Console): Promise<number> {
  const { reason = "", by, until, report = [] } = flags;
  if (reason.trim() === "")
    throw usageError("an approval needs a reason", 'say why it is accepted: --reason "handled by the default branch"');
  if (until !== undefined && (!isDay(until) || until < dayOf(flags.now)))
    throw usageError(`--until ${JSON.stringify(until)} is no day to come`, "write a day such as 2027-01-31");
  if (report.length === 0)
    throw usageError(
      "an approval says what it is about, and that stands in a report",
      "write one with `--format json=drift.json`, and name it: --report drift.json",
    );
  const file = join(console.cwd, approvalsName);
  const text = await readIfPresent(file);
  const before = text === undefined ? 0 : readApprovals(approvalsName, text).length;
  const findings = (await readReports(report, console.cwd)).flatMap((one) => one.findings);
  const given = {
    reason: reason.trim(),
    ...(by === undefined ? {} : { by }),
    ...(until === undefined ? {} : { until }),
  };
  const chosen = new Map(
    wanted
      .flatMap((fingerprint) => select(findings, fingerprint))
      .map((finding) => [whereOf(finding) + finding.fingerprint, finding]),
  );
  const approvals = [...chosen.values()].map(
    (finding): Approval => ({
      fingerprint: finding.fingerprint,
      rule: finding.rule,
      where: whereOf(finding),
      ...given,
    }),
  );
  const after = addApprovals(text, approvals);
  // What was written is what will be read.
  const count = readApprovals(approvalsName, after).length;
  await writeNamed(new Map([[file, after]]));
  for (const { rule, where } of approvals) console.out(`approved ${rule} ${where}`);
  const renewed = approvals.length - (count - before);
  console.out(
    `${approvalsName}: ${plural(count - before, "approval")} added${renewed > 0 ? `, ${renewed} renewed` : ""}`,
  );
  return 0;
}

function select(findings: readonly Finding[], fingerprint: string): Finding[] {
  const found = findings.filter((finding) => finding.fingerprint === fingerprint);
  if (found.length > 0) return found;
  const known = findings.filter((finding) => finding.approval === undefined && finding.severity !== "safe");
  const some = known.slice(0, 5).map((finding) => `${finding.fingerprint} (${toVisible(finding.rule)})`);
  throw usageError(
    `the report has no finding ${JSON.stringify(fingerprint)}`,
    known.length === 0
      ? "it has nothing to approve"
      : `it has ${some.join(", ")}${known.length > 5 ? `, and ${known.length - 5} more` : ""}`,
  );
}
