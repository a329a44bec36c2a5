/** The day that a command judges by. */
import { commandLine, InputError } from "../errors.ts";

/** `--now`, or the calendar's own day (UTC). */
export function dayOf(now: string | undefined): string {
  if (now === undefined) return new Date().toISOString().slice(0, 10);
  const day = new Date(`${now}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(now) && !Number.isNaN(day.getTime())) return now;
  const message = `--now ${JSON.stringify(now)} is no day`;
  const fix = "write a day such as 2027-01-31";
  throw new InputError([{ file: commandLine, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}
