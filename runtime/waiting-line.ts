import type { Limit } from "./limit.ts";

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
  admit(slots: readonly unknown[]): void;
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
  asking: boolean = false;

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

/** The lanes of one flow that stand at one key, longest waiting call first. */
interface Share {
  readonly rank: number;
  /** The turn at which it goes on. */
  turn: number;
  readonly lanes: Lane[];
}

/** Enough to tell a wait; more would make every newcomer pay for all who wait. */
const SHARES_COUNTED = 100;

/**
 * Those who wait at one key that refused. Smaller ranks first; among flows of a rank by turns, each as long as what its
 * last call took (start-time fair queueing), so that one tenant's thousand calls delay another's call by one; within a
 * flow first come, first served.
 */
export class WaitingLine {
  readonly key: string;
  /** When the first one asks again. */
  wakeAt: number = Number.POSITIVE_INFINITY;
  /** By flow, also of those that went on and whose next turn is still to come. */
  readonly #shares = new Map<string, Share>();
  /** Those with lanes. */
  readonly #order: Share[] = [];
  /** The turn of each rank. */
  readonly #turns: number[] = [];

  constructor(key: string) {
    this.key = key;
  }

  get first(): Lane | undefined {
    return this.#order[0]?.lanes[0];
  }

  get lanes(): Lane[] {
    return this.#order.flatMap(({ lanes }) => lanes);
  }

  add(lane: Lane): void {
    this.#change(lane, ({ lanes }) => {
      lanes.push(lane);
      lanes.sort((one, other) => orderOf(one) - orderOf(other));
    });
  }

  remove(lane: Lane): void {
    this.#change(lane, ({ lanes }) => lanes.splice(lanes.indexOf(lane), 1));
  }

  /** A call of this lane goes on from here. */
  serve(lane: Lane): void {
    const units = lane.limits.find(({ key }) => key === this.key)!.cost();
    this.#change(lane, (share) => {
      const turn = Math.max(share.turn, this.#turns[share.rank] ?? 0);
      this.#turns[share.rank] = turn;
      share.turn = turn + units;
    });
  }

  /** Whether a call that stands here goes on before the first call of `lane`, which does not. */
  precedes(lane: Lane): boolean {
    const [first] = this.#order;
    return first !== undefined && compare(first, { ...this.#shareOf(lane), lanes: [lane] }) < 0;
  }

  /** Calls that surely go on before a newcomer of this lane. A lower bound. */
  ahead(lane: Lane): number {
    const share = this.#shareOf(lane);
    const own = waitingIn(lane.at === this ? share.lanes : [...share.lanes, lane]);
    let ahead = own;
    for (const other of this.#order.slice(0, SHARES_COUNTED)) {
      if (other.lanes === share.lanes || other.rank > lane.rank) continue;
      const waiting = waitingIn(other.lanes);
      // Of its own rank each flow goes on about as often as this one.
      ahead += other.rank < lane.rank ? waiting : Math.min(waiting, own);
    }
    return ahead;
  }

  #shareOf({ flow, rank }: Lane): Share {
    const turn = this.#turns[rank] ?? 0;
    const known = this.#shares.get(flow);
    if (known === undefined) return { rank, turn, lanes: [] };
    if (known.lanes.length === 0) known.turn = Math.max(known.turn, turn);
    return known;
  }

  #change(lane: Lane, change: (share: Share) => void): void {
    const share = this.#shareOf(lane);
    if (share.lanes.length > 0) this.#order.splice(this.#placeOf(share), 1);
    change(share);
    if (share.lanes.length > 0) this.#order.splice(this.#placeOf(share), 0, share);
    this.#shares.set(lane.flow, share);
    if (this.#shares.size > 2 * this.#order.length + SHARES_COUNTED) this.#forget();
  }

  /** Where it stands, or would: no two shares are equal. */
  #placeOf(share: Share): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#order[middle]!, share) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A turn that is over means nothing. */
  #forget(): void {
    for (const [flow, { rank, turn, lanes }] of this.#shares)
      if (lanes.length === 0 && turn <= (this.#turns[rank] ?? 0)) this.#shares.delete(flow);
  }
}

function orderOf(lane: Lane): number {
  return lane.waiters[0]!.order;
}

function compare(one: Share, other: Share): number {
  return one.rank - other.rank || one.turn - other.turn || orderOf(one.lanes[0]!) - orderOf(other.lanes[0]!);
}

function waitingIn(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { waiters }) => sum + waiters.length, 0);
}
