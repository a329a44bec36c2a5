import type { Limit } from "./limit.ts";
import type { TakenLimits } from "./taken-limits.ts";

/** A call that waits until all its limits have room at the same moment. */
export interface Waiter {
  /** Smaller came earlier. */
  readonly order: number;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  /** The error for a wait of so many milliseconds, which the deadline does not allow. */
  tooLate(wait: number): unknown;
  /** Called when it no longer waits, before one of the next two. */
  leave(): void;
  readonly permit: TakenLimits;
  resolve(permit: TakenLimits): void;
  reject(reason: unknown): void;
}

/** The waiting calls of one tenant and priority with the same limits, first come first. Only the first one asks. */
export class Lane {
  /** Of the priority; smaller goes first. */
  readonly rank: number;
  /** Whose turns these calls take: of one tenant at one priority. */
  readonly flow: string;
  readonly limits: readonly Limit[];
  readonly name: string;
  /** Where those that wait are counted. */
  readonly room: string;
  readonly waiters: Waiter[] = [];
  /** The line where it stands while it is refused. */
  at: WaitingLine | undefined;
  /** Its turn at that line, when it came there. */
  turn: number = 0;

  constructor(tenant: string | undefined, rank: number, limits: readonly Limit[]) {
    // Quoted, so that no tenant can write itself into another's lane.
    const quoted = JSON.stringify(tenant ?? "");
    this.rank = rank;
    this.flow = `${rank} ${quoted}`;
    this.limits = limits;
    this.name = [this.flow, ...limits.map(({ lane }) => lane)].join("\n");
    this.room = `${limits[0]!.key}\n${quoted}`;
  }

  /** Calls that wait here and go on before those of `other` behind them: more than that, other limits hold back. */
  readyBefore(other: Lane): number {
    let ready = this.waiters.length;
    for (const limit of this.limits)
      if (other.limits.every(({ key }) => key !== limit.key)) ready = Math.min(ready, limit.capacity / limit.cost());
    return ready;
  }
}

/** Enough to tell a wait; more would make every newcomer pay for all who wait. */
const LANES_COUNTED = 50;

/**
 * Those who wait at one key that refused. Smaller ranks first; among flows of a rank by turns, each as long as what its
 * last call took (start-time fair queueing), so that one tenant's thousand calls delay another's call by one; within a
 * flow first come, first served.
 */
export class WaitingLine {
  readonly key: string;
  /** When the first one asks again. */
  wakeAt: number = Number.POSITIVE_INFINITY;
  /** Who goes on first stands first. */
  readonly lanes: Lane[] = [];
  /** The turn that each rank has come to. */
  readonly #turns: number[] = [];
  /** The next turn of each flow that went on. */
  readonly #nextTurns = new Map<string, number>();
  /** Of next turns, before those that mean nothing are looked for: as many again as there were. */
  #most = LANES_COUNTED;

  constructor(key: string) {
    this.key = key;
  }

  get first(): Lane | undefined {
    for (;;) {
      const [lane] = this.lanes;
      if (lane === undefined || lane.turn >= this.#turnOf(lane)) return lane;
      // Since it came its flow has gone on: others may go before it.
      this.remove(lane);
      this.add(lane);
    }
  }

  add(lane: Lane): void {
    lane.at = this;
    lane.turn = this.#turnOf(lane);
    this.lanes.splice(this.#placeOf(lane), 0, lane);
  }

  remove(lane: Lane): void {
    lane.at = undefined;
    this.lanes.splice(this.#placeOf(lane), 1);
  }

  /** A call of this lane goes on, wherever it stood, and takes so many units. */
  serve(lane: Lane, units: number): void {
    const turn = this.#turnOf(lane);
    this.#turns[lane.rank] = turn;
    this.#nextTurns.set(lane.flow, turn + units);
    if (this.#nextTurns.size > this.#most) this.#forget();
  }

  /** Whether a call that stands here goes on before the first call of `lane`, which stands nowhere. */
  precedes(lane: Lane): boolean {
    const { first } = this;
    lane.turn = this.#turnOf(lane);
    return first !== undefined && compare(first, lane) < 0;
  }

  /** Units that go on before a newcomer of this lane, and more where there are many lanes. */
  ahead(lane: Lane): number {
    let ahead = 0;
    const waiting = new Map([[lane.flow, lane.waiters.length * this.#costOf(lane)]]);
    for (const other of this.lanes.slice(0, LANES_COUNTED)) {
      if (other.rank > lane.rank || other.name === lane.name) continue;
      const units = other.readyBefore(lane) * this.#costOf(other);
      if (other.rank < lane.rank) ahead += units;
      else waiting.set(other.flow, (waiting.get(other.flow) ?? 0) + units);
    }
    const own = waiting.get(lane.flow)!;
    // Of its own rank each flow goes on about as far as this one.
    for (const units of waiting.values()) ahead += Math.min(units, own);
    return ahead;
  }

  #costOf({ limits }: Lane): number {
    return limits.find(({ key }) => key === this.key)!.cost();
  }

  #turnOf({ rank, flow }: Lane): number {
    return Math.max(this.#turns[rank] ?? 0, this.#nextTurns.get(flow) ?? 0);
  }

  /** Where it stands, or would: no two are equal. */
  #placeOf(lane: Lane): number {
    let low = 0;
    let high = this.lanes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.lanes[middle]!, lane) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A turn that is over means nothing. */
  #forget(): void {
    for (const [flow, turn] of this.#nextTurns)
      if (turn <= this.#turns[Number.parseInt(flow, 10)]!) this.#nextTurns.delete(flow);
    this.#most = 2 * this.#nextTurns.size + LANES_COUNTED;
  }
}

function compare(one: Lane, other: Lane): number {
  return one.rank - other.rank || one.turn - other.turn || orderOf(one) - orderOf(other);
}

/** Of its first call, or of the one that is still to come. */
function orderOf({ waiters: [first] }: Lane): number {
  return first?.order ?? Number.POSITIVE_INFINITY;
}
