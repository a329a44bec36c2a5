/** Time as a value: everything that waits or looks at a clock is given one of these. */
export interface Clock {
  /** Milliseconds since 1970, for moments that leave the process (token expiry, `retryAt`). */
  now(): number;
  /** Milliseconds that never jump, for waits and deadlines. */
  mono(): number;
  /** Resolves after `ms`, never sooner. Rejects with `signal.reason` at once when the signal is or gets aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/** Milliseconds by both clocks of one: the monotonic one stands still while a machine sleeps, the other may be set back. */
export interface Moment {
  readonly now: number;
  readonly mono: number;
}

export function moment(clock: Clock): Moment {
  return { now: clock.now(), mono: clock.mono() };
}

/** Milliseconds since then, never too few: for what somebody else counts too. */
export function elapsed(clock: Clock, { now, mono }: Moment): number {
  return Math.max(clock.now() - now, clock.mono() - mono);
}

/** setTimeout fires at once for anything longer. */
const LONGEST_TIMER = 0x7fff_ffff;

/** The clock of the machine. Its sleeps keep a Node process alive, because somebody awaits them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = performance.now() + ms;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const arm = (): void => {
        // Timers may fire a fraction of a millisecond early, and "never sooner than told" is a promise.
        const left = end - performance.now();
        if (left > 0) {
          timer = setTimeout(arm, Math.min(Math.ceil(left), LONGEST_TIMER));
          return;
        }
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop, { once: true });
      arm();
    }),
};
