import { type Clock, systemClock } from "./clock.ts";
import { isPromise } from "./is-promise.ts";
import { MemoryRateStore } from "./stores/memory-rate-store.ts";
import { PolicyShares } from "./stores/policy-shares.ts";
import type { Ending, RateFeedback, RatePolicy, RateStore, SafeRateStore, Verdict } from "./stores/rate-store.ts";

/** A shared store that is silent for so long counts as failed. */
const LONGEST_SILENCE = 500;

/** After a failure the shared store is left alone for so long; also how soon calls come back to it. */
const REST = 1_000;

/** Nobody tells this process that another one ended a call; so it asks again. */
const ASK_AGAIN = 100;

/** What was taken: from the shared store, from this process's share, or from both. */
interface Slots {
  readonly shared: { readonly slot: unknown } | undefined;
  readonly local: unknown;
}

/**
 * A shared store that may fail. While it throws, rejects or is silent, this process keeps to its share of every limit,
 * so that all processes together keep within the whole; and for one `per` after that, because a store that comes back
 * may have forgotten. What the process takes from the shared store counts against its share from the beginning.
 */
export function withLocalShare(shared: RateStore, clock: Clock = systemClock): SafeRateStore {
  return new LocalShare(shared, clock);
}

class LocalShare implements SafeRateStore {
  readonly keepsShare: true = true;
  readonly #shared: RateStore;
  readonly #clock: Clock;
  readonly #local: MemoryRateStore;
  readonly #shares = new PolicyShares();
  #failedAt: number = Number.NEGATIVE_INFINITY;
  #restsUntil: number = Number.NEGATIVE_INFINITY;

  constructor(shared: RateStore, clock: Clock) {
    this.#shared = shared;
    this.#clock = clock;
    this.#local = new MemoryRateStore({ clock });
  }

  get processes(): number {
    return this.#shared.processes;
  }

  take(key: string, policy: RatePolicy, cost: number, ahead: number): Verdict | Promise<Verdict> {
    const alone = () => this.#takeLocal(key, policy, cost, ahead);
    const both = (shared: Verdict) => this.#takeBoth(key, policy, cost, ahead, shared);
    const failed = () => {
      this.#failedAt = this.#clock.mono();
      this.#restsUntil = this.#failedAt + REST;
      return alone();
    };
    if (this.#isResting) return alone();
    try {
      const asked = this.#shared.take(key, policy, cost, ahead);
      if (!isPromise(asked)) return both(asked);
      const late = () => {
        asked.then(
          (verdict) => verdict.ok && this.#giveBackShared(key, policy, cost, verdict.slot),
          () => {},
        );
        return failed();
      };
      return this.#within(asked).then((verdict) => (verdict === undefined ? late() : both(verdict)), failed);
    } catch {
      return failed();
    }
  }

  settle(key: string, policy: RatePolicy, cost: number, slot: unknown, ending: Ending): void | Promise<void> {
    const { shared, local } = slot as Slots;
    if (local !== undefined) this.#local.settle(key, this.#shareOf(policy), cost, local, ending);
    if (shared !== undefined) return this.#try(() => this.#shared.settle(key, policy, cost, shared.slot, ending));
  }

  giveBack(key: string, policy: RatePolicy, cost: number, slot: unknown): void | Promise<void> {
    const { shared, local } = slot as Slots;
    if (local !== undefined) this.#local.giveBack(key, this.#shareOf(policy), cost, local);
    if (shared !== undefined) return this.#giveBackShared(key, policy, cost, shared.slot);
  }

  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void | Promise<void> {
    // What is left of the whole is not what is left of a share; a pause is a pause.
    if (feedback.pause !== undefined) this.#local.feedback(key, this.#shareOf(policy), { pause: feedback.pause });
    if (!this.#isResting) return this.#try(() => this.#shared.feedback(key, policy, feedback));
  }

  get #isResting(): boolean {
    return this.#clock.mono() < this.#restsUntil;
  }

  #takeLocal(key: string, policy: RatePolicy, cost: number, ahead: number): Verdict {
    const verdict = this.#local.take(key, this.#shareOf(policy), cost, ahead);
    if (!verdict.ok) return { ok: false, wait: verdict.wait };
    return { ok: true, slot: { shared: undefined, local: verdict.slot } satisfies Slots };
  }

  #takeBoth(key: string, policy: RatePolicy, cost: number, ahead: number, shared: Verdict): Verdict {
    if (!shared.ok) return { ok: false, wait: Math.min(shared.wait, Math.max(ASK_AGAIN, policy.per)) };
    const { slot } = shared;
    const share = this.#shareOf(policy);
    const trusted = this.#clock.mono() >= this.#failedAt + policy.per;
    if (trusted) return { ok: true, slot: { shared: { slot }, local: this.#local.count(key, share, cost) } };
    const own = this.#takeLocal(key, policy, cost, ahead);
    if (!own.ok) {
      this.#giveBackShared(key, policy, cost, slot);
      return own;
    }
    return { ok: true, slot: { shared: { slot }, local: (own.slot as Slots).local } satisfies Slots };
  }

  #shareOf(policy: RatePolicy): RatePolicy {
    return this.#shares.of(policy, this.#shared.processes);
  }

  #giveBackShared(key: string, policy: RatePolicy, cost: number, slot: unknown): void | Promise<void> {
    return this.#try(() => this.#shared.giveBack(key, policy, cost, slot));
  }

  /** What a shared store fails to learn here, its own time corrects. */
  #try(work: () => void | Promise<void>): void | Promise<void> {
    try {
      const done = work();
      if (isPromise<void>(done as void | Promise<void>)) return (done as Promise<void>).catch(() => {});
    } catch {}
  }

  /** Undefined when it is silent for too long. */
  #within(asked: Promise<Verdict>): Promise<Verdict | undefined> {
    const controller = new AbortController();
    const silence = this.#clock.sleep(LONGEST_SILENCE, controller.signal).then(
      () => undefined,
      () => undefined,
    );
    return Promise.race([asked, silence]).finally(() => controller.abort());
  }
}
