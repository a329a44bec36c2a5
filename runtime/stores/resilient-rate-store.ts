import type { Clock } from "../clock.ts";
import { isPromise } from "../is-promise.ts";
import { MemoryRateStore } from "./memory-rate-store.ts";
import { PolicyShares } from "./policy-shares.ts";
import type { Ending, RateFeedback, RatePolicy, RateStore, Verdict } from "./rate-store.ts";
import { rateAlgorithm } from "./shared/rate-algorithm.ts";

/** A store that several processes use and that may fail. */
export interface SharedRateStore extends RateStore {
  /** Units that were left when it last told; undefined when it never did. */
  left(key: string): number | undefined;
}

interface ResilientOptions {
  readonly clock: Clock;
  /** How long before it fails the store may have granted what is used after. Milliseconds. */
  readonly horizon: number;
  /** Called when the store fails, with its error, and when it is back. */
  readonly onChange?: ((state: "failed" | "back", error?: unknown) => void) | undefined;
}

/** After a failure the store is left alone for so long. */
const REST = 500;

/**
 * How long after the first process the last one may notice that the store is back: clients wait up to some seconds
 * before they connect again.
 */
const LAST_ONE_BACK = 5_000;

/** Longer windows are not waited out: then what was left at the failure is shared. */
const LONGEST_QUIET = 60_000;

/** Where a unit was taken. */
interface Slot {
  readonly shared: { readonly slot: unknown } | undefined;
  readonly local: { readonly store: MemoryRateStore; readonly slot: unknown } | undefined;
}

/**
 * A shared store that may fail. While it does, this process keeps to its share of every limit, so that all together
 * keep within it: it begins as if all had just been used, for the others may have done so. When the store is back, store
 * and share must both admit for a while, until every process has come back and the store has seen a whole window.
 */
export class ResilientRateStore implements RateStore {
  readonly keepsShare: true = true;
  readonly #shared: SharedRateStore;
  readonly #options: ResilientOptions;
  /** Of limits that the store cannot count. */
  readonly #uncounted: MemoryRateStore;
  /** The share since the last failure, and the partitions that began since. */
  #local: MemoryRateStore;
  #begun = new Set<string>();
  readonly #shares = new PolicyShares();
  #isDown = false;
  #downAt = Number.NEGATIVE_INFINITY;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #backAt = Number.NEGATIVE_INFINITY;
  #probe: Promise<unknown> | undefined;

  constructor(shared: SharedRateStore, options: ResilientOptions) {
    this.#shared = shared;
    this.#options = options;
    this.#uncounted = new MemoryRateStore({ clock: options.clock });
    this.#local = new MemoryRateStore({ clock: options.clock });
  }

  get processes(): number {
    return this.#shared.processes;
  }

