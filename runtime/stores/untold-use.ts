import { fillTime } from "../rate-limit.ts";
import type { RatePolicy } from "./rate-store.ts";

interface Untold {
  readonly policy: RatePolicy;
  units: number;
  pausedUntil: number;
}

/** What a process did in each partition while a shared store was away, until the store hears of it. */
export class UntoldUse {
  readonly #partitions = new Map<string, Untold>();

  /** More than the share holds has come back meanwhile. */
  use(key: string, policy: RatePolicy, units: number, share: number): void {
    const untold = this.#of(key, policy);
    untold.units = Math.min(share, untold.units + units);
  }

  pause(key: string, policy: RatePolicy, until: number): void {
    const untold = this.#of(key, policy);
    untold.pausedUntil = Math.max(untold.pausedUntil, until);
  }

  /** Units that the store hears of now. */
  takeUnits(key: string): number {
    const units = this.#partitions.get(key)?.units ?? 0;
    this.#partitions.delete(key);
    return units;
  }

  /** Partitions that are paused longer than now, and for how long. */
  *pauses(now: number): Generator<[key: string, policy: RatePolicy, pause: number]> {
    for (const [key, { policy, pausedUntil }] of this.#partitions)
      if (pausedUntil > now) yield [key, policy, pausedUntil - now];
  }

  /** So long after the store came back, what was used before may have come back too. */
  forget(time: number): void {
    for (const [key, { policy }] of this.#partitions) if (time > fillTime(policy)) this.#partitions.delete(key);
  }

  #of(key: string, policy: RatePolicy): Untold {
    let untold = this.#partitions.get(key);
    if (untold === undefined) {
      untold = { policy, units: 0, pausedUntil: 0 };
      this.#partitions.set(key, untold);
    }
    return untold;
  }
}
