import type { Clock } from "../../clock.ts";
import type { SharedRateStore } from "../../local-share.ts";
import { fillTime, longestTrip } from "../../rate-limit.ts";
import type { Ending, RateFeedback, RatePolicy, Verdict } from "../rate-store.ts";
import { answerWithin } from "./answer-within.ts";
import { rateAlgorithm } from "./rate-algorithm.ts";
import type { RateAnswer, RateAsk, RateBackend } from "./rate-backend.ts";
import { type LeasedCall, RateLease } from "./rate-lease.ts";
import { StoreFailure } from "./store-failure.ts";

/** How long a grant may be used: a part of the time in which the limit fills, within bounds. */
const HOLD_SHARE = 0.03;
const SHORTEST_HOLD = 5;
const LONGEST_HOLD = 50;

/** Grants start at most so far ahead; also how long a pause that another process caused may go unnoticed. */
export const HORIZON = 500;

/** Answers in a row that came too late to be used; then the store counts as failed. */
const LATE_ANSWERS = 4;

/** Between two announcements of this process; so old may its knowledge of the others be when the store fails. */
const JOIN_EVERY = 1_000;

/** Partitions that each write looks at, so that idle ones leave without a timer. */
const SWEPT_PER_WRITE = 8;

interface Partition {
  readonly lease: RateLease;
  asking: Promise<void> | undefined;
  late: number;
  /** Units that calls cost beyond what was taken for them. */
  spent: number;
  told: { readonly feedback: RateFeedback; readonly at: number } | undefined;
  /** From then on the two say nothing of now. */
  toldUntil: number;
}

interface LeasedOptions {
  readonly clock: Clock;
  /** What the store is called in messages. */
  readonly name: string;
  /** Milliseconds after which a silent store has failed. */
  readonly timeout: number;
  /** One round trip for each call, no batches. */
  readonly strict: boolean;
  /** Assumed until the store has told. */
  readonly processes: number;
}

/**
 * Rate limits that processes share: takes units in small batches, each with a start and an end, so that most calls ask
 * nobody. Whatever the store's delay, units are used only between the two. Rejects with a StoreFailure when the store
 * fails, is silent or is too slow.
 */
export class LeasedRateStore implements SharedRateStore {
  readonly #backend: RateBackend;
  readonly #options: LeasedOptions;
  readonly #member = crypto.randomUUID();
  readonly #partitions = new Map<string, Partition>();
  #hand: Iterator<[string, Partition]> | undefined;
  #processes: number;
  #joinAt = Number.NEGATIVE_INFINITY;
  /** Of the hold; grows while answers come too late, since a longer hold costs less than lost grants. */
  #patience = 0;
  /** The longest that a call took lately from leave to answer; somewhere between the two the server counted it. */
  #trip = 0;

  constructor(backend: RateBackend, options: LeasedOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#processes = options.processes;
  }

  /** How many processes share the store, as last known. */
  get processes(): number {
    return this.#processes;
  }

  counts({ use }: RatePolicy): boolean {
    return rateAlgorithm(use) !== undefined;
  }

  known(key: string): { readonly left: number | undefined; readonly wait: number } {
    const lease = this.#partitions.get(key)?.lease;
    const left = lease?.left === Number.POSITIVE_INFINITY ? undefined : lease?.left;
    return { left, wait: Math.max(0, (lease?.notBefore ?? 0) - this.#options.clock.mono()) };
  }

  take(key: string, policy: RatePolicy, cost: number): Verdict | Promise<Verdict> {
    const partition = this.#partition(key);
    const now = this.#options.clock.mono();
    const units = Math.min(cost, policy.capacity);
    return partition.lease.take(units, now) ?? this.#takeLater(key, partition, policy, units);
  }

  /** A call that cost less than was taken for it gives nothing back: its units return by themselves. */
  settle(key: string, policy: RatePolicy, cost: number, slot: unknown, ending: Ending): void {
    const now = this.#options.clock.mono();
    const call = slot as LeasedCall;
    if (ending.answered) this.#trip = Math.max(now - call.at, this.#trip * 0.9);
    const partition = this.#partitions.get(key);
    partition?.lease.settle(call, ending.answered, now);
    if (ending.cost > cost) this.#toTell(key, now + fillTime(policy)).spent += ending.cost - cost;
  }

  giveBack(key: string, policy: RatePolicy, cost: number, slot: unknown): void {
    const units = Math.min(cost, policy.capacity);
    this.#partitions.get(key)?.lease.giveBack(units, slot as LeasedCall, this.#options.clock.mono());
  }

  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void | Promise<void> {
    const partition = this.#partition(key);
    const { lease } = partition;
    const now = this.#options.clock.mono();
    const { pause, remaining, limit } = feedback;
    if (pause !== undefined) {
      lease.notBefore = Math.max(lease.notBefore, now + pause);
      return this.#ask(key, policy, {
        units: 0,
        hold: 0,
        back: undefined,
        used: undefined,
        told: feedback,
        spent: 0,
      }).then(() => {});
    }
    const saysLess = (remaining ?? lease.left) < lease.left || (limit ?? policy.capacity) < policy.capacity;
    if (!saysLess) return;
    if (remaining !== undefined) lease.distrust(remaining);
    const told = partition.told?.feedback.remaining ?? Number.POSITIVE_INFINITY;
    // Answers come in any order.
    if (told < (remaining ?? Number.POSITIVE_INFINITY)) return;
    // The next request carries it; a request of its own for every answer would double their number.
    this.#toTell(key, now + Math.max(fillTime(policy), feedback.reset ?? 0)).told = { feedback, at: now };
  }

