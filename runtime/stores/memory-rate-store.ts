import { type Clock, systemClock } from "../clock.ts";
import { ownOptions } from "../own-options.ts";
import type { Limiter } from "../rate-limit.ts";
import type { Ending, RateFeedback, RatePolicy, SafeRateStore, Verdict } from "./rate-store.ts";

/** Partitions that each write looks at, so that idle ones leave without a timer. */
const SWEPT_PER_WRITE = 4;

/** Where there is no room for another partition, milliseconds until there may be. */
const ASK_AGAIN = 1_000;

/** Rate limits of this process. A partition that is idle again takes no memory. */
export class MemoryRateStore implements SafeRateStore {
  readonly keepsShare: true = true;
  readonly processes: number = 1;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #limiters = new Map<string, Limiter>();
  #hand: Iterator<[string, Limiter]> = this.#limiters.entries();

  /** Beyond `maxKeys` partitions a new one has to wait until another is idle; none in use is ever forgotten. */
  constructor(options: { readonly clock?: Clock; readonly maxKeys?: number } = {}) {
    const { clock = systemClock, maxKeys = 100_000 } = ownOptions(options);
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  /** Partitions that are remembered. */
  get size(): number {
    return this.#limiters.size;
  }

  take(key: string, policy: RatePolicy, cost: number): Verdict {
    const wait = this.waitBehind(key, policy, cost, 0);
    return wait > 0 ? { ok: false, wait } : { ok: true, slot: this.count(key, policy, cost) };
  }

  waitBehind(key: string, policy: RatePolicy, cost: number, units: number): number {
    const now = this.#clock.mono();
    return this.#limiter(key, policy, now)?.wait(cost, units, now) ?? ASK_AGAIN;
  }

  /** Takes without asking, for what was admitted elsewhere. The slot, or undefined when the store is full. */
  count(key: string, policy: RatePolicy, cost: number): unknown {
    const now = this.#clock.mono();
    return this.#limiter(key, policy, now)?.take(cost, now);
  }

  settle(key: string, policy: RatePolicy, _cost: number, slot: unknown, { answered, cost }: Ending): void {
    const now = this.#clock.mono();
    // A partition that was idle while the call took its time must hear what it cost.
    this.#limiter(key, policy, now)?.settle(slot, answered ? cost : undefined, now);
  }

  giveBack(key: string, _policy: RatePolicy, _cost: number, slot: unknown): void {
    this.#limiters.get(key)?.giveBack(slot);
  }

  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void {
    const now = this.#clock.mono();
    this.#limiter(key, policy, now)?.lower(feedback, now);
  }

  #limiter(key: string, policy: RatePolicy, now: number): Limiter | undefined {
    if (this.#limiters.size > 1) this.#sweep(now);
    let limiter = this.#limiters.get(key);
    if (limiter === undefined && this.#limiters.size < this.#maxKeys) {
      limiter = policy.use(policy);
      this.#limiters.set(key, limiter);
    }
    if (limiter !== undefined) limiter.figures = policy;
    return limiter;
  }

  /** Forgets idle ones among the next few. */
  #sweep(now: number): void {
    for (let step = 0; step < SWEPT_PER_WRITE; step++) {
      const { value, done } = this.#hand.next();
      if (done) {
        this.#hand = this.#limiters.entries();
        return;
      }
      const [key, limiter] = value;
      if (limiter.isIdle(now)) this.#limiters.delete(key);
    }
  }
}
