import type { Clock } from "../../clock.ts";

/** Options of a token store that processes share. */
export interface SharedTokenOptions {
  /** Milliseconds after which a silent store has failed; 2,000 when absent. A call that needs it then fails, it does not hang. */
  readonly timeout?: number;
  readonly clock?: Clock;
}
