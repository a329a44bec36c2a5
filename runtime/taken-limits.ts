import { isPromise } from "./is-promise.ts";
import type { Limit, LimitError } from "./limit.ts";
import type { Permit } from "./limits.ts";
import type { Exchange } from "./pointer.ts";
import type { Verdict } from "./stores/rate-store.ts";

/** Why nothing was taken: the first limit that refused, with the milliseconds until it may not; or else a store failed. */
export interface Refusal {
  readonly key: string | undefined;
  readonly wait: number;
  readonly fault?: unknown;
}

/** Tells those who wait at a key that there may be room now; `isPaused`: that there is none for a while. */
type Wake = (key: string, isPaused?: boolean) => void;

/** What a call takes from its limits: from all of them or from none. */
export class TakenLimits implements Permit {
  readonly #limits: readonly Limit[];
  readonly #wake: Wake;
  /** One for each limit, as far as it was taken; none once it has ended. */
  #slots: unknown[] = [];

  constructor(limits: readonly Limit[], wake: Wake) {
    this.#limits = limits;
    this.#wake = wake;
  }

  /** Undefined when it has them all. Neither throws nor rejects: a fault is a refusal. */
  take(answered?: Verdict): Refusal | undefined | Promise<Refusal | undefined> {
    try {
      let verdict: Verdict | Promise<Verdict> | undefined = answered;
      while (this.#slots.length < this.#limits.length) {
        const limit = this.#limits[this.#slots.length]!;
        verdict ??= limit.take();
        if (isPromise(verdict)) {
          return verdict.then(
            (late) => this.take(late),
            (fault) => this.#refuse(undefined, 0, fault),
          );
        }
        if (!verdict.ok) return this.#refuse(limit.key, verdict.wait);
        this.#slots.push(verdict.slot);
        verdict = undefined;
      }
      return undefined;
    } catch (fault) {
      return this.#refuse(undefined, 0, fault);
    }
  }

  settle(exchange: Exchange | undefined, error?: LimitError): void {
    const slots = this.#slots;
    this.#slots = [];
    const pauses = slots.map((slot, index) => this.#limits[index]!.settle(slot, exchange, error));
    pauses.forEach((isPaused, index) => {
      const { key } = this.#limits[index]!;
      // A shared store is asked at the time that it told; asking at the end of every call would double its work.
      if (isPromise(isPaused)) isPaused.then((late) => late && this.#wake(key, late)).catch(() => {});
      else this.#wake(key, isPaused);
    });
  }

  release(): void {
    this.#giveBack();
    for (const { key } of this.#limits) this.#wake(key);
  }

  #refuse(key: string | undefined, wait: number, fault?: unknown): Refusal {
    this.#giveBack();
    return { key, wait, fault };
  }

  /** A shared store that fails here only holds the slots until their time passes. */
  #giveBack(): void {
    const slots = this.#slots;
    this.#slots = [];
    for (const [index, slot] of slots.entries()) {
      try {
        const told = this.#limits[index]!.giveBack(slot);
        if (isPromise(told)) told.catch(() => {});
      } catch {
        // The same as a rejection.
      }
    }
  }
}
