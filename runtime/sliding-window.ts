import { type Flight, InFlight } from "./in-flight.ts";
import { type Allowance, DUST, type Limiter, type LimitFigures, longestTrip, REMEMBERED } from "./rate-limit.ts";

/**
 * The server sees at most `capacity` units in every span of `per` milliseconds, wherever it begins; so it also keeps
 * within fixed windows of unknown phase. Remembers the last `capacity` units.
 */
export function slidingWindow(figures: LimitFigures): Limiter {
  return new SlidingWindow(figures);
}

/** Above this many calls a window, calls of the same hundredth of a window are remembered together. */
const EXACT_CALLS = 1_000;

// A class, because every partition has one: its functions exist once.
class SlidingWindow implements Limiter {
  readonly #figures: LimitFigures;
  readonly #flights: InFlight = new InFlight();
  #capacity: number;
  #loweredAt: number | undefined;
  /** Of each group of units when it had arrived at the latest, followed by how many they are; oldest first. */
  #arrived: number[] | undefined;
  #newestBegan: number | undefined;
  #used: number = 0;
  /** What the server allows until a moment, when that is less than the window does. */
  #server: { left: number; until: number } | undefined;

  constructor(figures: LimitFigures) {
    this.#figures = figures;
    this.#capacity = this.#declared;
  }

  wait(cost: number, ahead: number, now: number): number {
    this.#expire(now);
    const { per } = this.#figures;
    const needed = this.#units(cost) + ahead;
    const windows = Math.ceil(needed / this.#capacity) - 1;
    const own = this.#untilFree(needed - windows * this.#capacity, now) + windows * per;
    const server = this.#server;
    const capped = server !== undefined && server.left < needed ? server.until - now : 0;
    const wait = Math.max(own, capped);
    return wait > DUST ? wait : 0;
  }

  take(cost: number, now: number): Flight {
    const units = this.#units(cost);
    if (this.#server !== undefined) this.#server.left -= units;
    return this.#flights.send(units, now);
  }

  settle(slot: unknown, actual: number, now: number): void {
    this.#expire(now);
    const flight = slot as Flight;
    const units = this.#units(actual);
    const more = units - flight.units;
    if (this.#server !== undefined) this.#server.left -= more;
    if (this.#flights.land(flight)) this.#record(units, now);
    else if (more > 0) this.#record(more, now);
  }

  abandon(): void {
    // It may still arrive; the longest trip ends that.
  }

  giveBack(slot: unknown): void {
    const flight = slot as Flight;
    if (this.#flights.land(flight) && this.#server !== undefined) this.#server.left += flight.units;
  }

  lower({ remaining, limit, reset }: Allowance, now: number): void {
    if (limit !== undefined) {
      this.#capacity = Math.max(1, Math.min(this.#declared, Math.floor(limit)));
      this.#loweredAt = now;
    }
    if (remaining === undefined) return;
    this.#expire(now);
    const own = this.#capacity - this.#used - this.#flights.units;
    if (remaining >= Math.min(own, this.#server?.left ?? this.#capacity)) return;
    const until = reset === undefined ? Math.max(this.#server?.until ?? 0, now + this.#figures.per) : now + reset;
    this.#server = { left: Math.max(0, remaining), until };
  }

  isIdle(now: number): boolean {
    this.#expire(now);
    if (this.#used > 0 || !this.#flights.isEmpty || this.#server !== undefined) return false;
    return this.#capacity === this.#declared || (this.#loweredAt ?? 0) + REMEMBERED <= now;
  }

  get #declared(): number {
    return Math.max(1, Math.floor(this.#figures.capacity));
  }

  #units(cost: number): number {
    return Math.min(cost, this.#capacity);
  }

  #record(units: number, moment: number): void {
    this.#used += units;
    if (this.#arrived === undefined) {
      this.#arrived = [moment, units];
      this.#newestBegan = this.#isGrouped ? moment : undefined;
      return;
    }
    const newest = this.#arrived.length - 2;
    // A call that was given up may be counted late; the order of the list is worth its few milliseconds.
    const arrived = Math.max(this.#arrived[newest]!, moment);
    const began = this.#newestBegan ?? this.#arrived[newest]!;
    if (arrived - began <= (this.#isGrouped ? this.#figures.per / 100 : 0)) {
      this.#arrived[newest] = arrived;
      this.#arrived[newest + 1]! += units;
    } else {
      this.#arrived.push(arrived, units);
      if (this.#isGrouped) this.#newestBegan = arrived;
    }
  }

  get #isGrouped(): boolean {
    return this.#figures.capacity > EXACT_CALLS;
  }

  #expire(now: number): void {
    if (this.#server !== undefined && this.#server.until <= now) this.#server = undefined;
    if (!this.#flights.isEmpty) {
      const longest = longestTrip(this.#figures.per);
      for (let late = this.#flights.overdue(now, longest); late; late = this.#flights.overdue(now, longest))
        this.#record(late.units, late.arrived);
    }
    if (this.#arrived === undefined) return;
    let gone = 0;
    for (; gone < this.#arrived.length && this.#arrived[gone]! + this.#figures.per <= now; gone += 2)
      this.#used -= this.#arrived[gone + 1]!;
    if (gone === 0) return;
    if (gone < this.#arrived.length) {
      this.#arrived.splice(0, gone);
      return;
    }
    this.#arrived = undefined;
    // Sums of fractions leave dust behind.
    this.#used = 0;
  }

  /** Milliseconds until `needed` units (1 to capacity) fit. */
  #untilFree(needed: number, now: number): number {
    const { per } = this.#figures;
    let missing = this.#used + this.#flights.units + needed - this.#capacity;
    if (missing <= DUST) return 0;
    for (let index = 0; index < (this.#arrived?.length ?? 0); index += 2) {
      missing -= this.#arrived![index + 1]!;
      if (missing <= DUST) return this.#arrived![index]! + per - now;
    }
    return per;
  }
}
