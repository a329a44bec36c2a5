import { type Admission, type Change, isPromise, type LimitError } from "./admission.ts";
import type { Clock } from "./clock.ts";
import type { Gates } from "./concurrency.ts";
import type { OperationDescriptor, PartitionKey } from "./descriptor.ts";
import { subject } from "./errors.ts";
import type { CallCosts } from "./limit-cost.ts";
import type { NamedLimit } from "./named-limits.ts";
import type { Exchange } from "./pointer.ts";
import { printable } from "./printable.ts";
import type { RateFeedback, RateStore } from "./stores/rate-store.ts";

/** What the admissions of a client share. */
export interface LimitStates {
  readonly limits: ReadonlyMap<string, NamedLimit>;
  readonly store: RateStore;
  readonly gates: Gates;
  /** Undefined when all costs are figures. */
  readonly costs: CallCosts | undefined;
  readonly clock: Clock;
}

/** Whose calls they are; with the operation this chooses partitions. */
export interface Holder {
  readonly tenant: string | undefined;
  readonly credential: string;
}

/** A wrong header must not silence a client for good: after an hour the provider is asked again. */
const LONGEST_PAUSE = 3_600_000;

/** All that must admit one holder's calls of an operation: first its gate, because that costs nothing to give back. */
export function admissionsOf(states: LimitStates, operation: OperationDescriptor, holder: Holder): Admission[] {
  const { limitedBy } = operation.policy;
  const named = limitedBy.map((name) => {
    const limit = states.limits.get(name);
    if (limit === undefined) throw new TypeError(`${subject(operation)}: unknown rate limit "${printable(name)}".`);
    return limitAdmission(states, limit, operation, holder);
  });
  return [gateAdmission(states, operation, holder), ...named];
}

function gateAdmission({ gates }: LimitStates, operation: OperationDescriptor, holder: Holder): Admission {
  const { concurrency, limitedBy } = operation.policy;
  const scope = partition(concurrency?.per ?? ["credential"], operation, holder);
  // Operations with figures of their own have a gate of their own.
  const name = `gate ${concurrency?.max ?? "-"}/${concurrency?.queue ?? "-"}`;
  const key = [operation.connector.provider, name, ...scope].join(":");
  return {
    key,
    cost: () => 1,
    take: (ahead) => (ahead > 0 ? { ok: false, wait: gates.paused(key) } : gates.enter(key, concurrency)),
    giveBack: () => gates.leave(key),
    settle(_slot, _exchange, error) {
      const pause = limitedBy.length === 0 && error?.pause === true && error.name === "RateLimitError";
      if (pause) gates.pause(key, pauseOf(operation, error));
      gates.leave(key);
      return pause ? "pause" : "room";
    },
  };
}

interface Taken {
  readonly slot: unknown;
  readonly cost: number;
}

function limitAdmission(
  { store, costs, clock }: LimitStates,
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

/** Names and identifiers are quoted, so that no tenant can write itself into another's partition. */
function partition(by: readonly PartitionKey[], operation: OperationDescriptor, holder: Holder): string[] {
  return by.map((part) => {
    const value = part === "tenant" ? holder.tenant : part === "operation" ? operation.id : holder.credential;
    return `${part}=${JSON.stringify(value ?? "")}`;
  });
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

function pauseOf(operation: OperationDescriptor, error: LimitError): number {
  return Math.min(error.wait ?? operation.policy.retry.backoff.throttled, LONGEST_PAUSE);
}
