import type { OperationDescriptor, RateLimit } from "./descriptor.ts";
import { isPromise } from "./is-promise.ts";
import type { Exchange } from "./pointer.ts";
import type { RateFeedback, RatePolicy, SafeRateStore, Verdict } from "./stores/rate-store.ts";

/** Whose calls they are; with the operation this chooses partitions. */
export interface Holder {
  readonly tenant: string | undefined;
  /** `Authorization.credential`: opaque. */
  readonly credential: string;
}

/** How an answered attempt failed, as far as limits care. */
export interface LimitError {
  /** The name that error rules gave it. */
  readonly name: string;
  /** False: this one says nothing about the rest of the partition. */
  readonly pause: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly wait?: number | undefined;
}

/** A limit of the connector, with the figures that hold for a client. */
export interface LimitRule {
  readonly name: string;
  readonly limit: Pick<RateLimit, "partition" | "cost" | "pauseOn">;
  /** Before the reserve. */
  readonly capacity: number;
  /** Tier and reserve applied. */
  readonly policy: RatePolicy;
  /** What an answer says of it; absent where none does. */
  readonly told?: ((exchange: Exchange) => RateFeedback | undefined) | undefined;
}

/** A wrong header must not silence a client for good: after an hour the provider is asked again. */
const LONGEST_PAUSE = 3_600_000;

/** A limit as it meets the calls of one operation and holder: one thing that must admit them. */
export class Limit {
  readonly key: string;
  readonly #store: SafeRateStore;
  protected readonly rule: LimitRule;
  protected readonly operation: OperationDescriptor;

  constructor(store: SafeRateStore, rule: LimitRule, operation: OperationDescriptor, holder: Holder) {
    // Names and identifiers are quoted, so that no tenant can write itself into another's partition.
    const parts = { ...holder, operation: operation.id };
    const scope = rule.limit.partition.map((part) => `${part}=${JSON.stringify(parts[part] ?? "")}`);
    this.key = [operation.connector.provider, rule.name, ...scope].join(":");
    this.#store = store;
    this.rule = rule;
    this.operation = operation;
  }

  get capacity(): number {
    return this.rule.policy.capacity;
  }

  /** Calls for which this is the same wait in one lane: they cost the same. */
  get lane(): string {
    return this.key;
  }

  /** Units that a call takes. */
  cost(): number {
    return this.rule.limit.cost as number;
  }

  take(): Verdict | Promise<Verdict> {
    return this.#store.take(this.key, this.rule.policy, this.cost());
  }

  /** The wait of a call behind others that take so many units, as far as it is known; infinity when only ends of calls make room. */
  waitBehind(units: number): number {
    return this.#store.waitBehind(this.key, this.rule.policy, this.cost(), units);
  }

  /** The call was not sent after all. */
  giveBack(slot: unknown, taken: number = this.cost()): void | Promise<void> {
    return this.#store.giveBack(this.key, this.rule.policy, taken, slot);
  }

  /** The call ended; without an exchange nobody knows whether it arrived. True: nobody is admitted for a while. */
  settle(
    slot: unknown,
    exchange: Exchange | undefined,
    error: LimitError | undefined,
    taken: number = this.cost(),
    cost: number = taken,
  ): boolean | Promise<boolean> {
    const store = this.#store;
    const { key } = this;
    const { policy } = this.rule;
    const settled = store.settle(key, policy, taken, slot, { answered: exchange !== undefined, cost });
    const feedback = this.#feedback(exchange, error);
    const told = feedback && store.feedback(key, policy, feedback);
    const pauses = feedback?.pause !== undefined;
    return isPromise(settled) || isPromise(told) ? Promise.all([settled, told]).then(() => pauses) : pauses;
  }

  #feedback(exchange: Exchange | undefined, error: LimitError | undefined): RateFeedback | undefined {
    const { limit, told } = this.rule;
    const feedback = exchange && told?.(exchange);
    if (!error?.pause || !limit.pauseOn.includes(error.name)) return feedback;
    const pause = Math.min(error.wait ?? this.operation.policy.retry.backoff.throttled, LONGEST_PAUSE);
    return { ...feedback, pause };
  }
}
