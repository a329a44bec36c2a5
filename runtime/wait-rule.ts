import { compiled } from "./compiled.ts";
import type { WaitHeader } from "./descriptor.ts";
import { toWait } from "./retry-after.ts";
import { parseDuration } from "./wait-duration.ts";

/** Values are looked at this far: a hostile answer cannot buy time. */
const LONGEST = 2_048;

/**
 * Milliseconds of a wait, undefined when the value tells none. `local` and `server` are the time, in epoch milliseconds,
 * by our own clock and by the answer's `Date`, where it has one.
 */
export type WaitReader = (rule: WaitHeader, value: string, local: number, server: () => number) => number | undefined;

/**
 * A runtime feature: a wait that is a part of a longer value (`pattern`, its group `wait`, else its first one), one in the
 * format `duration`, and one that is measured by our own clock.
 */
export const waitRule: WaitReader = ({ pattern, format, clock }, value, local, server) => {
  const text = pattern === undefined ? value : found(pattern, value);
  if (text === undefined) return undefined;
  if (format === "duration") return parseDuration(text.trim());
  return toWait(text.trim(), format, clock === "local" ? () => local : server);
};

function found(pattern: string, value: string): string | undefined {
  const match = compiled(pattern)?.exec(value.slice(0, LONGEST));
  return match?.groups?.["wait"] ?? match?.[1];
}
