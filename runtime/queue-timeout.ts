import type { Connection } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { QueueFullError } from "./errors.ts";
import { callError, type Final } from "./failure.ts";
import type { TimeToWait } from "./limits.ts";

/** The call that waits. */
interface QueuedRun {
  readonly operation: OperationDescriptor;
  readonly deadline: Deadline;
  readonly final: Final;
  readonly bound: { readonly connection: Connection };
}

/** A runtime feature: how long a wait for limits may be; undefined where the deadline comes before `limit` milliseconds. */
export type QueueTimeout = (run: QueuedRun, limit: number) => TimeToWait | undefined;

/**
 * A wait that is known to be longer is refused before it begins; one whose end nobody knows, such as for another call to
 * finish, ends with the timeout. Both are a QueueFullError of code `wait`.
 */
export const queueTimeout: QueueTimeout = (run, limit) => {
  const { operation, deadline, final } = run;
  const { clock } = run.bound.connection;
  if (limit >= deadline.remaining) return undefined;
  const late = (): QueueFullError => {
    // Who waited so long in vain can only guess that it takes as long again.
    const known: Final = { ...final, retryAt: clock.now() + limit };
    const text = `no limit let it through within the queue timeout of ${limit} ms`;
    return callError(operation, QueueFullError, text, known, { code: "wait" });
  };
  return {
    signal: deadline.signal,
    deadlineAt: clock.mono() + limit,
    bound: "queue timeout",
    within: (permit) => deadline.guard(permit, limit, late),
  };
};
