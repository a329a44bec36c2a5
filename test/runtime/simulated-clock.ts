import type { Clock } from "../../runtime/clock.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export interface SimulatedClock extends Clock {
  /** Moves time on, waking sleepers one after the other at their own moments. */
  advance(ms: number): Promise<void>;
  /** Moves time to the next sleeper, if there is one. */
  next(): Promise<boolean>;
  /** Sleeps that are under way. */
  readonly timers: number;
}

export function simulatedClock(options: { start?: number; random?: () => number } = {}): SimulatedClock {
  const start = options.start ?? Date.UTC(2026, 10, 22);
  let elapsed = 0;
  const sleepers = new Set<Sleeper>();
  const soonest = () => [...sleepers].sort((one, other) => one.at - other.at)[0];
  const wake = async (sleeper: Sleeper) => {
    elapsed = Math.max(elapsed, sleeper.at);
    sleepers.delete(sleeper);
    sleeper.wake();
    await settled();
  };
  return {
    now: () => start + elapsed,
    mono: () => elapsed,
    random: options.random ?? (() => 0.5),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper: Sleeper = {
          at: elapsed + ms,
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.add(sleeper);
      });
    },
    async advance(ms) {
      const end = elapsed + ms;
      await settled();
      for (let sleeper = soonest(); sleeper !== undefined && sleeper.at <= end; sleeper = soonest())
        await wake(sleeper);
      elapsed = end;
      await settled();
    },
    async next() {
      await settled();
      const sleeper = soonest();
      if (sleeper === undefined) return false;
      await wake(sleeper);
      return true;
    },
    get timers() {
      return sleepers.size;
    },
  };
}

/** Lets all work that only waits for promises go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
