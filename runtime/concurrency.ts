import type { Clock } from "./clock.ts";
import type { ConcurrencyPolicy } from "./descriptor.ts";
import type { Verdict } from "./stores/rate-store.ts";

interface Gate {
  active: number;
  waiting: number;
  pausedUntil: number;
}

type Bounds = Pick<ConcurrencyPolicy, "max" | "queue">;

const UNLIMITED: Bounds = { max: Number.POSITIVE_INFINITY, queue: Number.POSITIVE_INFINITY };

/** Below this many keys a look at all of them costs nothing. */
const FEW = 64;

/**
 * Counts the calls that are under way and those that wait, by key. A key with neither takes no memory.
 * Providers limit calls at the same time beside calls per time, and a client without bound would queue for ever.
 */
export class Gates {
  readonly #clock: Clock;
  readonly #gates = new Map<string, Gate>();
  #sweepAt: number = FEW;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#gates.size;
  }

  /** Admits a call, or tells the wait; for a free place that is as long as another call takes. */
  enter(key: string, policy: Bounds = UNLIMITED): Verdict {
    const gate = this.#gates.get(key);
    if (gate === undefined) {
      this.#gates.set(key, { active: 1, waiting: 0, pausedUntil: Number.NEGATIVE_INFINITY });
      return { ok: true, slot: 0 };
    }
    const pause = gate.pausedUntil - this.#clock.mono();
    if (pause > 0) return { ok: false, wait: pause };
    if (gate.active >= policy.max) return { ok: false, wait: Number.POSITIVE_INFINITY };
    gate.active += 1;
    return { ok: true, slot: 0 };
  }

  leave(key: string): void {
    this.#change(key, (gate) => {
      gate.active -= 1;
    });
  }

  /** Takes a place in the queue; false when it is full. */
  queue(key: string, policy: Bounds = UNLIMITED): boolean {
    let gate = this.#gates.get(key);
    if ((gate?.waiting ?? 0) >= policy.queue) return false;
    if (gate === undefined) {
      gate = { active: 0, waiting: 0, pausedUntil: Number.NEGATIVE_INFINITY };
      this.#gates.set(key, gate);
    }
    gate.waiting += 1;
    return true;
  }

  unqueue(key: string): void {
    this.#change(key, (gate) => {
      gate.waiting -= 1;
    });
  }

  /** Milliseconds until the key admits calls again after a pause; 0 when it does. */
  paused(key: string): number {
    return Math.max(0, (this.#gates.get(key)?.pausedUntil ?? 0) - this.#clock.mono());
  }

  /** Admits nobody for `pause` milliseconds. */
  pause(key: string, pause: number): void {
    this.#sweep();
    this.#change(key, (gate) => {
      gate.pausedUntil = Math.max(gate.pausedUntil, this.#clock.mono() + pause);
    });
  }

  #change(key: string, change: (gate: Gate) => void): void {
    const gate = this.#gates.get(key);
    if (gate === undefined) return;
    change(gate);
    this.#forget(key, gate);
  }

  #forget(key: string, gate: Gate): void {
    if (gate.active <= 0 && gate.waiting <= 0 && gate.pausedUntil <= this.#clock.mono()) this.#gates.delete(key);
  }

  /** Gates that were left while paused. Whenever they have doubled: a storm of pauses must not look at all each time. */
  #sweep(): void {
    if (this.#gates.size < this.#sweepAt) return;
    for (const [key, gate] of this.#gates) this.#forget(key, gate);
    this.#sweepAt = Math.max(FEW, 2 * this.#gates.size);
  }
}
