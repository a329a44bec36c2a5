import { type Admission, type Change, isPromise, type LimitError } from "./admission.ts";
import type { Clock } from "./clock.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { type Holder, partition, pauseOf } from "./gate-admission.ts";
import type { CallCosts } from "./limit-cost.ts";
import type { NamedLimit } from "./named-limits.ts";
import type { Exchange } from "./pointer.ts";
import type { RateFeedback, RateStore } from "./stores/rate-store.ts";

/** What the admissions of a client share. */
export interface RateStates {
  readonly store: RateStore;
  /** Undefined when all costs are figures. */
  readonly costs: CallCosts | undefined;
  readonly clock: Clock;
}

interface Taken {
  readonly slot: unknown;
  readonly cost: number;
}

/** One named limit, for one holder's calls of an operation. */
export function limitAdmission(
  { store, costs, clock }: RateStates,
  named: NamedLimit,
  operation: OperationDescriptor,
  holder: Holder,
): Admission {
  const { policy, limit } = named;
  const scope = partition(limit.partition, operation, holder);
  const key = [operation.connector.provider, named.name, ...scope].join(":");
  // A cost that changes is remembered with what it took.
  const isFixed = typeof limit.cost === "number";
  const costOf = () => (isFixed ? (limit.cost as number) : costs!.estimate(operation, limit));
  const takenOf = (slot: unknown): Taken => (isFixed ? { slot, cost: limit.cost as number } : (slot as Taken));
  return {
    key,
    cost: costOf,
    take(ahead) {
      const cost = costOf();
      const verdict = store.take(key, policy, cost, ahead);
      if (isFixed) return verdict;
      const keep = <V extends { ok: boolean }>(given: V) =>
        "slot" in given ? { ...given, slot: { slot: given.slot, cost } } : given;
      return isPromise(verdict) ? verdict.then(keep) : keep(verdict);
    },
    giveBack(taken) {
      const { slot, cost } = takenOf(taken);
      return store.giveBack(key, policy, cost, slot);
    },
    settle(taken, exchange, error) {
      const { slot, cost } = takenOf(taken);
      const actual = isFixed ? cost : costs!.actual(operation, limit, named.capacity, cost, exchange);
      const settled = store.settle(key, policy, cost, slot, { answered: exchange !== undefined, cost: actual });
      const feedback = feedbackOf(named, operation, exchange, error, clock.now());
      const told = feedback && store.feedback(key, policy, feedback);
      const change: Change = feedback?.pause === undefined ? "room" : "pause";
      return isPromise(settled) || isPromise(told) ? Promise.all([settled, told]).then(() => change) : change;
    },
  };
}

function feedbackOf(
  { limit, capacity }: NamedLimit,
  operation: OperationDescriptor,
  exchange: Exchange | undefined,
  error: LimitError | undefined,
  now: number,
): RateFeedback | undefined {
  const told = limit.feedback && exchange && operation.connector.feedback!(limit, capacity, exchange, now);
  if (!error?.pause || !limit.pauseOn.includes(error.name)) return told;
  return { ...told, pause: pauseOf(operation, error) };
}
