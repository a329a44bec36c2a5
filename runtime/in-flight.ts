/** Units of a call that was sent and that the server may not have counted yet. */
export interface Flight {
  readonly sent: number;
  readonly units: number;
}

/**
 * Calls on their way. Servers count arrivals, and a call arrives between its sending and its answer; so its units are
 * counted only from the answer on, or after the longest trip that is allowed for. Oldest first.
 */
export class InFlight {
  #flights: Flight[] | undefined;
  units: number = 0;

  get isEmpty(): boolean {
    return this.#flights === undefined;
  }

  send(units: number, now: number): Flight {
    const flight = { sent: now, units };
    // An idle partition keeps no list, and a list of one needs no room for more.
    if (this.#flights === undefined) this.#flights = [flight];
    else this.#flights.push(flight);
    this.units += units;
    return flight;
  }

  /** Takes a call out. False: it is already counted. */
  land(flight: Flight): boolean {
    const index = this.#flights?.indexOf(flight) ?? -1;
    if (index < 0) return false;
    this.#remove(index);
    return true;
  }

  /** Takes out a call that must have arrived by now, and tells when it did at the latest. */
  overdue(now: number, longestTrip: number): { readonly units: number; readonly arrived: number } | undefined {
    const oldest = this.#flights?.[0];
    if (oldest === undefined || oldest.sent + longestTrip > now) return undefined;
    this.#remove(0);
    return { units: oldest.units, arrived: oldest.sent + longestTrip };
  }

  #remove(index: number): void {
    const flights = this.#flights!;
    this.units -= flights[index]!.units;
    if (flights.length > 1) {
      flights.splice(index, 1);
      return;
    }
    this.#flights = undefined;
    // Sums of fractions leave dust behind.
    this.units = 0;
  }
}
