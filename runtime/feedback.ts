import { compiled } from "./compiled.ts";
import type { Pointer, RateLimit } from "./descriptor.ts";
import { type Exchange, readPointer } from "./pointer.ts";
import type { LimitFigures } from "./rate-limit.ts";
import { readWait } from "./retry-after.ts";
import type { RateFeedback } from "./stores/rate-store.ts";

const COUNT = /^\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)/;
/** A wrong header must not silence a client for good: an hour, or the limit's own window. */
const LONGEST_RESET = 3_600_000;
const NAMES = ["used", "remaining", "limit"] as const;

/** A feature that generated code names: `limitFeedback`. */
export type FeedbackReader = (
  limit: RateLimit,
  figures: LimitFigures,
  exchange: Exchange,
  now: number,
) => RateFeedback | undefined;

/**
 * What an answer says of a limit, or undefined when it says nothing. A pattern may name several figures at once
 * (`(?<used>…)/(?<limit>…)`); without one the value starts with the number. `reserve` is a share of the whole and is
 * taken off what remains. `now` is epoch milliseconds.
 */
export const limitFeedback: FeedbackReader = (limit, { capacity, per }, exchange, now) => {
  const { feedback } = limit;
  if (feedback === undefined) return undefined;
  const found: { used?: number; remaining?: number; limit?: number } = {};
  for (const name of NAMES) {
    const source = feedback[name];
    if (source !== undefined) Object.assign(found, readFigures(source, name, exchange));
  }
  const reset = feedback.reset === undefined ? undefined : readWait([feedback.reset], exchange, now);
  const whole = found.limit ?? capacity;
  const left = found.remaining ?? (found.used === undefined ? undefined : whole - found.used);
  if (left === undefined && found.limit === undefined) return undefined;
  return {
    ...(left !== undefined && { remaining: left - whole * limit.reserve }),
    ...(found.limit !== undefined && { limit: found.limit * (1 - limit.reserve) }),
    ...(reset !== undefined && { reset: Math.min(reset, Math.max(per, LONGEST_RESET)) }),
  };
};

function readFigures(
  source: { readonly from: Pointer; readonly pattern?: string },
  name: (typeof NAMES)[number],
  exchange: Exchange,
): { used?: number; remaining?: number; limit?: number } {
  const value = readPointer(source.from, exchange);
  if (typeof value !== "string" && typeof value !== "number") return {};
  const text = String(value).slice(0, 256);
  if (source.pattern === undefined) return counted(name, text);
  const match = compiled(source.pattern)?.exec(text);
  if (!match) return {};
  if (match.groups === undefined) return counted(name, match[1] ?? match[0]);
  return Object.assign({}, ...NAMES.map((group) => counted(group, match.groups?.[group] ?? "")));
}

function counted(name: (typeof NAMES)[number], text: string): { used?: number; remaining?: number; limit?: number } {
  const match = COUNT.exec(text);
  return match ? { [name]: Number(match[1]) } : {};
}
