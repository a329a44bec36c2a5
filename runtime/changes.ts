import type { Disposition, OperationClass, Policy } from "./descriptor.ts";
import type { Effect } from "./errors.ts";
import type { Exchange } from "./pointer.ts";

/** What is asked of calls that change something at the provider: nothing happens twice unasked. */
export interface ChangeRules {
  /** Whether repeating is harmless (RFC 9110 section 9.2.2, or an idempotency key that was sent). */
  isRepeatable(policy: Policy, hasKey: boolean): boolean;
  /** Why nothing more is sent with a key of this age, in milliseconds since it was first sent; undefined when it may be. */
  whyKeyIsSpent(policy: Policy, age: number): string | undefined;
  /** What an answer says of the key that was sent; undefined when it says nothing. */
  keyAnswer(policy: Policy, exchange: Exchange): KeyAnswer | undefined;
  /** For the caller of a call that had this effect. */
  advice(policy: Policy, effect: Exclude<Effect, "none">): string;
}

/** `isRunning`: the first request with the key still runs. What it does is not known before it is done, whoever sent it. */
interface KeyAnswer {
  readonly disposition: Disposition;
  readonly isRunning: boolean;
}

/** Share of a key's retention after which nothing is sent with it any more: clocks differ and requests queue. */
const USABLE_RETENTION = 0.9;

/** Where nobody knows whether it took effect. */
const inDoubt: Readonly<Record<Exclude<OperationClass, "safe">, string>> = {
  idempotent: "; sending it again is harmless.",
  keyed: ": send it again only with the same idempotency key.",
  unsafe: ": look it up at the provider before sending it again.",
};

/** A runtime feature, of operations whose class is not `safe`. */
export const changeRules: ChangeRules = {
  isRepeatable({ idempotency: { class: kind } }, hasKey) {
    return kind === "idempotent" || (kind === "keyed" && hasKey);
  },
  whyKeyIsSpent({ idempotency: { retention } }, age) {
    if (retention === undefined || age <= retention * USABLE_RETENTION) return undefined;
    return "the provider may have forgotten the idempotency key by then";
  },
  keyAnswer({ idempotency, conditions }, exchange) {
    const { inFlight, inFlightAs = "rejected", mismatch, mismatchAs = "permanent" } = idempotency;
    if (inFlight && conditions!(inFlight, exchange)) return { disposition: inFlightAs, isRunning: true };
    if (mismatch && conditions!(mismatch, exchange)) return { disposition: mismatchAs, isRunning: false };
    return undefined;
  },
  advice({ idempotency: { class: kind } }, effect) {
    if (kind === "safe") return "";
    return effect === "applied"
      ? " It took effect: do not send it again."
      : ` It may have taken effect${inDoubt[kind]}`;
  },
};
