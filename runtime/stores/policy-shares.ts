import type { RatePolicy } from "./rate-store.ts";

/** The figures of one process among several. */
export class PolicyShares {
  readonly #known = new WeakMap<RatePolicy, { readonly of: number; readonly share: RatePolicy }>();

  /** Less than one call a window is one call in several windows. */
  of(policy: RatePolicy, processes: number): RatePolicy {
    const of = Math.max(1, processes);
    const known = this.#known.get(policy);
    if (known?.of === of) return known.share;
    const { use, capacity, refill, per } = policy;
    const share =
      capacity >= of
        ? { use, capacity: capacity / of, refill: refill / of, per }
        : { use, capacity: 1, refill: refill / capacity, per: (per * of) / capacity };
    this.#known.set(policy, { of, share });
    return share;
  }
}
