import { RunningCalls } from "./concurrent-calls.ts";
import { type Allowance, fillTime, longestTrip } from "./rate-limit.ts";

/** Units of a call that was sent and that the server may not have counted yet. */
interface Flight {
  readonly sent: number;
  readonly units: number;
}

/**
 * Limits of what arrives. Servers count arrivals, and a call arrives between its sending and its answer; so its units
 * are counted only from the answer on, or after the longest trip that is allowed for.
 */
export abstract class ArrivingCalls extends RunningCalls {
  /** Oldest first. An idle partition keeps no list. */
  #flights: Flight[] | undefined;

  override take(cost: number, now: number): Flight {
    const flight = { sent: now, units: this.units(cost) };
    this.running += flight.units;
    // A list of one needs no room for more.
    if (this.#flights === undefined) this.#flights = [flight];
    else this.#flights.push(flight);
    return flight;
  }

  override settle(slot: unknown, actual: number | undefined, now: number): void {
    // It may still arrive; the longest trip ends that.
    if (actual === undefined) return;
    this.count(now);
    const flight = slot as Flight;
    const units = this.units(actual) - (this.#land(flight) ? 0 : flight.units);
    if (units > 0) this.arrive(units, now);
  }

  override giveBack(slot: unknown): void {
    this.#land(slot as Flight);
  }

  override lower(allowance: Allowance, now: number): void {
    super.lower(allowance, now);
    const { remaining, reset } = allowance;
    if (remaining === undefined) return;
    this.count(now);
    this.raise(this.capacity - Math.max(0, remaining) - this.running, now, reset);
  }

  protected override count(now: number): void {
    for (let oldest = this.#flights?.[0]; oldest !== undefined; oldest = this.#flights?.[0]) {
      const arrived = oldest.sent + longestTrip(fillTime(this.figures));
      if (arrived > now) return;
      this.#land(oldest);
      this.arrive(oldest.units, arrived);
    }
  }

  /** So many units arrived at `moment`, at the latest. */
  protected abstract arrive(units: number, moment: number): void;

  /** The server has counted at least so many units, and does until its reset where it told one. */
  protected abstract raise(units: number, now: number, reset: number | undefined): void;

  /** Takes a call out. False: it is already counted. */
  #land(flight: Flight): boolean {
    const flights = this.#flights ?? [];
    const index = flights.indexOf(flight);
    if (index < 0) return false;
    if (flights.length > 1) {
      flights.splice(index, 1);
      this.running -= flight.units;
    } else {
      this.#flights = undefined;
      // Sums of fractions leave dust behind.
      this.running = 0;
    }
    return true;
  }
}
