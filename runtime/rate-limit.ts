/** The figures of a limit: `capacity` at once, `refill` units back in each `per` milliseconds. */
export interface LimitFigures {
  readonly capacity: number;
  readonly per: number;
  readonly refill: number;
}

/** What a server said is left. Values below what is known locally count; higher ones do not. */
export interface Allowance {
  readonly remaining?: number;
  readonly limit?: number;
  /** Milliseconds until the server's count starts anew. */
  readonly reset?: number;
  /** Milliseconds in which nothing may be taken. */
  readonly pause?: number;
}

/** One limit for one partition. `now` is monotonic milliseconds and never goes back. */
export interface Limiter {
  /** May change: a share does with the number of processes. */
  figures: LimitFigures;
  /**
   * Milliseconds until `cost` units can be taken behind `ahead` others, if all that is under way is answered now;
   * 0 is now, infinity when only the end of another call makes room.
   */
  wait(cost: number, ahead: number, now: number): number;
  /** Takes without asking. The result stands for the units in `settle` and `giveBack`. */
  take(cost: number, now: number): unknown;
  /**
   * The call was answered: the server has counted it by now, and it cost `actual` units; undefined: it ended without an
   * answer and may still arrive, but no longer runs.
   */
  settle(slot: unknown, actual: number | undefined, now: number): void;
  /** The call was never sent. */
  giveBack(slot: unknown): void;
  lower(allowance: Allowance, now: number): void;
  /** True when forgetting this limiter makes no difference. */
  isIdle(now: number): boolean;
}

/** An algorithm: a feature that generated code names. */
export type LimiterKind = (figures: LimitFigures) => Limiter;

/** Below this a wait is rounding dust of the arithmetic, in milliseconds. */
export const DUST = 1e-6;

/**
 * The longest way to the server that is allowed for: a tenth of `whole`, the milliseconds in which the limit fills again,
 * or a quarter of a second, which is a connection that opens; never more than a quarter of `whole`, because a server that
 * thinks for long looks like one that is far away.
 */
export function longestTrip(whole: number): number {
  return Math.min(Math.max(whole / 10, 250), whole / 4);
}

/** Milliseconds in which a limit fills again, and what was used is forgotten. */
export function fillTime({ capacity, per, refill }: LimitFigures): number {
  return (capacity * per) / refill;
}