  /** The partition, which is kept until then. */
  #toTell(key: string, until: number): Partition {
    const partition = this.#partition(key);
    partition.toldUntil = Math.max(partition.toldUntil, until);
    return partition;
  }

  async #takeLater(key: string, partition: Partition, policy: RatePolicy, units: number): Promise<Verdict> {
    for (;;) {
      partition.asking ??= this.#renew(key, partition, policy, units).finally(() => {
        partition.asking = undefined;
      });
      await partition.asking;
      const verdict = partition.lease.take(units, this.#options.clock.mono());
      if (verdict !== undefined) return verdict;
    }
  }

  async #renew(key: string, partition: Partition, policy: RatePolicy, cost: number): Promise<void> {
    const { clock, strict, timeout, name } = this.#options;
    const begun = clock.mono();
    if (begun >= partition.toldUntil) Object.assign(partition, { spent: 0, told: undefined });
    const { lease, told } = partition;
    const renewal = lease.renew(policy, cost, strict, begun);
    const whole = fillTime(policy);
    const usual = Math.min(LONGEST_HOLD, HOLD_SHARE * whole);
    const shortest = Math.max(SHORTEST_HOLD, usual);
    this.#patience = renewal.wasUseless ? Math.max(shortest, this.#patience) * 2 : this.#patience * 0.9;
    const hold = Math.min(timeout, Math.max(shortest, this.#patience));
    await this.#join();
    const asked = clock.mono();
    const feedback = told && aged(told.feedback, asked - told.at);
    const { spent } = partition;
    const arrival = hold + Math.min(this.#trip, longestTrip(whole));
    const { units, back } = renewal;
    const used = renewal.used && { ...renewal.used, ago: renewal.used.ago + asked - begun };
    const ask = { units, hold: arrival, back, used, told: feedback, spent };
    const answer = await this.#ask(key, policy, ask);
    partition.spent -= spent;
    if (partition.told === told) partition.told = undefined;
    const got = clock.mono();
    lease.accept(answer, renewal, { asked, got, hold, horizon: HORIZON });
    partition.late = answer.granted > 0 && got - asked > hold ? partition.late + 1 : 0;
    if (partition.late < LATE_ANSWERS) return;
    partition.late = 0;
    throw new StoreFailure(
      `${name} answers too late: its grants last ${Math.round(hold)} ms, the last answer took longer.`,
    );
  }

  #ask(
    key: string,
    policy: RatePolicy,
    ask: Pick<RateAsk, "units" | "hold" | "back" | "used" | "told" | "spent">,
  ): Promise<RateAnswer> {
    const { clock, timeout, name } = this.#options;
    const { capacity, per, refill, use } = policy;
    const algorithm = rateAlgorithm(use);
    if (algorithm === undefined) return Promise.reject(new StoreFailure(`${name} does not know this kind of limit.`));
    const whole: RateAsk = { algorithm, capacity, per, refill, horizon: HORIZON, ...ask };
    return answerWithin(clock, timeout, name, () => this.#backend.ask(key, whole));
  }

  /** The first time before anything is taken; later beside it. */
  #join(): undefined | Promise<void> {
    const { clock, timeout, name } = this.#options;
    const now = clock.mono();
    if (now < this.#joinAt) return undefined;
    const isFirst = this.#joinAt === Number.NEGATIVE_INFINITY;
    const joined = answerWithin(clock, timeout, name, () => this.#backend.join(this.#member)).then((processes) => {
      this.#processes = Math.max(1, processes);
      this.#joinAt = Math.max(this.#joinAt, now + JOIN_EVERY);
    });
    if (isFirst) return joined;
    this.#joinAt = now + JOIN_EVERY;
    joined.catch(() => {});
    return undefined;
  }

  #partition(key: string): Partition {
    const known = this.#partitions.get(key);
    if (this.#partitions.size > 1 || known === undefined) this.#sweep(key);
    if (known !== undefined) return known;
    const partition: Partition = {
      lease: new RateLease(),
      asking: undefined,
      late: 0,
      spent: 0,
      told: undefined,
      toldUntil: 0,
    };
    this.#partitions.set(key, partition);
    return partition;
  }

  #sweep(except: string): void {
    const now = this.#options.clock.mono();
    for (let step = 0; step < SWEPT_PER_WRITE; step++) {
      this.#hand ??= this.#partitions.entries();
      const { value, done } = this.#hand.next();
      if (done) {
        this.#hand = undefined;
        return;
      }
      const [key, { asking, lease, toldUntil }] = value;
      const isIdle = asking === undefined && lease.isIdle(now) && now >= toldUntil;
      if (isIdle && key !== except) this.#partitions.delete(key);
    }
  }
}

/** What a server said some time ago. */
function aged(feedback: RateFeedback, age: number): RateFeedback {
  return feedback.reset === undefined ? feedback : { ...feedback, reset: Math.max(0, feedback.reset - age) };
}