  take(key: string, policy: RatePolicy, cost: number, ahead: number): Verdict | Promise<Verdict> {
    const now = this.#options.clock.mono();
    if (rateAlgorithm(policy.use) === undefined)
      return takeFrom(this.#uncounted, key, this.#shareOf(policy), cost, ahead);
    if (now < this.#restsUntil) return this.#takeLocal(key, policy, cost, ahead, now);
    // Whoever takes from its share must have found the store failed shortly before.
    if (this.#probe !== undefined) return this.#probe.then(() => this.take(key, policy, cost, ahead));
    const asked = this.#shared.take(key, policy, cost, ahead);
    if (!isPromise(asked)) return this.#admit(key, policy, cost, asked);
    const verdict = asked.then(
      (given) => {
        this.#recover();
        return this.#admit(key, policy, cost, given);
      },
      (error: unknown) => {
        this.#fail(error);
        return this.#takeLocal(key, policy, cost, ahead, this.#options.clock.mono());
      },
    );
    if (this.#isDown) {
      this.#probe = verdict.finally(() => {
        this.#probe = undefined;
      });
    }
    return verdict;
  }

  settle(key: string, policy: RatePolicy, cost: number, slot: unknown, ending: Ending): void {
    const { shared, local } = slot as Slot;
    if (local !== undefined) local.store.settle(key, this.#shareOf(policy), cost, local.slot, ending);
    if (shared !== undefined) quietly(this.#shared.settle(key, policy, cost, shared.slot, ending));
  }

  giveBack(key: string, policy: RatePolicy, cost: number, slot: unknown): void {
    const { shared, local } = slot as Slot;
    if (local !== undefined) local.store.giveBack(key, this.#shareOf(policy), cost, local.slot);
    if (shared !== undefined) quietly(this.#shared.giveBack(key, policy, cost, shared.slot));
  }

  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void {
    // What is left of the whole is not what is left of a share; a pause is a pause.
    if (feedback.pause !== undefined) this.#local.feedback(key, this.#shareOf(policy), { pause: feedback.pause });
    if (!this.#isDown) quietly(this.#shared.feedback(key, policy, feedback));
  }

  #admit(key: string, policy: RatePolicy, cost: number, given: Verdict): Verdict {
    if (!given.ok) return given;
    const shared = { slot: given.slot };
    const now = this.#options.clock.mono();
    const isSettled = !this.#isDown && now >= this.#settledAt(quietTime(policy));
    if (isSettled) return { ok: true, slot: { shared, local: undefined } satisfies Slot };
    const own = this.#takeLocal(key, policy, cost, 0, now);
    if (own.ok) return { ok: true, slot: { ...(own.slot as Slot), shared } satisfies Slot };
    quietly(this.#shared.giveBack(key, policy, cost, shared.slot));
    return own;
  }

  #takeLocal(key: string, policy: RatePolicy, cost: number, ahead: number, now: number): Verdict {
    const share = this.#shareOf(policy);
    if (!this.#begun.has(key)) this.#begin(key, policy, share, now);
    return takeFrom(this.#local, key, share, cost, ahead);
  }

  /** Nothing is left at the failure, and grants that others still hold are used up first. */
  #begin(key: string, policy: RatePolicy, share: RatePolicy, now: number): void {
    this.#begun.add(key);
    const quiet = quietTime(policy);
    const pause = Math.max(0, this.#downAt + this.#options.horizon + quiet - now);
    const isLong = isWindow(policy) && quiet < policy.per;
    const remaining = isLong ? (this.#shared.left(key) ?? 0) / this.#shared.processes : 0;
    this.#local.feedback(key, share, { remaining, reset: isLong ? policy.per : pause, pause });
  }

  /** From then on the store has seen a whole window of every process. */
  #settledAt(quiet: number): number {
    return this.#backAt + LAST_ONE_BACK + quiet;
  }

  #shareOf(policy: RatePolicy): RatePolicy {
    return this.#shares.of(policy, this.#shared.processes);
  }

  #fail(error: unknown): void {
    const now = this.#options.clock.mono();
    this.#restsUntil = now + REST;
    if (this.#isDown) return;
    this.#isDown = true;
    this.#downAt = now;
    this.#local = new MemoryRateStore({ clock: this.#options.clock });
    this.#begun = new Set();
    this.#options.onChange?.("failed", error);
  }

  #recover(): void {
    const now = this.#options.clock.mono();
    if (this.#isDown) {
      this.#isDown = false;
      this.#backAt = now;
      this.#options.onChange?.("back");
    } else if (this.#begun.size > 0 && now > this.#settledAt(LONGEST_QUIET)) this.#begun = new Set();
  }
}

function takeFrom(store: MemoryRateStore, key: string, share: RatePolicy, cost: number, ahead: number): Verdict {
  const verdict = store.take(key, share, cost, ahead);
  if (!verdict.ok) return verdict;
  return { ok: true, slot: { shared: undefined, local: { store, slot: verdict.slot } } satisfies Slot };
}

function isWindow(policy: RatePolicy): boolean {
  return rateAlgorithm(policy.use) === "window";
}

/** How long what was taken before a failure counts: a bucket that begins empty has counted it already. */
function quietTime(policy: RatePolicy): number {
  return isWindow(policy) ? Math.min(policy.per, LONGEST_QUIET) : 0;
}

/** What a store fails to learn here, its own time corrects. */
function quietly(done: void | Promise<void>): void {
  if (isPromise<void>(done as void | Promise<void>)) (done as Promise<void>).catch(() => {});
}
