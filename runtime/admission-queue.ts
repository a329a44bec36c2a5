import { type Admission, type Answer, giveBackAll, isPromise, isRefusal, type Refusal, takeAll } from "./admission.ts";
import type { Clock } from "./clock.ts";

/** A call that has to wait until all its admissions have room at the same moment. */
export interface QueuedCall {
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  /** Called when the call begins to wait, and may throw to refuse it; and when it no longer waits. */
  onQueue(): void;
  onUnqueue(): void;
  /** The error for a wait of so many milliseconds, which the deadline does not allow. */
  tooLate(wait: number): unknown;
}

interface Waiter {
  readonly call: QueuedCall;
  readonly order: number;
  readonly admit: () => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
}

/** The waiting calls with the same admissions. Only the first one asks; while refused, the lane stands at a key. */
interface Lane {
  readonly name: string;
  readonly admissions: readonly Admission[];
  readonly waiters: Waiter[];
  at: Stop | undefined;
  asking: boolean;
}

/** A key that refused, with the lanes that stand there, longest waiting call first. */
interface Stop {
  readonly key: string;
  readonly lanes: Lane[];
  wakeAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Lets calls through when every one of their admissions has room. First come, first served wherever calls compete:
 * a call waits behind others only at a key that refuses them all, so a slow endpoint does not hold up the rest of its
 * account. One timer for all waiting calls, none when nobody waits.
 */
export class AdmissionQueue {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  readonly #stops = new Map<string, Stop>();
  #orders = 0;
  /** No stop wakes before this moment. */
  #soonest = NEVER;
  #timer: { readonly at: number; readonly controller: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys at which calls wait. */
  get size(): number {
    return this.#stops.size;
  }

  /**
   * Undefined: admitted at once. Else a promise for the admission, which rejects with the signal's reason when it is
   * aborted. Throws `tooLate` when the wait is known not to fit. Calls of the same `lane` have the same admissions.
   */
  admit(lane: string, admissions: readonly Admission[], call: () => QueuedCall): undefined | Promise<void> {
    if (this.#lanes.size > 0 && (this.#lanes.has(lane) || this.#stopBefore(admissions, NEVER) !== undefined)) {
      const queued = call();
      return this.#enqueue(lane, admissions, queued, this.#estimate(lane, admissions));
    }
    const answer = takeAll(admissions);
    if (isPromise(answer)) {
      try {
        return this.#enqueue(lane, admissions, call(), answer);
      } catch (error) {
        answer.then((late) => isRefusal(late) || giveBackAll(admissions, late)).catch(() => {});
        throw error;
      }
    }
    return isRefusal(answer) ? this.#enqueue(lane, admissions, call(), answer) : undefined;
  }

  /** Asks again at a key that may have room now, or that has changed its mind about when. */
  wake(key: string): void {
    const stop = this.#stops.get(key);
    if (stop === undefined) return;
    this.#pump(stop);
    this.#arm();
  }

  /** After a pause: refuses the calls at this key whose deadline comes before the key admits anybody again. */
  expire(key: string): void {
    this.wake(key);
    const stop = this.#stops.get(key);
    if (stop === undefined || stop.wakeAt === NEVER) return;
    const wait = stop.wakeAt - this.#clock.mono();
    for (const lane of [...stop.lanes]) {
      for (const waiter of lane.waiters.filter(({ call }) => call.deadlineAt < stop.wakeAt)) {
        this.#withdraw(lane, waiter);
        waiter.reject(waiter.call.tooLate(wait));
      }
    }
    this.#arm();
  }

