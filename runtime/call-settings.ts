import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { toMilliseconds } from "./duration.ts";
import type { CallOptions, Duration, Priority } from "./operation.ts";
import { invalidInput } from "./request.ts";

/** What holds for one call: its options, else the client's overrides, else the policy. */
export interface CallSettings {
  readonly tenant: string | undefined;
  /** Milliseconds for everything. */
  readonly deadline: number;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly maxAttempts: number;
  readonly priority: Priority;
}

const priorities: readonly Priority[] = ["high", "normal", "low"];

/** Resolves the options of a call once. Throws an InputValidationError for one that makes no sense. */
export function callSettings(
  operation: OperationDescriptor,
  connection: Connection,
  options: CallOptions,
): CallSettings {
  const { policy } = operation;
  const { overrides } = connection;
  const deadline = options.deadline ?? overrides.deadline;
  const timeout = options.timeout ?? overrides.timeout;
  const retry = options.retry ?? overrides.retry;
  return {
    tenant: options.tenant ?? connection.tenant,
    deadline: deadline === undefined ? policy.timeouts.deadline : milliseconds(operation, "deadline", deadline),
    timeout: timeout === undefined ? policy.timeouts.attempt : milliseconds(operation, "timeout", timeout),
    maxAttempts: retry === undefined ? policy.retry.maxAttempts : attempts(operation, retry),
    priority: options.priority === undefined ? "normal" : priorityOf(operation, options.priority),
  };
}

function milliseconds(operation: OperationDescriptor, option: string, value: Duration): number {
  try {
    const amount = toMilliseconds(value);
    if (amount > 0) return amount;
  } catch {}
  throw invalidInput(operation, [
    { path: [option], message: 'must be a duration above zero: milliseconds, or a text such as "20s"' },
  ]);
}

function attempts(operation: OperationDescriptor, retry: NonNullable<CallOptions["retry"]>): number {
  if (retry === false) return 1;
  if (Number.isInteger(retry.maxAttempts) && retry.maxAttempts >= 1) return retry.maxAttempts;
  throw invalidInput(operation, [{ path: ["retry", "maxAttempts"], message: "must be a whole number of at least 1" }]);
}

function priorityOf(operation: OperationDescriptor, priority: Priority): Priority {
  if (priorities.includes(priority)) return priority;
  throw invalidInput(operation, [{ path: ["priority"], message: 'must be "high", "normal" or "low"' }]);
}
