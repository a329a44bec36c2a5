import type { LimiterKind } from "../rate-limit.ts";

/** The figures of one rate limit, tier and reserve already applied. */
export interface RatePolicy {
  readonly use: LimiterKind;
  /** Bucket size, calls per window, or calls at the same time. */
  readonly capacity: number;
  /** Milliseconds in which `refill` units return, or the window's length. */
  readonly per: number;
  readonly refill: number;
}

/**
 * Leave, with a handle for `settle` and `giveBack`; or how many milliseconds to wait before asking again, infinity when
 * only the end of a call of this process makes room.
 */
export type Verdict = { readonly ok: true; readonly slot: unknown } | { readonly ok: false; readonly wait: number };

/** How a call ended that had leave. */
export interface Ending {
  /** False: no answer came. The call no longer runs, but may still arrive. */
  readonly answered: boolean;
  /** Units that it cost in the end. */
  readonly cost: number;
}

/** What a server said of a limit. It only ever lowers what is left. */
export interface RateFeedback {
  readonly remaining?: number;
  readonly limit?: number;
  /** Milliseconds until the server's count starts anew. */
  readonly reset?: number;
  /** Milliseconds in which nobody may take anything. */
  readonly pause?: number;
}

/**
 * Where the state of rate limits lives. The store brings its own clock: one that is shared by processes
 * must not trust theirs. Synchronous answers keep a call free of extra turns.
 */
export interface RateStore {
  /**
   * How many processes share the store, as last known. While it fails or is silent, each process keeps to its share of
   * every limit.
   */
  readonly processes: number;
  /** Set by a store that keeps to this process's share by itself while it fails; `withLocalShare` does it for others. */
  readonly keepsShare?: true;
  /** Takes `cost` units. */
  take(key: string, policy: RatePolicy, cost: number): Verdict | Promise<Verdict>;
  /** Ends a `take` of `cost` units whose call was sent. Once for each. */
  settle(key: string, policy: RatePolicy, cost: number, slot: unknown, ending: Ending): void | Promise<void>;
  /** Undoes a `take` whose call was not sent after all. */
  giveBack(key: string, policy: RatePolicy, cost: number, slot: unknown): void | Promise<void>;
  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void | Promise<void>;
}

/** A store that a client can rely on: `MemoryRateStore`, those of Redis and Postgres, or any other in `withLocalShare`. */
export interface SafeRateStore extends RateStore {
  readonly keepsShare: true;
  /** Milliseconds until `cost` units can be taken behind so many others, as far as it knows without asking anybody. */
  waitBehind(key: string, policy: RatePolicy, cost: number, units: number): number;
}