  #enqueue(
    name: string,
    admissions: readonly Admission[],
    call: QueuedCall,
    state: number | Refusal | Promise<Answer>,
  ): Promise<void> {
    if (call.signal.aborted) throw call.signal.reason;
    const asked = typeof state !== "number" && isPromise(state) ? state : undefined;
    const refusal = typeof state === "number" || isPromise(state) ? undefined : state;
    const wait = typeof state === "number" ? state : (refusal?.wait ?? 0);
    if (wait !== NEVER && this.#clock.mono() + wait > call.deadlineAt) throw call.tooLate(wait);
    call.onQueue();
    return new Promise((admit, reject) => {
      const lane = this.#lane(name, admissions);
      this.#orders += 1;
      const onAbort = () => this.#abandon(lane, waiter);
      const waiter: Waiter = { call, order: this.#orders, admit, reject, onAbort };
      lane.waiters.push(waiter);
      call.signal.addEventListener("abort", onAbort, { once: true });
      if (asked !== undefined) this.#await(lane, asked);
      else if (refusal !== undefined) this.#stopAt(lane, refusal.key, this.#clock.mono() + refusal.wait);
      else if (lane.waiters.length === 1 && !lane.asking) this.#advance(lane);
      this.#arm();
    });
  }

  #lane(name: string, admissions: readonly Admission[]): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { name, admissions, waiters: [], at: undefined, asking: false };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  /** A lower bound of the wait behind everybody who is there; 0 where a shared store would have to be asked. */
  #estimate(name: string, admissions: readonly Admission[]): number {
    const own = this.#lanes.get(name);
    let longest = 0;
    for (const admission of admissions) {
      let ahead = own?.waiters.length ?? 0;
      for (const lane of this.#stops.get(admission.key)?.lanes ?? []) if (lane !== own) ahead += lane.waiters.length;
      if (ahead === 0) continue;
      const verdict = admission.take(ahead);
      if (isPromise(verdict)) verdict.catch(() => {});
      else if (!verdict.ok && verdict.wait !== NEVER) longest = Math.max(longest, verdict.wait);
    }
    return longest;
  }

  /** Lets the lane's first calls through until one has to wait. */
  #advance(lane: Lane): void {
    while (lane.waiters.length > 0) {
      const before = this.#stopBefore(lane.admissions, lane.waiters[0]!.order);
      if (before !== undefined) {
        this.#stopAt(lane, before.key, before.wakeAt);
        return;
      }
      const answer = takeAll(lane.admissions);
      if (isPromise(answer)) {
        this.#await(lane, answer);
        return;
      }
      if (this.#settle(lane, answer)) return;
    }
    this.#lanes.delete(lane.name);
  }

  /** Applies an answer to the lane's first call. True: refused, and the lane now stands at a key. */
  #settle(lane: Lane, answer: Answer): boolean {
    const waiter = lane.waiters[0];
    if (waiter === undefined) {
      // All of them gave up while a shared store was thinking.
      if (!isRefusal(answer)) giveBackAll(lane.admissions, answer);
      return false;
    }
    if (!isRefusal(answer)) {
      this.#remove(lane, waiter);
      waiter.admit();
      return false;
    }
    const wakeAt = this.#clock.mono() + answer.wait;
    if (wakeAt !== NEVER && wakeAt > waiter.call.deadlineAt) {
      this.#remove(lane, waiter);
      waiter.reject(waiter.call.tooLate(answer.wait));
      return false;
    }
    this.#stopAt(lane, answer.key, wakeAt);
    return true;
  }

  #await(lane: Lane, asked: Promise<Answer>): void {
    lane.asking = true;
    asked.then(
      (answer) => {
        lane.asking = false;
        if (!this.#settle(lane, answer)) this.#advance(lane);
        this.#arm();
      },
      (error: unknown) => {
        lane.asking = false;
        const waiter = lane.waiters[0];
        if (waiter !== undefined) {
          this.#remove(lane, waiter);
          waiter.reject(error);
        }
        this.#advance(lane);
        this.#arm();
      },
    );
  }

  /** Lets the calls at this key through, longest waiting first, until the key refuses. */
  #pump(stop: Stop): void {
    stop.wakeAt = NEVER;
    for (let lane = stop.lanes[0]; lane !== undefined; lane = stop.lanes[0]) {
      this.#leave(lane);
      const before = this.#stopBefore(lane.admissions, lane.waiters[0]!.order);
      if (before !== undefined) {
        this.#stopAt(lane, before.key, before.wakeAt);
        continue;
      }
      const answer = takeAll(lane.admissions);
      if (isPromise(answer)) {
        this.#await(lane, answer);
        if (stop.lanes.length > 0) this.#wakeAt(stop, this.#clock.mono());
        break;
      }
      if (this.#settle(lane, answer)) {
        if (lane.at === stop) return;
      } else if (lane.waiters.length === 0) this.#lanes.delete(lane.name);
      else this.#stopAt(lane, stop.key, NEVER);
    }
    if (stop.lanes.length === 0) this.#stops.delete(stop.key);
  }

