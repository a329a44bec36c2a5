import type { Clock } from "../../runtime/clock.ts";

/** Time that passes as fast as the work in it is done, in whole milliseconds. */
export interface VirtualTime {
  readonly clock: Clock;
  /** The same as the global one, which it stands in for while `run` runs. */
  after(ms: number, work: () => void): object;
  /** Lets time pass, with everything that becomes due. */
  run(ms: number): Promise<void>;
}

interface Timer {
  work: (() => void) | undefined;
}

export function virtualTime(random: () => number): VirtualTime {
  let now = 0;
  const due = new Map<number, Timer[]>();
  const after = (ms: number, work: () => void): Timer => {
    const at = now + Math.max(1, Math.ceil(ms));
    const timer: Timer = { work };
    const timers = due.get(at);
    if (timers === undefined) due.set(at, [timer]);
    else timers.push(timer);
    return timer;
  };
  const clock: Clock = {
    now: () => Date.UTC(2026, 10, 22) + now,
    mono: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = (): void => {
          timer.work = undefined;
          reject(signal?.reason);
        };
        const timer = after(ms, () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
  };
  return {
    clock,
    after,
    async run(ms) {
      const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
      Object.assign(globalThis, {
        setTimeout: (work: () => void, wait: number) => after(wait, work),
        clearTimeout: (timer: Timer | undefined) => {
          if (timer !== undefined) timer.work = undefined;
        },
      });
      try {
        for (const end = now + ms; now < end; ) {
          now += 1;
          const timers = due.get(now);
          if (timers === undefined) continue;
          due.delete(now);
          for (const timer of timers) timer.work?.();
          // Twice: what reads a body takes more than one turn.
          for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
      }
    },
  };
}
