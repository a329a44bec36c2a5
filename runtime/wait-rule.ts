import { compiled } from "./compiled.ts";
import type { WaitFormat, WaitRule } from "./descriptor.ts";
import { milliseconds, parseHttpDate, until } from "./retry-after.ts";
import { parseDuration } from "./wait-duration.ts";

/** Values are looked at this far: a hostile answer cannot buy time. */
const LONGEST = 2_048;

/**
 * Milliseconds of a wait, undefined when the value tells none. `local` and `server` are the time, in epoch milliseconds,
 * by our own clock and by the answer's `Date`, where it has one.
 */
export type WaitReader = (rule: WaitRule, value: string, local: number, server: () => number) => number | undefined;

/**
 * A runtime feature: a wait that is a part of a longer value (`pattern`, its group `wait`, else its first one), one in a
 * format that few providers use, and one that is measured by our own clock.
 */
export const waitRule: WaitReader = ({ pattern, format, clock }, value, local, server) => {
  const text = pattern === undefined ? value : found(pattern, value);
  return text === undefined ? undefined : formats[format](text.trim(), clock === "local" ? () => local : server);
};

function found(pattern: string, value: string): string | undefined {
  const match = compiled(pattern)?.exec(value.slice(0, LONGEST));
  return match?.groups?.["wait"] ?? match?.[1];
}

/** `now` is what a moment is measured against, in epoch milliseconds. */
const formats: Readonly<Record<WaitFormat, (text: string, now: () => number) => number | undefined>> = {
  delaySeconds: (text) => milliseconds(text, "e3"),
  delayMilliseconds: (text) => milliseconds(text, ""),
  epochSeconds: (text, now) => until(milliseconds(text, "e3"), now),
  epochMilliseconds: (text, now) => until(milliseconds(text, ""), now),
  httpDate: (text, now) => until(parseHttpDate(text), now),
  iso8601: (text, now) => until(parseIsoDate(text), now),
  duration: parseDuration,
  delaySecondsOrHttpDate: (text, now) => milliseconds(text, "e3") ?? until(parseHttpDate(text), now),
};

const ISO =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:?[0-9]{2})?$/i;

/** Epoch milliseconds of an RFC 3339 date and time; without an offset it is taken as UTC. */
function parseIsoDate(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const offset = (match[3] ?? "Z").toUpperCase().replace(/^([+-][0-9]{2})([0-9]{2})$/, "$1:$2");
  const date = Date.parse(`${match[1]}T${match[2]!.replace(/(\.[0-9]{3})[0-9]+$/, "$1")}${offset}`);
  return Number.isNaN(date) ? undefined : date;
}