  /** One of these keys at which a call waits that came before `order`. */
  #stopBefore(admissions: readonly Admission[], order: number): Stop | undefined {
    if (this.#stops.size === 0) return undefined;
    for (const { key } of admissions) {
      const stop = this.#stops.get(key);
      const first = stop?.lanes[0]?.waiters[0];
      if (first !== undefined && first.order < order) return stop;
    }
    return undefined;
  }

  #stopAt(lane: Lane, key: string, wakeAt: number): void {
    let stop = this.#stops.get(key);
    if (stop === undefined) {
      stop = { key, lanes: [], wakeAt: NEVER };
      this.#stops.set(key, stop);
    }
    const { order } = lane.waiters[0]!;
    const later = stop.lanes.findIndex((other) => other.waiters[0]!.order > order);
    stop.lanes.splice(later < 0 ? stop.lanes.length : later, 0, lane);
    if (stop.lanes[0] === lane) this.#wakeAt(stop, wakeAt);
    lane.at = stop;
  }

  #wakeAt(stop: Stop, wakeAt: number): void {
    stop.wakeAt = wakeAt;
    this.#soonest = Math.min(this.#soonest, wakeAt);
  }

  #leave(lane: Lane): void {
    lane.at?.lanes.splice(lane.at.lanes.indexOf(lane), 1);
    lane.at = undefined;
  }

  #abandon(lane: Lane, waiter: Waiter): void {
    waiter.reject(waiter.call.signal.reason);
    const stop = this.#withdraw(lane, waiter);
    if (stop === undefined) return;
    // Whoever stood behind it may not need what it waited for.
    this.#pump(stop);
    this.#arm();
  }

  /** Takes a call out; returns the stop where it stood when it was the first of its lane. */
  #withdraw(lane: Lane, waiter: Waiter): Stop | undefined {
    const stop = lane.waiters[0] === waiter ? lane.at : undefined;
    if (stop === undefined) {
      this.#remove(lane, waiter);
      return undefined;
    }
    this.#leave(lane);
    this.#remove(lane, waiter);
    if (lane.waiters.length > 0) this.#stopAt(lane, stop.key, stop.wakeAt);
    else this.#lanes.delete(lane.name);
    if (stop.lanes.length === 0) this.#stops.delete(stop.key);
    return stop;
  }

  #remove(lane: Lane, waiter: Waiter): void {
    lane.waiters.splice(lane.waiters.indexOf(waiter), 1);
    waiter.call.signal.removeEventListener("abort", waiter.onAbort);
    waiter.call.onUnqueue();
  }

  /** An early timer is harmless: it finds nothing due and is set again. */
  #arm(): void {
    const at = this.#stops.size === 0 ? NEVER : this.#soonest;
    if (at !== NEVER && this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.controller.abort();
    this.#timer = undefined;
    if (at === NEVER) return;
    const controller = new AbortController();
    this.#timer = { at, controller };
    this.#clock.sleep(Math.max(0, at - this.#clock.mono()), controller.signal).then(
      () => this.#onTimer(controller),
      () => {},
    );
  }

  #onTimer(controller: AbortController): void {
    if (this.#timer?.controller !== controller) return;
    this.#timer = undefined;
    const now = this.#clock.mono();
    for (const stop of [...this.#stops.values()]) if (stop.wakeAt <= now) this.#pump(stop);
    this.#soonest = NEVER;
    for (const stop of this.#stops.values()) this.#soonest = Math.min(this.#soonest, stop.wakeAt);
    this.#arm();
  }
}
