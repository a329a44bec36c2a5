/** The one table of exit codes, and which of several counts. */
import type { Stop } from "../errors.ts";

/** What can be said of a run; one that has none of these is fine. */
export type RunOutcome = Stop | "findings" | "approvals" | "internal";

/** The first that is there decides: what makes the others doubtful stands before them. */
const codes: Readonly<Record<RunOutcome, number>> = {
  internal: 70,
  usage: 2,
  revision: 3,
  lock: 6,
  approvals: 5,
  unreachable: 4,
  findings: 1,
};

export function exitCode(outcomes: Iterable<RunOutcome>): number {
  const there = new Set(outcomes);
  const first = (Object.keys(codes) as RunOutcome[]).find((outcome) => there.has(outcome));
  return first === undefined ? 0 : codes[first];
}
