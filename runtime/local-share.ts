import { type Clock, systemClock } from "./clock.ts";
import { isPromise } from "./is-promise.ts";
import { fillTime } from "./rate-limit.ts";
import { slidingWindow } from "./sliding-window.ts";
import { MemoryRateStore } from "./stores/memory-rate-store.ts";
import { PolicyShares } from "./stores/policy-shares.ts";
import type { Ending, RateFeedback, RatePolicy, RateStore, SafeRateStore, Verdict } from "./stores/rate-store.ts";
import { UntoldUse } from "./stores/untold-use.ts";

/** A shared store that is silent for so long counts as failed. */
const LONGEST_SILENCE = 500;

/** After a failure the store is left alone for so long. */
const REST = 500;

/** Nobody tells this process that another one ended a call; so it asks again. */
const ASK_AGAIN = 100;

/**
 * How long after the first process the last one may notice that the store is back: clients wait up to some seconds
 * before they connect again.
 */
const LAST_ONE_BACK = 5_000;

/** Longer windows are not waited out: then what was left at the failure is shared. */
const LONGEST_QUIET = 60_000;

/** A store that several processes use and that may fail. */
export interface SharedRateStore extends RateStore {
  /** Whether it counts such limits; the others are kept by share. Absent: it counts all. */
  counts?(policy: RatePolicy): boolean;
  /** Of what it told last: units that were left, if it ever told, and the milliseconds that a call has to wait. */
  known?(key: string): { readonly left: number | undefined; readonly wait: number };
}

export interface LocalShareOptions {
  readonly clock: Clock;
  /** Milliseconds after which a silent store has failed; absent: it notices that itself. */
  readonly silence?: number;
  /** How long before it fails the store may have granted what is used after. Milliseconds. */
  readonly horizon: number;
  /** Called when the store fails, with its error, and when it is back. */
  readonly onChange?: ((state: "failed" | "back", error?: unknown) => void) | undefined;
}

/** What was taken: from the shared store, from this process's share, or from both. */
interface Slots {
  readonly shared: { readonly slot: unknown } | undefined;
  readonly local: unknown;
}

/**
 * A shared store that may fail. While it throws, rejects or is silent, this process keeps to its share of every limit, so
 * that all together keep within the whole; see `LocalShare`.
 */
export function withLocalShare(shared: RateStore, clock: Clock = systemClock): SafeRateStore {
  return new LocalShare(shared, { clock, silence: LONGEST_SILENCE, horizon: LONGEST_SILENCE });
}

/**
 * Keeps to the share of this process while a shared store fails: it begins as if all had just been used, for other
 * processes may have done so. When the store is back, store and share must both admit for a while, until every process
 * has come back and the store has seen a whole window; and it hears what was used and paused meanwhile.
 */
export class LocalShare implements SafeRateStore {
  readonly keepsShare: true = true;
  readonly #shared: SharedRateStore;
  readonly #options: LocalShareOptions;
  /** All that this process takes, from wherever. */
  readonly #local: MemoryRateStore;
  readonly #shares = new PolicyShares();
  /** Partitions that began their share since the last failure. */
  #begun = new Set<string>();
  readonly #untold = new UntoldUse();
  #isDown = false;
  #downAt = Number.NEGATIVE_INFINITY;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #backAt = Number.NEGATIVE_INFINITY;
  #probe: Promise<unknown> | undefined;

  constructor(shared: SharedRateStore, options: LocalShareOptions) {
    this.#shared = shared;
    this.#options = options;
    this.#local = new MemoryRateStore({ clock: options.clock });
  }

  get processes(): number {
    return this.#shared.processes;
  }

  take(key: string, policy: RatePolicy, cost: number): Verdict | Promise<Verdict> {
    const alone = () => this.#takeLocal(key, policy, cost);
    if (this.#isAlone(policy)) return alone();
    // Whoever takes from its share must have found the store failed shortly before.
    if (this.#probe !== undefined) return this.#probe.then(() => this.take(key, policy, cost));
    const failed = (error: unknown) => {
      this.#fail(error);
      return alone();
    };
    const isBack = (given: Verdict) => {
      this.#recover();
      return this.#admit(key, policy, cost, given);
    };
    try {
      const asked = this.#shared.take(key, policy, cost);
      // A store that knows something by itself has not asked anybody now.
      if (!isPromise(asked)) return this.#shared.known ? this.#admit(key, policy, cost, asked) : isBack(asked);
      const verdict = this.#hear(asked, key, policy, cost).then(isBack, failed);
      if (this.#isDown) {
        this.#probe = verdict.finally(() => {
          this.#probe = undefined;
        });
      }
      return verdict;
    } catch (error) {
      return failed(error);
    }
  }

