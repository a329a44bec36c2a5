import type { OperationDescriptor, Pointer } from "./descriptor.ts";
import { isPromise } from "./is-promise.ts";
import { Limit, type LimitError, type LimitRule } from "./limit.ts";
import { type Exchange, readPointer } from "./pointer.ts";
import type { Verdict } from "./stores/rate-store.ts";

/** How fast an estimate follows answers that cost less; those that cost more count at once. */
const SMOOTHING = 0.1;

/** What calls cost of late, by operation and limit. */
type Estimates = WeakMap<OperationDescriptor, Map<LimitRule["limit"], number>>;

/** Made for each client whose connector names it: `answeredCosts`. */
export type CostsKind = () => (...of: ConstructorParameters<typeof Limit>) => Limit;

/** Limits whose costs only the answer tells. */
export const answeredCosts: CostsKind = () => {
  const estimates: Estimates = new WeakMap();
  return (...of) => new AnsweredLimit(estimates, ...of);
};

interface Taken {
  readonly slot: unknown;
  readonly cost: number;
}

/** A call is counted as what calls of its operation cost of late, the first one as one unit, until its answer tells. */
class AnsweredLimit extends Limit {
  readonly #estimates: Estimates;

  constructor(estimates: Estimates, ...of: ConstructorParameters<typeof Limit>) {
    super(...of);
    this.#estimates = estimates;
  }

  override get lane(): string {
    return `${this.key} ${this.operation.id}`;
  }

  override cost(): number {
    return this.#estimates.get(this.operation)?.get(this.rule.limit) ?? 1;
  }

  /** A cost that changes is remembered with what it took. */
  override take(): Verdict | Promise<Verdict> {
    const cost = this.cost();
    const keep = (verdict: Verdict): Verdict =>
      verdict.ok ? { ok: true, slot: { slot: verdict.slot, cost } satisfies Taken } : verdict;
    const verdict = super.take();
    return isPromise(verdict) ? verdict.then(keep) : keep(verdict);
  }

  override giveBack(taken: unknown): void | Promise<void> {
    const { slot, cost } = taken as Taken;
    return super.giveBack(slot, cost);
  }

  override settle(
    taken: unknown,
    exchange: Exchange | undefined,
    error: LimitError | undefined,
  ): boolean | Promise<boolean> {
    const { slot, cost } = taken as Taken;
    return super.settle(slot, exchange, error, cost, this.#actual(cost, exchange));
  }

  /** What was taken where the answer does not tell. Never above the limit's capacity. */
  #actual(taken: number, exchange: Exchange | undefined): number {
    const { limit, capacity } = this.rule;
    const told = exchange && readPointer(limit.cost as Pointer, exchange);
    const cost = typeof told === "string" && told.trim() !== "" ? Number(told) : told;
    if (typeof cost !== "number" || !(cost >= 0)) return taken;
    const actual = Math.min(cost, capacity);
    this.#learn(actual);
    return actual;
  }

  #learn(actual: number): void {
    let known = this.#estimates.get(this.operation);
    if (known === undefined) {
      known = new Map();
      this.#estimates.set(this.operation, known);
    }
    const estimate = known.get(this.rule.limit) ?? 0;
    known.set(this.rule.limit, Math.max(actual, estimate + SMOOTHING * (actual - estimate)));
  }
}
