import { ArrivingCalls } from "./arriving-calls.ts";
import type { LimiterKind } from "./rate-limit.ts";

/**
 * A token bucket, or the leaky bucket that mirrors it: the server sees in any span of t milliseconds at most
 * `capacity + refill * t / per` units. A server's `reset` says nothing about a bucket and is ignored.
 */
export const tokenBucket: LimiterKind = (figures) => new TokenBucket(figures);

class TokenBucket extends ArrivingCalls {
  /**
   * The moment at which the bucket of the server is full again, if nothing else arrives (the generic cell rate
   * algorithm, ITU-T I.371). Arrivals that are taken for later than they were make it later, never sooner.
   */
  #full: number = Number.NEGATIVE_INFINITY;

  override isIdle(now: number): boolean {
    return super.isIdle(now) && this.#full <= now;
  }

  protected override untilFree(needed: number, now: number): number {
    return Math.max(this.#full, now) - now + this.#time(this.running + needed - this.capacity);
  }

  protected override arrive(units: number, moment: number): void {
    this.#full = Math.max(this.#full, moment) + this.#time(units);
  }

  protected override raise(units: number, now: number): void {
    this.#full = Math.max(this.#full, now + this.#time(units));
  }

  /** Milliseconds in which so many units return. */
  #time(units: number): number {
    return (units * this.figures.per) / this.figures.refill;
  }
}
