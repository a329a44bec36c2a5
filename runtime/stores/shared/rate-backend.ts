import type { RateFeedback } from "../rate-store.ts";

/** Algorithms that a shared store counts itself. */
export type RateAlgorithm = "bucket" | "window";

/** One request of a shared store: gives back, tells and takes, in this order and at once. Times are milliseconds. */
export interface RateAsk {
  readonly algorithm: RateAlgorithm;
  readonly capacity: number;
  readonly per: number;
  readonly refill: number;
  /** To take; 0 only tells. */
  readonly units: number;
  /** So long after its start the last call of a grant arrives at the latest; it is counted as if it did. */
  readonly hold: number;
  /** A grant may start so far ahead; for one that starts later only its wait is told. */
  readonly horizon: number;
  /** Units of an earlier grant that were not used. */
  readonly back: { readonly units: number; readonly slot: string } | undefined;
  readonly used: GrantUse | undefined;
  readonly told: RateFeedback | undefined;
  /** Units that calls cost beyond what was taken for them. */
  readonly spent: number;
}

/** Units of an earlier grant whose calls have all been answered: their window began then at the latest, not at the end of the hold. */
export interface GrantUse {
  readonly units: number;
  readonly slot: string;
  /** Milliseconds since the last answer. */
  readonly ago: number;
}

export interface RateAnswer {
  /** Units, 0 when there are none within the horizon. Fewer than asked for where the server lowered its limit. */
  readonly granted: number;
  /** Milliseconds, on the store's clock, until the grant starts or could start. */
  readonly wait: number;
  /** Names the grant in `back`. */
  readonly slot: string;
  /** Units that are left in the partition. */
  readonly left: number;
}

/** A place that all processes reach, on its own clock. Every method is one round trip; a rejection is a failure. */
export interface RateBackend {
  ask(key: string, ask: RateAsk): Promise<RateAnswer>;
  /** Says that this process is there, and asks how many are. */
  join(member: string): Promise<number>;
}
