import { isPromise } from "./is-promise.ts";
import type { Limit, LimitError } from "./limit.ts";
import { giveBackAll, type Slots } from "./limit-slots.ts";
import type { Permit } from "./limits.ts";
import type { Exchange } from "./pointer.ts";

/** What a call took from its limits. `wake` tells those who wait at a key that there may be room now, or a pause. */
export class TakenPermit implements Permit {
  readonly #limits: readonly Limit[];
  readonly #wake: (key: string, isPaused?: boolean) => void;
  /** Undefined once it has ended. */
  #slots: Slots | undefined;

  constructor(limits: readonly Limit[], slots: Slots, wake: (key: string, isPaused?: boolean) => void) {
    this.#limits = limits;
    this.#slots = slots;
    this.#wake = wake;
  }

  settle(exchange: Exchange | undefined, error?: LimitError): void {
    const slots = this.#slots;
    if (slots === undefined) return;
    this.#slots = undefined;
    const pauses = this.#limits.map((limit, index) => limit.settle(slots[index], exchange, error));
    for (let index = 0; index < pauses.length; index++) {
      const { key } = this.#limits[index]!;
      const isPaused = pauses[index]!;
      // A shared store is asked at the time that it told; asking at the end of every call would double its work.
      if (isPromise(isPaused)) isPaused.then((late) => late && this.#wake(key, late)).catch(() => {});
      else this.#wake(key, isPaused);
    }
  }

  release(): void {
    if (this.#slots === undefined) return;
    giveBackAll(this.#limits, this.#slots);
    this.#slots = undefined;
    for (const { key } of this.#limits) this.#wake(key);
  }
}
