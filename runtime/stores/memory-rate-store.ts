import { type Clock, systemClock } from "../clock.ts";
import type { Limiter } from "../rate-limit.ts";
import type { Ending, RateFeedback, RatePolicy, SafeRateStore, Verdict } from "./rate-store.ts";

interface Entry {
  readonly limiter: Limiter;
  /** Absent until somebody pauses it. */
  pausedUntil: number | undefined;
}

/** Entries that each write looks at, so that idle partitions leave without a timer. */
const SWEPT_PER_WRITE = 8;

/** Rate limits of this process. A partition that is idle again takes no memory. */
export class MemoryRateStore implements SafeRateStore {
  readonly keepsShare: true = true;
  readonly processes: number = 1;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #entries = new Map<string, Entry>();
  #hand: Iterator<[string, Entry]> | undefined;

  /** Beyond `maxKeys` partitions a new one has to wait until another is idle; none in use is ever forgotten. */
  constructor(options: { readonly clock?: Clock; readonly maxKeys?: number } = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#maxKeys = options.maxKeys ?? 100_000;
  }

  /** Partitions that are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  take(key: string, policy: RatePolicy, cost: number, ahead: number): Verdict {
    const now = this.#clock.mono();
    const entry = this.#entry(key, policy, now);
    if (entry === undefined) return { ok: false, wait: policy.per };
    const wait = Math.max((entry.pausedUntil ?? now) - now, entry.limiter.wait(cost, ahead, now));
    if (wait > 0 || ahead > 0) return { ok: false, wait: Math.max(0, wait) };
    return { ok: true, slot: entry.limiter.take(cost, now) };
  }

  /** Takes without asking, for what was admitted elsewhere. The slot, or undefined when the store is full. */
  count(key: string, policy: RatePolicy, cost: number): unknown {
    const now = this.#clock.mono();
    return this.#entry(key, policy, now)?.limiter.take(cost, now);
  }

  settle(key: string, _policy: RatePolicy, _cost: number, slot: unknown, { answered, cost }: Ending): void {
    const limiter = this.#entries.get(key)?.limiter;
    if (answered) limiter?.settle(slot, cost, this.#clock.mono());
    else limiter?.abandon(slot);
  }

  giveBack(key: string, _policy: RatePolicy, _cost: number, slot: unknown): void {
    this.#entries.get(key)?.limiter.giveBack(slot);
  }

  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void {
    const now = this.#clock.mono();
    const entry = this.#entry(key, policy, now);
    if (entry === undefined) return;
    entry.limiter.lower(feedback, now);
    if (feedback.pause !== undefined) entry.pausedUntil = Math.max(entry.pausedUntil ?? 0, now + feedback.pause);
  }

  #entry(key: string, policy: RatePolicy, now: number): Entry | undefined {
    const known = this.#entries.get(key);
    if (this.#entries.size > 1 || known === undefined) this.#sweep(now, key);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.#maxKeys) return undefined;
    const entry: Entry = { limiter: policy.use(policy), pausedUntil: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #sweep(now: number, except: string): void {
    for (let step = 0; step < SWEPT_PER_WRITE; step++) {
      this.#hand ??= this.#entries.entries();
      const { value, done } = this.#hand.next();
      if (done) {
        this.#hand = undefined;
        return;
      }
      const [key, entry] = value;
      if (key !== except && (entry.pausedUntil ?? now) <= now && entry.limiter.isIdle(now)) this.#entries.delete(key);
    }
  }
}
