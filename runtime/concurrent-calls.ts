import type { Allowance, Limiter, LimitFigures } from "./rate-limit.ts";

/** At most `capacity` units of calls that run at the same time; `per` and `refill` mean nothing here. */
export function concurrentCalls(figures: LimitFigures): Limiter {
  return new ConcurrentCalls(Math.max(1, Math.floor(figures.capacity)));
}

class ConcurrentCalls implements Limiter {
  readonly #declared: number;
  #capacity: number;
  #running: number = 0;

  constructor(declared: number) {
    this.#declared = declared;
    this.#capacity = declared;
  }

  wait(cost: number, ahead: number): number {
    const needed = Math.min(cost, this.#capacity) + ahead;
    return this.#running + needed <= this.#capacity ? 0 : Number.POSITIVE_INFINITY;
  }

  take(cost: number): { units: number } {
    const units = Math.min(cost, this.#capacity);
    this.#running += units;
    return { units };
  }

  settle(slot: unknown): void {
    this.giveBack(slot);
  }

  abandon(slot: unknown): void {
    this.giveBack(slot);
  }

  giveBack(slot: unknown): void {
    const taken = slot as { units: number };
    this.#running -= taken.units;
    taken.units = 0;
  }

  lower({ limit }: Allowance): void {
    if (limit !== undefined) this.#capacity = Math.max(1, Math.min(this.#declared, Math.floor(limit)));
  }

  isIdle(): boolean {
    return this.#running <= 0;
  }
}
