import type { OperationDescriptor, RateLimit } from "./descriptor.ts";
import { type Exchange, readPointer } from "./pointer.ts";

/** How fast an estimate follows answers that cost less; those that cost more count at once. */
const SMOOTHING = 0.1;

/** Made for each client whose connector names it: `answeredCosts`. */
export type CostsKind = () => CallCosts;

/** Costs that only the answer tells. */
export const answeredCosts: CostsKind = () => new CallCosts();

/** What calls cost. Where only the answer tells, a call is counted as what calls of its operation cost of late. */
export class CallCosts {
  /** By operation and limit. */
  readonly #estimates = new WeakMap<OperationDescriptor, Map<RateLimit, number>>();

  /** Units to take for a call. The first call of an operation whose answers tell is counted as one unit. */
  estimate(operation: OperationDescriptor, limit: RateLimit): number {
    if (typeof limit.cost === "number") return limit.cost;
    return this.#estimates.get(operation)?.get(limit) ?? 1;
  }

  /** Units that a call did cost, which is what was taken where the answer does not tell. Never above `capacity`. */
  actual(
    operation: OperationDescriptor,
    limit: RateLimit,
    capacity: number,
    taken: number,
    exchange: Exchange | undefined,
  ): number {
    if (typeof limit.cost === "number" || exchange === undefined) return taken;
    const told = readPointer(limit.cost, exchange);
    const cost = typeof told === "string" && told.trim() !== "" ? Number(told) : told;
    if (typeof cost !== "number" || !(cost >= 0)) return taken;
    const actual = Math.min(cost, capacity);
    this.#learn(operation, limit, actual);
    return actual;
  }

  #learn(operation: OperationDescriptor, limit: RateLimit, actual: number): void {
    let known = this.#estimates.get(operation);
    if (known === undefined) {
      known = new Map();
      this.#estimates.set(operation, known);
    }
    const estimate = known.get(limit) ?? 0;
    known.set(limit, Math.max(actual, estimate + SMOOTHING * (actual - estimate)));
  }
}
