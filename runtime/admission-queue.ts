import {
  type Admission,
  type Answer,
  giveBackAll,
  isPromise,
  isRefusal,
  type Refusal,
  type Slots,
  takeAll,
} from "./admission.ts";
import type { Clock } from "./clock.ts";
import type { Waiter, WaitingCall } from "./waiting-call.ts";
import { type Flow, type Lane, WaitingLine } from "./waiting-line.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What a newcomer knows: its wait at least, who refused it, or that a shared store still thinks. */
type State = number | Refusal | Promise<Answer>;

/**
 * Lets calls through when every one of their admissions has room, in the order of `WaitingLine`. A call waits behind
 * others only at a key that refuses them all, so a slow endpoint does not hold up the rest of its account. One timer for
 * all waiting calls, none when nobody waits.
 */
export class AdmissionQueue {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  readonly #lines = new Map<string, WaitingLine>();
  #orders = 0;
  #waiting = 0;
  /** No line wakes before this moment. */
  #soonest = NEVER;
  #timer: { readonly at: number; readonly controller: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys at which calls wait. */
  get size(): number {
    return this.#lines.size;
  }

  /**
   * What the call took, or a promise for it, which rejects with the signal's reason when it is aborted. Throws `tooLate`
   * when the wait is known not to fit. Calls of the same `name` have the same admissions and the same flow.
   */
  admit(name: string, flow: Flow, admissions: readonly Admission[], call: () => WaitingCall): Slots | Promise<Slots> {
    if (this.#lanes.size > 0 && (this.#lanes.has(name) || admissions.some(({ key }) => this.#lines.has(key))))
      return this.#enqueue({ name, flow, admissions }, call(), this.#estimate(name, flow, admissions));
    const answer = takeAll(admissions);
    if (isPromise(answer)) {
      try {
        return this.#enqueue({ name, flow, admissions }, call(), answer);
      } catch (error) {
        answer.then((late) => isRefusal(late) || giveBackAll(admissions, late)).catch(() => {});
        throw error;
      }
    }
    return isRefusal(answer) ? this.#enqueue({ name, flow, admissions }, call(), answer) : answer;
  }

  /** Asks again at a key that may have room now, or that has changed its mind about when. */
  wake(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    this.#pump(line);
    this.#arm();
  }

  /** After a pause: refuses the calls at this key whose deadline comes before the key admits anybody again. */
  expire(key: string): void {
    this.wake(key);
    const line = this.#lines.get(key);
    if (line === undefined || line.wakeAt === NEVER) return;
    const { wakeAt, lanes } = line;
    const wait = wakeAt - this.#clock.mono();
    for (const lane of lanes) {
      for (const waiter of lane.waiters.filter(({ call }) => call.deadlineAt < wakeAt)) {
        this.#withdraw(lane, waiter);
        waiter.reject(waiter.call.tooLate(wait));
      }
    }
    this.#arm();
  }

  #enqueue(of: Pick<Lane, "name" | "flow" | "admissions">, call: WaitingCall, state: State): Promise<Slots> {
    if (call.signal.aborted) throw call.signal.reason;
    const asked = typeof state !== "number" && isPromise(state) ? state : undefined;
    const refusal = typeof state === "number" || isPromise(state) ? undefined : state;
    const wait = typeof state === "number" ? state : (refusal?.wait ?? 0);
    if (wait !== NEVER && this.#clock.mono() + wait > call.deadlineAt) throw call.tooLate(wait);
    call.onQueue(this.#waiting);
    this.#waiting += 1;
    return new Promise((admit, reject) => {
      const lane = this.#lane(of);
      this.#orders += 1;
      const onAbort = () => this.#abandon(lane, waiter);
      const waiter: Waiter = { call, order: this.#orders, admit, reject, onAbort };
      lane.waiters.push(waiter);
      call.signal.addEventListener("abort", onAbort, { once: true });
      if (asked !== undefined) this.#await(lane, asked);
      else if (refusal !== undefined) this.#stand(lane, refusal.key, this.#clock.mono() + refusal.wait);
      else if (lane.waiters.length === 1 && !lane.asking) this.#advance(lane);
      this.#arm();
    });
  }

  #lane(of: Pick<Lane, "name" | "flow" | "admissions">): Lane {
    let lane = this.#lanes.get(of.name);
    if (lane === undefined) {
      lane = { ...of, waiters: [], at: undefined, asking: false };
      this.#lanes.set(of.name, lane);
    }
    return lane;
  }

  /** A lower bound of the wait behind those who go first; 0 where a shared store would have to be asked. */
  #estimate(name: string, flow: Flow, admissions: readonly Admission[]): number {
    const own = this.#lanes.get(name);
    let longest = 0;
    for (const admission of admissions) {
      const ahead = this.#lines.get(admission.key)?.ahead(own, flow) ?? own?.waiters.length ?? 0;
      if (ahead === 0) continue;
      const verdict = admission.take(ahead * admission.cost());
      if (isPromise(verdict)) verdict.catch(() => {});
      else if (!verdict.ok && verdict.wait !== NEVER) longest = Math.max(longest, verdict.wait);
    }
    return longest;
  }

  /** Lets the lane's first calls through until one has to wait. */
  #advance(lane: Lane): void {
    while (lane.waiters.length > 0) {
      const before = this.#lineBefore(lane);
      if (before !== undefined) {
        this.#stand(lane, before.key, before.wakeAt);
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
  #settle(lane: Lane, answer: Answer, from?: WaitingLine): boolean {
    const waiter = lane.waiters[0];
    if (waiter === undefined) {
      // All of them gave up while a shared store was thinking.
      if (!isRefusal(answer)) giveBackAll(lane.admissions, answer);
      return false;
    }
    if (!isRefusal(answer)) {
      this.#remove(lane, waiter);
      from?.serve(lane.flow, lane.admissions.find(({ key }) => key === from.key)?.cost() ?? 1);
      waiter.admit(answer);
      return false;
    }
    const wakeAt = this.#clock.mono() + answer.wait;
    if (wakeAt !== NEVER && wakeAt > waiter.call.deadlineAt) {
      this.#remove(lane, waiter);
      waiter.reject(waiter.call.tooLate(answer.wait));
      return false;
    }
    this.#stand(lane, answer.key, wakeAt);
    return true;
  }

  #await(lane: Lane, asked: Promise<Answer>, from?: WaitingLine): void {
    lane.asking = true;
    asked.then(
      (answer) => {
        lane.asking = false;
        if (!this.#settle(lane, answer, from)) this.#advance(lane);
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

  /** Lets the calls in this line through until its key refuses. */
  #pump(line: WaitingLine): void {
    line.wakeAt = NEVER;
    for (let lane = line.first; lane !== undefined; lane = line.first) {
      this.#leave(lane);
      const before = this.#lineBefore(lane);
      if (before !== undefined) {
        this.#stand(lane, before.key, before.wakeAt);
        continue;
      }
      const answer = takeAll(lane.admissions);
      if (isPromise(answer)) {
        this.#await(lane, answer, line);
        if (line.first !== undefined) this.#wakeAt(line, this.#clock.mono());
        break;
      }
      if (this.#settle(lane, answer, line)) {
        if (lane.at === line) return;
        continue;
      }
      if (lane.waiters.length === 0) this.#lanes.delete(lane.name);
      else this.#stand(lane, line.key, NEVER);
    }
    if (line.first === undefined) this.#lines.delete(line.key);
  }

  /** One of its keys at which a call waits that goes before the first of this lane. */
  #lineBefore(lane: Lane): WaitingLine | undefined {
    if (this.#lines.size === 0) return undefined;
    for (const { key } of lane.admissions) {
      const line = this.#lines.get(key);
      if (line?.precedes(lane)) return line;
    }
    return undefined;
  }

  #stand(lane: Lane, key: string, wakeAt: number): void {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new WaitingLine(key);
      this.#lines.set(key, line);
    }
    line.add(lane);
    if (line.first === lane) this.#wakeAt(line, wakeAt);
    lane.at = line;
  }

  #wakeAt(line: WaitingLine, wakeAt: number): void {
    line.wakeAt = wakeAt;
    this.#soonest = Math.min(this.#soonest, wakeAt);
  }

  #leave(lane: Lane): void {
    lane.at?.remove(lane);
    lane.at = undefined;
  }

