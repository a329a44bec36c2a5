/** The day that a command judges by. */
import { isDay } from "../drift/read-approvals.ts";
import { commandLine, InputError } from "../errors.ts";

/** `--now`, or the calendar's own day (UTC). */
export function dayOf(now: string | undefined): string {
  if (now === undefined) return new Date().toISOString().slice(0, 10);
  if (isDay(now)) return now;
  const message = `--now ${JSON.stringify(now)} is no day`;
  const fix = "write a day such as 2027-01-31";
  throw new InputError([{ file: commandLine, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}
