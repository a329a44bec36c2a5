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
    this.name = [this.flow, ...limits.map(({ key }) => key)].join("\n");
    this.room = `${limits[0]!.key}\n${quoted}`;
  }
}

/** Enough to tell a wait; more would make every newcomer pay for all who wait. */
const LANES_COUNTED = 100;

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
    if (this.#nextTurns.size > 2 * this.lanes.length + LANES_COUNTED) this.#forget();
  }

  /** Whether a call that stands here goes on before the first call of `lane`, which stands nowhere. */
  precedes(lane: Lane): boolean {
    const { first } = this;
    lane.turn = this.#turnOf(lane);
    return first !== undefined && compare(first, lane) < 0;
  }

  /** Calls that surely go on before a newcomer of this lane. A lower bound. */
  ahead(lane: Lane): number {
    let ahead = 0;
    const waiting = new Map([[lane.flow, lane.waiters.length]]);
    for (const { rank, flow, name, waiters } of this.lanes.slice(0, LANES_COUNTED)) {
      if (rank < lane.rank) ahead += waiters.length;
      else if (rank === lane.rank && name !== lane.name) waiting.set(flow, (waiting.get(flow) ?? 0) + waiters.length);
    }
    const own = waiting.get(lane.flow)!;
    // Of its own rank each flow goes on about as often as this one.
    for (const count of waiting.values()) ahead += Math.min(count, own);
    return ahead;
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
  }
}

function compare(one: Lane, other: Lane): number {
  return one.rank - other.rank || one.turn - other.turn || one.waiters[0]!.order - other.waiters[0]!.order;
}
