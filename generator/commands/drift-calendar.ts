/** `couplet drift calendar`: what ends, and when. */
import { join } from "node:path";
import { calendarFindings, usualWarning } from "../drift/calendar.ts";
import { createReport } from "../drift/create-report.ts";
import { projectCalendar } from "../drift/project-calendar.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { parseLock } from "../lock.ts";
import { loadProject } from "../project.ts";
import { lockName } from "../project-run.ts";
import { tool } from "../tool.ts";
import { readIfPresent } from "../workspace.ts";
import type { Console } from "./console.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectProviders } from "./select-providers.ts";

export interface DriftCalendarFlags extends ReportFlags {
  /** `90d`, or a number of days. */
  readonly within?: string;
}

/** Returns the exit code: 1 when the end of an operation has passed. */
export async function runDriftCalendar(
  names: readonly string[],
  flags: DriftCalendarFlags,
  console: Console,
): Promise<number> {
  const output = readReportFlags(flags);
  const [, days] = /^(\d{1,4})d?$/.exec(flags.within ?? String(usualWarning)) ?? [];
  if (days === undefined)
    throw usageError(`--within ${JSON.stringify(flags.within)} is no number of days`, "write days, such as 90d");
  const workspace = await loadProject(console.cwd);
  const providers = selectProviders(workspace, names);
  const text = await readIfPresent(join(workspace.root, lockName));
  if (text === undefined) throw usageError("there is no couplet.lock.json", "run `couplet generate` first");
  const lockText = { file: lockName, text };
  const accepted = await readIfPresent(join(workspace.root, approvalsName));
  const approvals = accepted === undefined ? [] : readApprovals(approvalsName, accepted);
  const calendar = await projectCalendar(workspace, providers, parseLock(lockName, text), approvals);
  const report = createReport({
    command: "drift calendar",
    version: (await tool()).version,
    inputs: [{ role: "project", file: lockName }],
    findings: calendarFindings(calendar, { today: output.today, within: Number(days), lockText }),
    approvals,
    calendar,
    today: output.today,
    includeSafe: output.includeSafe,
  });
  return tellReport(report, output, console, false);
}