  #abandon(lane: Lane, waiter: Waiter): void {
    waiter.reject(waiter.call.signal.reason);
    const line = this.#withdraw(lane, waiter);
    // Whoever stood behind it may not need what it waited for.
    if (line !== undefined) this.#pump(line);
    this.#arm();
  }

  /** Takes a call out; returns the line where it stood when it was the first there: nobody else asks. */
  #withdraw(lane: Lane, waiter: Waiter): WaitingLine | undefined {
    const line = lane.waiters[0] === waiter ? lane.at : undefined;
    if (line === undefined) {
      this.#remove(lane, waiter);
      return undefined;
    }
    const wasFirst = line.first === lane;
    this.#leave(lane);
    this.#remove(lane, waiter);
    if (lane.waiters.length > 0) this.#stand(lane, line.key, line.wakeAt);
    else this.#lanes.delete(lane.name);
    if (line.first === undefined) this.#lines.delete(line.key);
    return wasFirst ? line : undefined;
  }

  #remove(lane: Lane, waiter: Waiter): void {
    lane.waiters.splice(lane.waiters.indexOf(waiter), 1);
    this.#waiting -= 1;
    waiter.call.signal.removeEventListener("abort", waiter.onAbort);
    waiter.call.onUnqueue();
  }

  /** An early timer is harmless: it finds nothing due and is set again. */
  #arm(): void {
    const at = this.#lines.size === 0 ? NEVER : this.#soonest;
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
    for (const line of [...this.#lines.values()]) if (line.wakeAt <= now) this.#pump(line);
    this.#soonest = NEVER;
    for (const line of this.#lines.values()) this.#soonest = Math.min(this.#soonest, line.wakeAt);
    this.#arm();
  }
}
