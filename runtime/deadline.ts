import type { Clock } from "./clock.ts";

/** setTimeout fires at once for anything longer. */
const longestTimer = 0x7fff_ffff;

/**
 * The time and the end of one call: its deadline, the caller's signal, and the signal that the current attempt
 * hands to `fetch`. At most one timer at a time, one listener on the caller's signal; `close` leaves neither.
 * Waits for input and output run on real timers; what is left of the deadline is read from the clock.
 */
export class Deadline {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly caller: AbortSignal | undefined;
  readonly #clock: Clock;
  #controller: AbortController | undefined;
  #interrupt: ((reason: unknown) => void) | undefined;

  constructor(clock: Clock, limit: number, caller: AbortSignal | undefined) {
    this.#clock = clock;
    this.caller = caller;
    this.at = clock.mono() + limit;
    caller?.addEventListener("abort", this);
  }

  /** The caller aborts. */
  handleEvent(): void {
    const { reason } = this.caller!;
    this.#controller?.abort(reason);
    this.#interrupt?.(reason);
  }

  /** Aborted by the caller, or by a time limit of the current attempt. A new one after each such limit. */
  get signal(): AbortSignal {
    if (this.#controller === undefined || (this.#controller.signal.aborted && !this.caller?.aborted))
      this.#controller = new AbortController();
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline; may be negative. */
  get remaining(): number {
    return this.at - this.#clock.mono();
  }

  throwIfAborted(): void {
    if (this.caller?.aborted) throw this.caller.reason;
  }

  /**
   * Waits for work, but no longer than `limit` milliseconds and only until the caller aborts, whether or not the
   * work listens to its signal. `late` makes the error for the time limit.
   */
  guard<T>(work: PromiseLike<T>, limit: number, late: () => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const interrupt = (reason: unknown): void => {
        clearTimeout(timer);
        reject(reason);
      };
      const timer = setTimeout(
        () => {
          const error = late();
          this.#controller?.abort(error);
          reject(error);
        },
        Math.min(Math.max(limit, 0), longestTimer),
      );
      // It may be called when the wait is over, and changes nothing then.
      this.#interrupt = interrupt;
      work.then((value) => {
        clearTimeout(timer);
        resolve(value);
      }, interrupt);
      if (this.caller?.aborted) interrupt(this.caller.reason);
    });
  }

  close(): void {
    this.caller?.removeEventListener("abort", this);
  }
}
