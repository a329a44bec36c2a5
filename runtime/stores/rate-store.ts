import type { LimiterKind } from "../rate-limit.ts";

/** The figures of one rate limit, tier and reserve already applied. */
export interface RatePolicy {
  readonly use: LimiterKind;
  /** Bucket size, or calls per window. */
  readonly capacity: number;
  /** Milliseconds in which `refill` units return, or the window's length. */
  readonly per: number;
  readonly refill: number;
}

/** Leave, with a handle to give it back; or how many milliseconds to wait before asking again. */
export type Verdict = { readonly ok: true; readonly slot: number } | { readonly ok: false; readonly wait: number };

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
  /** Takes `cost` units. With `ahead` > 0 nothing is taken: it only tells the wait behind that many units. */
  take(key: string, policy: RatePolicy, cost: number, ahead: number): Verdict | Promise<Verdict>;
  /** Undoes a `take` whose call was not sent after all. */
  giveBack(key: string, policy: RatePolicy, cost: number, slot: number): void | Promise<void>;
  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void | Promise<void>;
}
