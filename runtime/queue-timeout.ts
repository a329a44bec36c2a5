import type { Connection } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { QueueFullError } from "./errors.ts";
import { contextOf, type Final, sentence } from "./failure.ts";

/** The call that waits. */
export interface QueuedRun {
  readonly operation: OperationDescriptor;
  readonly deadline: Deadline;
  readonly final: Final;
  readonly bound: { readonly connection: Connection };
}

/** A runtime feature: waits for leave to send, but no longer than `limit` milliseconds. */
export type QueueTimeout = <T>(run: QueuedRun, permit: Promise<T>, limit: number) => Promise<T>;

/**
 * Rejects with a QueueFullError of code `wait`, or with the deadline's error where that comes first. A wait that is known
 * to be longer is refused before it begins; this ends those whose end nobody knows, such as for another call to finish.
 */
export const queueTimeout: QueueTimeout = ({ operation, deadline, final, bound }, permit, limit) => {
  const late = (): QueueFullError => {
    // Who waited so long in vain can only guess that it takes as long again.
    const known: Final = { ...final, retryAt: bound.connection.clock.now() + limit };
    const text = `no limit let it through within the queue timeout of ${limit} ms`;
    return new QueueFullError(sentence(operation, text, known), { ...contextOf(operation, known), code: "wait" });
  };
  return deadline.guard(permit, limit, late);
};
