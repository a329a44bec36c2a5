import type { Backoff } from "./descriptor.ts";

/**
 * Milliseconds before a retry; `retry` is 1 for the first one and `random` is in [0, 1). Full jitter draws from the
 * whole range down to 0, so that clients which failed together do not come back together.
 */
export function backoffDelay(backoff: Backoff, retry: number, throttled: boolean | undefined, random: number): number {
  const initial = throttled ? backoff.throttled : backoff.initial;
  const grown = backoff.strategy === "constant" ? initial : initial * backoff.multiplier ** (retry - 1);
  const ceiling = Math.min(grown, backoff.max);
  if (backoff.jitter === "none") return ceiling;
  return backoff.jitter === "full" ? ceiling * random : (ceiling * (1 + random)) / 2;
}
