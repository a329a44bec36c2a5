/** The part of `check` about days: what has ended or ends soon. */
import { join } from "node:path";
import { lockName } from "../project-run.ts";
import { readIfPresent } from "../workspace.ts";
import { calendarFindings, usualWarning } from "./calendar.ts";
import type { CheckContext, CheckPart } from "./check-project.ts";
import { projectCalendar } from "./project-calendar.ts";

export async function checkCalendar({ workspace, providers, lock, today }: CheckContext): Promise<CheckPart> {
  const text = await readIfPresent(join(workspace.root, lockName));
  if (lock === undefined || text === undefined)
    return { name: "calendar", summary: "not known without a lock", diagnostics: [] };
  const entries = await projectCalendar(workspace, providers, lock, []);
  const findings = calendarFindings(entries, { today, within: usualWarning, lockText: { file: lockName, text } });
  const [next] = entries.filter(({ date }) => date !== undefined && date >= today);
  const summary = `${entries.length} announced${next === undefined ? "" : `, the next on ${next.date}`}`;
  return { name: "calendar", summary, diagnostics: [], findings };
}
