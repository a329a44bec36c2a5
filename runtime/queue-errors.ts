import type { OperationDescriptor } from "./descriptor.ts";
import { errorOf, QueueFullError } from "./errors.ts";

/** Too many calls wait already; `advice` says what else would help than to send fewer. */
export function queueFull(operation: OperationDescriptor, waiting: string, advice: string = ""): QueueFullError {
  const text = `${waiting}. Send fewer at the same time${advice}.`;
  return errorOf(operation, QueueFullError, text, { effect: "none", code: "queue" });
}

/** A wait of so many milliseconds, which the deadline or another `bound` does not allow. `now` is epoch milliseconds. */
export function tooLate(operation: OperationDescriptor, wait: number, bound: string, now: number): QueueFullError {
  const seconds = Math.ceil(wait / 100) / 10;
  const text = `the rate limit admits this call in ${seconds} s, after its ${bound}. Try again at retryAt, or give it a longer ${bound}.`;
  return errorOf(operation, QueueFullError, text, { effect: "none", code: "wait", retryAt: now + wait });
}
