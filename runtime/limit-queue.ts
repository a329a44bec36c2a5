import type { Clock } from "./clock.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { isPromise } from "./is-promise.ts";
import { type Answer, giveBackAll, isRefusal, type Refusal, takeAll } from "./limit-slots.ts";
import type { Permit, TimeToWait } from "./limits.ts";
import { queueFull, tooLate } from "./queue-errors.ts";
import { TakenPermit } from "./taken-permit.ts";
import { type Lane, type Waiter, WaitingLine } from "./waiting-line.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Calls of one client that may wait, of all tenants together: memory has a bound even when no policy sets one. */
const MOST_WAITING = 50_000;

/**
 * Lets calls through when every one of their limits has room, in the order of `WaitingLine`. A call waits behind others
 * only at a key that refuses them all, so a slow endpoint does not hold up the rest of its account. One timer for all
 * waiting calls, none when nobody waits.
 */
export class LimitQueue {
  readonly #clock: Clock;
  /** Those with calls that wait, by name. */
  readonly #lanes = new Map<string, Lane>();
  readonly #lines = new Map<string, WaitingLine>();
  /** How many calls wait in each room. */
  readonly #rooms = new Map<string, number>();
  #waiting = 0;
  #orders = 0;
  #timer: AbortController | undefined;
  /** When the timer ends; no line wakes before. */
  #alarm = NEVER;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks again at a key that may have room now; after a pause, refuses those whose deadline comes before its end. */
  readonly #wake = (key: string, isPaused: boolean = false): void => {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    this.#pump(line);
    const { wakeAt, lanes } = line;
    const wait = wakeAt - this.#clock.mono();
    if (isPaused && wakeAt !== NEVER) this.#turnAway(lanes, wakeAt, (waiter) => waiter.tooLate(wait));
  };

  /** As `Limits.admit`. Calls whose lanes have the same name wait in one of them. */
  admit(lane: Lane, operation: OperationDescriptor, time: TimeToWait): Permit | Promise<Permit> {
    const isBehind =
      this.#lanes.size > 0 && (this.#lanes.has(lane.name) || lane.limits.some(({ key }) => this.#lines.has(key)));
    const answer = isBehind ? undefined : takeAll(lane.limits);
    if (answer === undefined || isPromise(answer) || isRefusal(answer))
      return this.#enqueue(lane, operation, time, answer);
    return new TakenPermit(lane.limits, answer, this.#wake);
  }

  /** `answer` is what the limits say; undefined: others go before this call. */
  #enqueue(
    own: Lane,
    operation: OperationDescriptor,
    { signal, deadlineAt, bound = "deadline" }: TimeToWait,
    answer: Refusal | Promise<Answer> | undefined,
  ): Promise<Permit> {
    const lane = this.#lanes.get(own.name) ?? own;
    let refusal: Refusal = { key: undefined, wait: 0 };
    // Also where this call cannot wait: then what is granted is given back.
    if (isPromise(answer)) this.#await(lane, answer);
    else refusal = answer ?? { ...refusal, wait: this.#estimate(lane) };
    signal.throwIfAborted();
    if ("fault" in refusal) throw refusal.fault;
    const late = (wait: number) => tooLate(operation, wait, bound, this.#clock.now());
    const wakeAt = this.#clock.mono() + refusal.wait;
    if (wakeAt !== NEVER && wakeAt > deadlineAt) throw late(refusal.wait);
    this.#enter(lane.room, operation);
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#abandon(lane, waiter, signal.reason);
      const waiter: Waiter = {
        order: this.#orders++,
        deadlineAt,
        tooLate: late,
        leave: () => signal.removeEventListener("abort", onAbort),
        admit: (slots) => resolve(new TakenPermit(own.limits, slots, this.#wake)),
        reject,
      };
      signal.addEventListener("abort", onAbort, { once: true });
      lane.waiters.push(waiter);
      this.#lanes.set(lane.name, lane);
      if (refusal.key !== undefined) this.#stand(lane, refusal.key, wakeAt);
      else if (lane.waiters.length === 1 && !lane.asking) this.#advance(lane);
    });
  }

  /** Takes a place in the room, if there is one. */
  #enter(room: string, operation: OperationDescriptor): void {
    const most = operation.policy.concurrency?.queue ?? NEVER;
    const waiting = this.#rooms.get(room) ?? 0;
    if (this.#waiting >= MOST_WAITING) throw queueFull(operation, `${MOST_WAITING} calls already wait in this client`);
    if (waiting >= most) throw queueFull(operation, `${most} calls already wait here`, ", or raise concurrency.queue");
    this.#rooms.set(room, waiting + 1);
    this.#waiting++;
  }

  /** A lower bound of the wait behind those who go first; 0 where a shared store would have to be asked. */
  #estimate(lane: Lane): number {
    let longest = 0;
    for (const limit of lane.limits) {
      const ahead = this.#lines.get(limit.key)?.ahead(lane) ?? lane.waiters.length;
      if (ahead === 0) continue;
      const verdict = limit.take(ahead * limit.cost());
      if (isPromise(verdict)) verdict.catch(() => {});
      else if (!verdict.ok && verdict.wait !== NEVER) longest = Math.max(longest, verdict.wait);
    }
    return longest;
  }

  /** Lets the lane's calls through until one has to wait, for others or for a limit. `from` is the line where it stood. */
  #advance(lane: Lane, from?: WaitingLine): void {
    while (lane.waiters.length > 0) {
      const before = lane.limits.find(({ key }) => this.#lines.get(key)?.precedes(lane));
      if (before !== undefined) {
        this.#stand(lane, before.key);
        return;
      }
      const answer = takeAll(lane.limits);
      if (isPromise(answer)) {
        this.#await(lane, answer, from);
        return;
      }
      if (this.#settle(lane, answer, from)) return;
    }
    this.#lanes.delete(lane.name);
  }

  #await(lane: Lane, asked: Promise<Answer>, from?: WaitingLine): void {
    this.#lanes.set(lane.name, lane);
    lane.asking = true;
    asked.then((answer) => {
      lane.asking = false;
      if (!this.#settle(lane, answer, from)) this.#advance(lane, from);
    });
  }

  /** Applies an answer to the lane's first call. True: refused, and the lane now stands at a key. */
  #settle(lane: Lane, answer: Answer, from?: WaitingLine): boolean {
    const [waiter] = lane.waiters;
    if (waiter === undefined) {
      // All of them gave up while a shared store was thinking.
      if (!isRefusal(answer)) giveBackAll(lane.limits, answer);
      return false;
    }
    if (!isRefusal(answer)) {
      this.#remove(lane, waiter);
      from?.serve(lane);
      waiter.admit(answer);
      return false;
    }
    const { key, wait } = answer;
    const wakeAt = this.#clock.mono() + wait;
    if (key !== undefined && (wakeAt === NEVER || wakeAt <= waiter.deadlineAt)) {
      this.#stand(lane, key, wakeAt);
      return true;
    }
    this.#remove(lane, waiter);
    waiter.reject(key === undefined ? answer.fault : waiter.tooLate(wait));
    return false;
  }

  /** Lets the calls in this line through until its key refuses. */
  #pump(line: WaitingLine): void {
    line.wakeAt = NEVER;
    for (let lane = line.first; lane !== undefined; lane = line.first) {
      line.remove(lane);
      lane.at = undefined;
      this.#advance(lane, line);
      // Again the first: refused here, as all behind it would be.
      if (lane === line.first) return;
      if (lane.asking && line.first !== undefined) {
        this.#wakeAt(line, this.#clock.mono());
        return;
      }
    }
    this.#close(line);
  }

  /** Where it is the first one, the line wakes for it. */
  #stand(lane: Lane, key: string, wakeAt: number = NEVER): void {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new WaitingLine(key);
      this.#lines.set(key, line);
    }
    line.add(lane);
    lane.at = line;
    if (line.first === lane) this.#wakeAt(line, wakeAt);
  }

  #abandon(lane: Lane, waiter: Waiter, reason: unknown): void {
    const { at } = lane;
    const wasFirst = at?.first === lane && lane.waiters[0] === waiter;
    this.#withdraw(lane, waiter, reason);
    // Whoever stood behind it may not need what it waited for.
    if (wasFirst) this.#pump(at);
  }

  #turnAway(lanes: Iterable<Lane>, before: number, reason: (waiter: Waiter) => unknown): void {
    for (const lane of lanes)
      for (const waiter of lane.waiters.filter(({ deadlineAt }) => deadlineAt < before))
        this.#withdraw(lane, waiter, reason(waiter));
  }

  /** Takes a call out wherever it waits. */
  #withdraw(lane: Lane, waiter: Waiter, reason: unknown): void {
    const { at } = lane;
    at?.remove(lane);
    this.#remove(lane, waiter);
    waiter.reject(reason);
    if (at === undefined) return;
    if (lane.waiters.length > 0) {
      at.add(lane);
      return;
    }
    lane.at = undefined;
    this.#lanes.delete(lane.name);
    this.#close(at);
  }

  #remove({ waiters, room }: Lane, waiter: Waiter): void {
    waiters.splice(waiters.indexOf(waiter), 1);
    waiter.leave();
    this.#waiting--;
    const waiting = this.#rooms.get(room)! - 1;
    if (waiting > 0) this.#rooms.set(room, waiting);
    else this.#rooms.delete(room);
  }

  /** A line where nobody stands is forgotten, and the timer of the last one ends. */
  #close(line: WaitingLine): void {
    if (line.first === undefined) this.#lines.delete(line.key);
    if (this.#lines.size === 0) this.#sleepUntil(NEVER);
  }

  #wakeAt(line: WaitingLine, wakeAt: number): void {
    line.wakeAt = wakeAt;
    if (wakeAt < this.#alarm) this.#sleepUntil(wakeAt);
  }

  /** An early timer is harmless: it finds nothing due and is set again. */
  #sleepUntil(at: number): void {
    this.#timer?.abort();
    this.#timer = undefined;
    this.#alarm = at;
    if (at === NEVER) return;
    const timer = new AbortController();
    this.#timer = timer;
    const sleep = async () => this.#clock.sleep(Math.max(0, at - this.#clock.mono()), timer.signal);
    sleep().then(
      () => timer.signal.aborted || this.#onTimer(),
      // Without a clock nobody would ever be woken: whoever waits is told.
      (fault) => timer.signal.aborted || this.#turnAway([...this.#lanes.values()], NEVER, () => fault),
    );
  }

  #onTimer(): void {
    this.#alarm = NEVER;
    const now = this.#clock.mono();
    let soonest = NEVER;
    for (const line of [...this.#lines.values()]) {
      if (line.wakeAt <= now) this.#pump(line);
      soonest = Math.min(soonest, line.wakeAt);
    }
    if (soonest < this.#alarm) this.#sleepUntil(soonest);
  }
}