  /** A lower bound: other processes may take more. */
  waitBehind(key: string, policy: RatePolicy, cost: number, units: number): number {
    const isAlone = this.#isAlone(policy);
    const own = this.#local.waitBehind(key, isAlone ? this.#shareOf(policy) : policy, cost, units);
    return isAlone ? own : Math.max(own, this.#shared.known?.(key).wait ?? 0);
  }

  settle(key: string, policy: RatePolicy, cost: number, slot: unknown, ending: Ending): void | Promise<void> {
    const { shared, local } = slot as Slots;
    if (local !== undefined) this.#local.settle(key, this.#shareOf(policy), cost, local, ending);
    if (shared === undefined) return;
    const { answered } = ending;
    const units = ending.cost + (answered ? this.#untold.takeUnits(key) : 0);
    return quietly(() => this.#shared.settle(key, policy, cost, shared.slot, { answered, cost: units }));
  }

  giveBack(key: string, policy: RatePolicy, cost: number, slot: unknown): void {
    const { shared, local } = slot as Slots;
    if (local !== undefined) this.#local.giveBack(key, this.#shareOf(policy), cost, local);
    if (shared !== undefined) this.#giveBackShared(key, policy, cost, shared.slot);
  }

  feedback(key: string, policy: RatePolicy, feedback: RateFeedback): void | Promise<void> {
    const { pause } = feedback;
    // What is left of the whole is not what is left of a share; a pause is a pause.
    if (pause !== undefined) this.#local.feedback(key, this.#shareOf(policy), { pause });
    if (!this.#isDown) return quietly(() => this.#shared.feedback(key, policy, feedback));
    if (pause !== undefined) this.#untold.pause(key, policy, this.#now + pause);
  }

  get #now(): number {
    return this.#options.clock.mono();
  }

  /** Whether only the share counts now. */
  #isAlone(policy: RatePolicy): boolean {
    return this.#shared.counts?.(policy) === false || this.#now < this.#restsUntil;
  }

  #admit(key: string, policy: RatePolicy, cost: number, given: Verdict): Verdict {
    if (!given.ok) return given.wait === Number.POSITIVE_INFINITY ? { ok: false, wait: ASK_AGAIN } : given;
    const shared = { slot: given.slot };
    if (this.#now >= this.#settledAt(quietTime(policy)))
      return taken(shared, this.#local.count(key, this.#shareOf(policy), cost));
    const own = this.#takeLocal(key, policy, cost, shared);
    if (own.ok) return own;
    const units = this.#untold.takeUnits(key);
    if (units === 0) this.#giveBackShared(key, policy, cost, given.slot);
    else quietly(() => this.#shared.settle(key, policy, cost, given.slot, { answered: true, cost: units }));
    return own;
  }

  #takeLocal(key: string, policy: RatePolicy, cost: number, shared?: Slots["shared"]): Verdict {
    const share = this.#shareOf(policy);
    this.#begin(key, policy, share);
    const verdict = this.#local.take(key, share, cost);
    if (!verdict.ok) return verdict;
    // A window that is waited out when the store is back needs no telling.
    if (this.#isDown && quietTime(policy) < fillTime(policy)) this.#untold.use(key, policy, cost, share.capacity);
    return taken(shared, verdict.slot);
  }

  /** Nothing is left at the failure, and grants that others still hold are used up first. */
  #begin(key: string, policy: RatePolicy, share: RatePolicy): void {
    const quiet = quietTime(policy);
    const quietUntil = this.#downAt + this.#options.horizon + quiet;
    const now = this.#now;
    if (this.#begun.has(key) || now >= this.#downAt + this.#options.horizon + fillTime(share)) return;
    this.#begun.add(key);
    const pause = Math.max(0, quietUntil - now);
    const isLong = policy.use === slidingWindow && quiet < policy.per;
    const remaining = isLong ? (this.#shared.known?.(key).left ?? 0) / this.#shared.processes : 0;
    this.#local.feedback(key, share, { remaining, reset: isLong ? policy.per : pause, pause });
  }

  /** From then on the store has seen a whole window of every process; never while it is away. */
  #settledAt(quiet: number): number {
    return this.#isDown ? Number.POSITIVE_INFINITY : this.#backAt + LAST_ONE_BACK + quiet;
  }

  #shareOf(policy: RatePolicy): RatePolicy {
    return this.#shares.of(policy, this.#shared.processes);
  }

  #giveBackShared(key: string, policy: RatePolicy, cost: number, slot: unknown): void {
    quietly(() => this.#shared.giveBack(key, policy, cost, slot));
  }

  /** Rejects when the store is silent for too long; what it grants then goes back. */
  #hear(asked: Promise<Verdict>, key: string, policy: RatePolicy, cost: number): Promise<Verdict> {
    const { clock, silence } = this.#options;
    if (silence === undefined) return asked;
    const timer = new AbortController();
    const late = clock.sleep(silence, timer.signal).then(() => {
      asked.then(
        (given) => given.ok && this.#giveBackShared(key, policy, cost, given.slot),
        () => {},
      );
      throw new Error(`no answer within ${silence} ms`);
    });
    late.catch(() => {});
    return Promise.race([asked, late]).finally(() => timer.abort());
  }

  #fail(error: unknown): void {
    this.#restsUntil = this.#now + REST;
    if (this.#isDown) return;
    this.#isDown = true;
    this.#downAt = this.#now;
    this.#begun = new Set();
    this.#announce("failed", error);
  }

  #recover(): void {
    const now = this.#now;
    if (this.#isDown) {
      this.#isDown = false;
      this.#backAt = now;
      for (const [key, policy, pause] of this.#untold.pauses(now))
        quietly(() => this.#shared.feedback(key, policy, { pause }));
      this.#announce("back");
    } else if (this.#begun.size > 0 && now > this.#settledAt(LONGEST_QUIET)) {
      this.#begun = new Set();
      this.#untold.forget(now - this.#backAt);
    }
  }

  /** A listener that throws is no fault of a call. */
  #announce(state: "failed" | "back", error?: unknown): void {
    try {
      this.#options.onChange?.(state, error);
    } catch {}
  }
}

function taken(shared: Slots["shared"], local: unknown): Verdict {
  return { ok: true, slot: { shared, local } satisfies Slots };
}

/** How long what was taken before a failure counts: a bucket that begins empty has counted it already. */
function quietTime({ use, per }: RatePolicy): number {
  return use === slidingWindow ? Math.min(per, LONGEST_QUIET) : 0;
}

/** What a store fails to learn here, its own time corrects. */
function quietly(work: () => void | Promise<void>): void | Promise<void> {
  try {
    const done = work() as undefined | Promise<void>;
    return done?.catch(() => {});
  } catch {}
}
