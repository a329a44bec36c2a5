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
  readonly #clock: Clock;
  readonly #caller: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #interrupt: ((reason: unknown) => void) | undefined;
  readonly #onAbort = (): void => {
    this.#controller?.abort(this.#caller?.reason);
    this.#interrupt?.(this.#caller?.reason);
  };

  constructor(clock: Clock, limit: number, caller: AbortSignal | undefined) {
    this.#clock = clock;
    this.#caller = caller;
    this.at = clock.mono() + limit;
    caller?.addEventListener("abort", this.#onAbort);
  }

  /** Aborted by the caller, or by a time limit of the current attempt. A new one after each such limit. */
  get signal(): AbortSignal {
    if (this.#controller === undefined || (this.#controller.signal.aborted && this.#caller?.aborted !== true)) {
      this.#controller = new AbortController();
    }
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline; may be negative. */
  get remaining(): number {
    return this.at - this.#clock.mono();
  }

  get aborted(): boolean {
    return this.#caller?.aborted === true;
  }

  throwIfAborted(): void {
    if (this.#caller?.aborted === true) throw this.#caller.reason;
  }

  /**
   * Waits for work, but no longer than `limit` milliseconds and only until the caller aborts, whether or not the
   * work listens to its signal. `late` makes the error for the time limit.
   */
  guard<T>(work: PromiseLike<T>, limit: number, late: () => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#interrupt = undefined;
      };
      const interrupt = (reason: unknown): void => {
        end();
        reject(reason);
      };
      const timer = setTimeout(
        () => {
          const error = late();
          this.#controller?.abort(error);
          interrupt(error);
        },
        Math.min(Math.max(limit, 0), longestTimer),
      );
      this.#interrupt = interrupt;
      work.then(
        (value) => {
          end();
          resolve(value);
        },
        (error) => {
          end();
          reject(error);
        },
      );
      if (this.#caller?.aborted === true) interrupt(this.#caller.reason);
    });
  }

  close(): void {
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }
}
