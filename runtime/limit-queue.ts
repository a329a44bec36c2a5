import type { Clock } from "./clock.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { isPromise } from "./is-promise.ts";
import type { Permit, TimeToWait } from "./limits.ts";
import { queueFull, tooLate } from "./queue-errors.ts";
import { type Refusal, TakenLimits } from "./taken-limits.ts";
import { type Lane, type Waiter, WaitingLine } from "./waiting-line.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Calls of one client that may wait, of all tenants together: memory has a bound even when no policy sets one. */
const MOST_WAITING = 50_000;

/** As `Limits.admit`. Calls whose lanes have the same name wait in one of them. */
type LimitQueue = (lane: Lane, operation: OperationDescriptor, time: TimeToWait) => Permit | Promise<Permit>;

/**
 * Lets calls through when every one of their limits has room, in the order of `WaitingLine`. A call waits behind others
 * only at a key that refuses them all, so a slow endpoint does not hold up the rest of its account. One timer for all
 * waiting calls, none when nobody waits.
 */
export function limitQueue(clock: Clock): LimitQueue {
  /** Those with calls that wait, by name. A lane stands at a line, or a shared store thinks about its first call. */
  const lanes = new Map<string, Lane>();
  const lines = new Map<string, WaitingLine>();
  /** How many calls wait, in each room and in all. */
  const rooms = new Map<string, number>();
  let waiting = 0;
  let orders = 0;
  let timer: AbortController | undefined;
  /** When the timer ends; no line wakes before. */
  let alarm = NEVER;

  /** `asked`: a shared store thinks about it already. */
  const enqueue = (
    own: Lane,
    operation: OperationDescriptor,
    { signal, deadlineAt, bound = "deadline" }: TimeToWait,
    permit: TakenLimits,
    asked: Promise<Refusal | undefined> | undefined,
  ): Promise<Permit> =>
    new Promise((resolve, reject) => {
      const lane = lanes.get(own.name) ?? own;
      const onAbort = () => abandon(lane, waiter, signal.reason);
      const waiter: Waiter = {
        order: orders++,
        deadlineAt,
        permit,
        tooLate: (wait) => tooLate(operation, wait, bound, clock.now()),
        leave: () => signal.removeEventListener("abort", onAbort),
        resolve,
        reject,
      };
      // Also where this call cannot wait: then what is granted is given back.
      if (asked !== undefined) hear(lane, waiter, asked);
      signal.throwIfAborted();
      const wait = waitBehind(lane);
      if (clock.mono() + wait > deadlineAt) throw waiter.tooLate(wait);
      enter(lane.room, operation);
      signal.addEventListener("abort", onAbort, { once: true });
      lane.waiters.push(waiter);
      if (!lanes.has(lane.name)) advance(lane);
    });

  /** Takes a place in the room, if there is one. */
  const enter = (room: string, operation: OperationDescriptor): void => {
    const most = operation.policy.concurrency?.queue ?? NEVER;
    const here = rooms.get(room) ?? 0;
    if (waiting >= MOST_WAITING) throw queueFull(operation, `${MOST_WAITING} calls already wait in this client`);
    if (here >= most) throw queueFull(operation, `${most} calls already wait here`, ", or raise concurrency.queue");
    rooms.set(room, here + 1);
    waiting++;
  };

  /** The wait behind those who go first, as far as it is known. */
  const waitBehind = (lane: Lane): number => {
    const waits = lane.limits.flatMap((limit) => {
      const line = lines.get(limit.key);
      const ahead = line?.ahead(lane) ?? lane.waiters.length * limit.cost();
      // Nobody goes on before the first one does.
      const first = lane.at === undefined && line?.precedes(lane) ? line.wakeAt - clock.mono() : 0;
      return [first, ahead > 0 ? limit.waitBehind(ahead) : 0];
    });
    return Math.max(...waits.filter((wait) => wait < NEVER));
  };

  /** Lets the lane's calls through until one has to wait, for others or for a limit. */
  const advance = (lane: Lane): void => {
    for (let [waiter] = lane.waiters; waiter !== undefined; [waiter] = lane.waiters) {
      const before = lane.limits.find(({ key }) => lines.get(key)?.precedes(lane));
      if (before !== undefined) {
        stand(lane, before.key);
        return;
      }
      const refusal = waiter.permit.take();
      if (isPromise(refusal)) {
        hear(lane, waiter, refusal);
        return;
      }
      if (isHeld(lane, waiter, refusal)) return;
    }
    lanes.delete(lane.name);
  };

  /** Waits for a shared store. */
  const hear = (lane: Lane, waiter: Waiter, asked: Promise<Refusal | undefined>): void => {
    lanes.set(lane.name, lane);
    asked.then((refusal) => {
      if (!isHeld(lane, waiter, refusal)) advance(lane);
      if (refusal === undefined) return;
      // Others may have been refused what it held meanwhile, and no time that they know of wakes them.
      for (const { key } of lane.limits) {
        const line = lines.get(key);
        if (key !== refusal.key && line?.wakeAt === NEVER) pump(line);
      }
    });
  };

  /** Applies what the limits say to the lane's first call. True: refused, and the lane now stands at a key. */
  const isHeld = (lane: Lane, waiter: Waiter, refusal: Refusal | undefined): boolean => {
    if (waiter !== lane.waiters[0]) {
      // It gave up while a shared store was thinking.
      if (refusal === undefined) waiter.permit.release();
    } else if (refusal === undefined) {
      remove(lane, waiter);
      for (const limit of lane.limits) lines.get(limit.key)?.serve(lane, limit.cost());
      waiter.resolve(waiter.permit);
    } else {
      const { key, wait, fault } = refusal;
      const wakeAt = clock.mono() + wait;
      if (key !== undefined && (wakeAt === NEVER || wakeAt <= waiter.deadlineAt)) {
        stand(lane, key, wakeAt);
        return true;
      }
      remove(lane, waiter);
      waiter.reject(key === undefined ? fault : waiter.tooLate(wait));
    }
    return false;
  };

  /** Lets the calls in this line through until its key refuses. */
  const pump = (line: WaitingLine): void => {
    line.wakeAt = NEVER;
    for (let lane = line.first; lane !== undefined; lane = line.first) {
      line.remove(lane);
      advance(lane);
      // Again the first: refused here, as all behind it would be.
      if (lane === line.first) return;
      // A shared store thinks: the next one asks a little later.
      if (lane.at === undefined && lane.waiters.length > 0 && line.first !== undefined) {
        wakeLater(line, clock.mono());
        return;
      }
    }
    close(line);
  };

  /** Where it is the first one, the line wakes for it. */
  const stand = (lane: Lane, key: string, wakeAt: number = NEVER): void => {
    let line = lines.get(key);
    if (line === undefined) {
      line = new WaitingLine(key);
      lines.set(key, line);
    }
    lanes.set(lane.name, lane);
    line.add(lane);
    if (line.first === lane) wakeLater(line, wakeAt);
  };

  const abandon = (lane: Lane, waiter: Waiter, reason: unknown): void => {
    const { at } = lane;
    const wasFirst = at?.first === lane && lane.waiters[0] === waiter;
    withdraw(lane, waiter, reason);
    // Whoever stood behind it may not need what it waited for.
    if (wasFirst) pump(at);
  };

  const turnAway = (from: Iterable<Lane>, before: number, reason: (waiter: Waiter) => unknown): void => {
    for (const lane of from)
      for (const waiter of lane.waiters.filter(({ deadlineAt }) => deadlineAt < before))
        withdraw(lane, waiter, reason(waiter));
  };

  /** Takes a call out wherever it waits. */
  const withdraw = (lane: Lane, waiter: Waiter, reason: unknown): void => {
    const { at } = lane;
    at?.remove(lane);
    remove(lane, waiter);
    waiter.reject(reason);
    if (at === undefined) return;
    if (lane.waiters.length > 0) at.add(lane);
    else lanes.delete(lane.name);
    close(at);
  };

  const remove = ({ waiters, room }: Lane, waiter: Waiter): void => {
    waiters.splice(waiters.indexOf(waiter), 1);
    waiter.leave();
    waiting--;
    const here = rooms.get(room)! - 1;
    if (here > 0) rooms.set(room, here);
    else rooms.delete(room);
  };

  /** A line where nobody stands is forgotten, and the timer ends with the last one. */
  const close = (line: WaitingLine): void => {
    if (line.first === undefined) lines.delete(line.key);
    if (lines.size === 0) sleepUntil(NEVER);
  };

  const wakeLater = (line: WaitingLine, at: number): void => {
    line.wakeAt = at;
    if (at < alarm) sleepUntil(at);
  };

  const sleepUntil = (at: number): void => {
    timer?.abort();
    timer = at === NEVER ? undefined : new AbortController();
    alarm = at;
    if (timer === undefined) return;
    const { signal } = timer;
    const sleep = async () => clock.sleep(Math.max(0, at - clock.mono()), signal);
    sleep().then(
      () => signal.aborted || onTimer(),
      // Without a clock nobody would ever be woken: whoever waits is told.
      (fault) => signal.aborted || turnAway([...lanes.values()], NEVER, () => fault),
    );
  };

  /** An early timer is harmless: it finds nothing due and is set again. */
  const onTimer = (): void => {
    timer = undefined;
    alarm = NEVER;
    for (const line of [...lines.values()]) {
      if (line.wakeAt <= clock.mono()) pump(line);
      else wakeLater(line, line.wakeAt);
    }
  };

  /** Asks again at a key that may have room now; after a pause, refuses those whose deadline comes before its end. */
  const wake = (key: string, isPaused: boolean = false): void => {
    const line = lines.get(key);
    if (line === undefined) return;
    pump(line);
    const { wakeAt } = line;
    const wait = wakeAt - clock.mono();
    if (isPaused && wakeAt !== NEVER) turnAway([...line.lanes], wakeAt, (waiter) => waiter.tooLate(wait));
  };

  return (lane, operation, time) => {
    const permit = new TakenLimits(lane.limits, wake);
    const isBehind = lanes.size > 0 && (lanes.has(lane.name) || lane.limits.some(({ key }) => lines.has(key)));
    const refusal = isBehind || permit.take();
    if (refusal === undefined) return permit;
    return enqueue(lane, operation, time, permit, isPromise(refusal) ? refusal : undefined);
  };
}
