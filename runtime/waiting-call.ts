/** A call that has to wait until all its admissions have room at the same moment. */
export interface WaitingCall {
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  /** Called when the call begins to wait beside `waiting` others of the client, and may throw to refuse it. */
  onQueue(waiting: number): void;
  /** Called when it no longer waits. */
  onUnqueue(): void;
  /** The error for a wait of so many milliseconds, which the deadline does not allow. */
  tooLate(wait: number): unknown;
}

/** Its place in the queue. */
export interface Waiter {
  readonly call: WaitingCall;
  /** Smaller came earlier. */
  readonly order: number;
  readonly admit: (slots: readonly unknown[]) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
}
