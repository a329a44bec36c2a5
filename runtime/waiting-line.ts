import type { Admission } from "./admission.ts";
import type { Waiter } from "./waiting-call.ts";

/** Whose calls they are: fairness is between flows; a smaller rank goes first. */
export interface Flow {
  readonly tenant: string;
  readonly rank: number;
}

/** The waiting calls of one flow with the same admissions, first come first. Only the first one asks. */
export interface Lane {
  readonly name: string;
  readonly flow: Flow;
  readonly admissions: readonly Admission[];
  readonly waiters: Waiter[];
  /** The line where it stands while it is refused. */
  at: WaitingLine | undefined;
  asking: boolean;
}

/** The lanes of one flow that stand at one key, longest waiting call first. */
interface Share {
  readonly id: string;
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
  wakeAt: number = Number.POSITIVE_INFINITY;
  readonly #shares: Share[] = [];
  readonly #byId = new Map<string, Share>();
  /** When each flow that went on here has its next turn. */
  readonly #nextTurns = new Map<string, number>();
  /** The turn of each rank. */
  readonly #turns: number[] = [];

  constructor(key: string) {
    this.key = key;
  }

  get first(): Lane | undefined {
    return this.#shares[0]?.lanes[0];
  }

  get lanes(): Lane[] {
    return this.#shares.flatMap(({ lanes }) => lanes);
  }

  add(lane: Lane): void {
    const id = idOf(lane.flow);
    const share = this.#byId.get(id);
    if (share === undefined) {
      const created = { id, rank: lane.flow.rank, turn: this.#turnOf(lane.flow), lanes: [lane] };
      this.#byId.set(id, created);
      this.#insert(created);
      return;
    }
    const order = orderOf(lane);
    const index = place(share.lanes, (other) => orderOf(other) < order);
    if (index > 0) {
      share.lanes.splice(index, 0, lane);
      return;
    }
    this.#takeOut(share);
    share.lanes.unshift(lane);
    this.#insert(share);
  }

  remove(lane: Lane): void {
    const share = this.#byId.get(idOf(lane.flow))!;
    const index = share.lanes.indexOf(lane);
    if (index > 0) {
      share.lanes.splice(index, 1);
      return;
    }
    this.#takeOut(share);
    share.lanes.shift();
    if (share.lanes.length > 0) this.#insert(share);
    else this.#byId.delete(share.id);
  }

  /** A call of this flow goes on from here and takes so many units. */
  serve(flow: Flow, units: number): void {
    const id = idOf(flow);
    const turn = this.#turnOf(flow);
    this.#turns[flow.rank] = turn;
    this.#nextTurns.set(id, turn + units);
    const share = this.#byId.get(id);
    if (share !== undefined) {
      this.#takeOut(share);
      share.turn = turn + units;
      this.#insert(share);
    }
    if (this.#nextTurns.size > 2 * this.#byId.size + SHARES_COUNTED) this.#forget();
  }

  /** Whether a call that stands here goes on before the first call of `lane`, which does not. */
  precedes(lane: Lane): boolean {
    const first = this.#shares[0];
    if (first === undefined) return false;
    const id = idOf(lane.flow);
    if (first.id === id) return orderOf(first.lanes[0]!) < orderOf(lane);
    return goesBefore(first, { id, rank: lane.flow.rank, turn: this.#turnOf(lane.flow), lanes: [lane] });
  }

  /** Calls that surely go on before a newcomer of this flow, `own` of whose lane wait. A lower bound. */
  ahead(lane: Lane | undefined, flow: Flow): number {
    const id = idOf(flow);
    let own = lane?.waiters.length ?? 0;
    for (const other of this.#byId.get(id)?.lanes ?? []) if (other !== lane) own += other.waiters.length;
    let ahead = own;
    for (const share of this.#shares.slice(0, SHARES_COUNTED)) {
      if (share.id === id || share.rank > flow.rank) continue;
      const waiting = share.lanes.reduce((sum, { waiters }) => sum + waiters.length, 0);
      // Of its own rank each flow goes on about as often as this one.
      ahead += share.rank < flow.rank ? waiting : Math.min(waiting, own);
    }
    return ahead;
  }

  #turnOf(flow: Flow): number {
    return Math.max(this.#turns[flow.rank] ?? 0, this.#nextTurns.get(idOf(flow)) ?? 0);
  }

  #insert(share: Share): void {
    this.#shares.splice(this.#placeOf(share), 0, share);
  }

  #takeOut(share: Share): void {
    this.#shares.splice(this.#placeOf(share), 1);
  }

  /** Where it stands, or would: no two shares are equal. */
  #placeOf(share: Share): number {
    return place(this.#shares, (other) => goesBefore(other, share));
  }

  /** A turn that is over means nothing. */
  #forget(): void {
    for (const [id, turn] of this.#nextTurns)
      if (turn <= (this.#turns[Number.parseInt(id, 10)] ?? 0)) this.#nextTurns.delete(id);
  }
}

function idOf({ tenant, rank }: Flow): string {
  return `${rank} ${tenant}`;
}

function orderOf(lane: Lane): number {
  return lane.waiters[0]!.order;
}

function goesBefore(one: Share, other: Share): boolean {
  if (one.rank !== other.rank) return one.rank < other.rank;
  if (one.turn !== other.turn) return one.turn < other.turn;
  return orderOf(one.lanes[0]!) < orderOf(other.lanes[0]!);
}

/** Index of the first item for which `isBefore` does not hold. */
function place<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
