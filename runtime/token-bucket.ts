import { type Flight, InFlight } from "./in-flight.ts";
import { type Allowance, DUST, type Limiter, type LimitFigures, longestTrip, REMEMBERED } from "./rate-limit.ts";

/**
 * A token bucket, or the leaky bucket that mirrors it: the server sees in any span of t milliseconds at most
 * `capacity + refill * t / per` units. A server's `reset` says nothing about a bucket and is ignored.
 */
export function tokenBucket(figures: LimitFigures): Limiter {
  return new TokenBucket(figures);
}

// A class, because every partition has one: its functions exist once.
class TokenBucket implements Limiter {
  readonly #figures: LimitFigures;
  readonly #flights: InFlight = new InFlight();
  #capacity: number;
  #loweredAt: number | undefined;
  /**
   * The moment at which the bucket of the server is full again, if nothing else arrives (the generic cell rate
   * algorithm, ITU-T I.371). Arrivals that are taken for later than they were make it later, never sooner.
   */
  #full: number = Number.NEGATIVE_INFINITY;

  constructor(figures: LimitFigures) {
    this.#figures = figures;
    this.#capacity = figures.capacity;
  }

  wait(cost: number, ahead: number, now: number): number {
    this.#count(now);
    const needed = this.#flights.units + this.#units(cost) + ahead - this.#capacity;
    const wait = Math.max(this.#full, now) - now + needed * this.#interval;
    return wait > DUST ? wait : 0;
  }

  take(cost: number, now: number): Flight {
    return this.#flights.send(this.#units(cost), now);
  }

  settle(slot: unknown, actual: number, now: number): void {
    this.#count(now);
    const flight = slot as Flight;
    const units = this.#flights.land(flight) ? this.#units(actual) : this.#units(actual) - flight.units;
    if (units > 0) this.#fill(units, now);
  }

  abandon(): void {
    // It may still arrive; the longest trip ends that.
  }

  giveBack(slot: unknown): void {
    this.#flights.land(slot as Flight);
  }

  lower({ remaining, limit }: Allowance, now: number): void {
    if (limit !== undefined) {
      this.#capacity = Math.max(1, Math.min(this.#figures.capacity, limit));
      this.#loweredAt = now;
    }
    if (remaining === undefined) return;
    this.#count(now);
    const used = this.#capacity - Math.max(0, remaining) - this.#flights.units;
    this.#full = Math.max(this.#full, now + used * this.#interval);
  }

  isIdle(now: number): boolean {
    this.#count(now);
    const forgettable = this.#capacity === this.#figures.capacity || (this.#loweredAt ?? 0) + REMEMBERED <= now;
    return this.#flights.isEmpty && this.#full <= now && forgettable;
  }

  get #interval(): number {
    return this.#figures.per / this.#figures.refill;
  }

  #units(cost: number): number {
    return Math.min(cost, this.#capacity);
  }

  #fill(units: number, arrived: number): void {
    this.#full = Math.max(this.#full, arrived) + units * this.#interval;
  }

  #count(now: number): void {
    if (this.#flights.isEmpty) return;
    const longest = longestTrip(this.#figures.capacity * this.#interval);
    for (let late = this.#flights.overdue(now, longest); late; late = this.#flights.overdue(now, longest))
      this.#fill(late.units, late.arrived);
  }
}
