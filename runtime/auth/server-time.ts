import type { Clock } from "../clock.ts";
import { parseHttpDate } from "../retry-after.ts";
import type { AuthClient } from "./auth.ts";

/** The clocks of the origins that a client talks to, as far as their answers tell them. */
interface ServerTime {
  /** Milliseconds that the origin's clock is ahead of ours; 0 while they agree to half a minute. */
  offset(origin: string): number;
  /** Epoch milliseconds by the origin's clock. */
  now(origin: string): number;
  /** Learns from an answer; `sentAt` is epoch milliseconds of our clock. */
  observe(origin: string, headers: Headers, sentAt: number): void;
}

/** Smaller differences are slow answers and rounded seconds; no signature is refused for them. */
export const LEAST_SKEW = 30_000;

/** `Date` has whole seconds, cut off. */
const HALF_A_SECOND = 500;

const known = new WeakMap<AuthClient, ServerTime>();

/** That of a client, over all its schemes and tenants. */
export function serverTimeOf(client: AuthClient): ServerTime {
  let time = known.get(client);
  if (time === undefined) {
    time = createServerTime(client.clock);
    known.set(client, time);
  }
  return time;
}

/** Keeps an offset for each origin, from `Date` of answers that no cache has kept (those have an `Age`). */
function createServerTime(clock: Clock): ServerTime {
  const offsets = new Map<string, number>();
  const offset = (origin: string): number => offsets.get(origin) ?? 0;
  return {
    offset,
    now: (origin) => clock.now() + offset(origin),
    observe(origin, headers, sentAt) {
      const date = headers.get("date");
      const told = date === null || headers.has("age") ? undefined : parseHttpDate(date.trim());
      if (told === undefined) return;
      // A clock of ours that was set back meanwhile would put the middle before the start.
      const middle = sentAt + Math.max(0, clock.now() - sentAt) / 2;
      const measured = told + HALF_A_SECOND - middle;
      const next = Math.abs(measured) < LEAST_SKEW ? 0 : measured;
      if (Math.abs(next - offset(origin)) < LEAST_SKEW) return;
      if (next === 0) offsets.delete(origin);
      else offsets.set(origin, next);
    },
  };
}
