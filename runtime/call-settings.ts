import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { toMilliseconds } from "./duration.ts";
import type { KeyOptions } from "./idempotency.ts";
import type { CallOptions, Duration, Priority } from "./operation.ts";
import { invalidInput } from "./request.ts";

/** What holds for one call: its options, else the client's overrides, else the policy. */
export interface CallSettings extends KeyOptions {
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
  const refuse = (path: readonly string[], message: string): never => {
    throw invalidInput(operation, [{ path, message }]);
  };
  const duration = (name: "deadline" | "timeout", absent: Duration): number => {
    const amount = toMilliseconds(options[name] ?? overrides[name] ?? absent);
    if (amount > 0) return amount;
    return refuse([name], 'must be a duration above zero: milliseconds, or a text such as "20s"');
  };
  const { maxAttempts } = (options.retry ?? overrides.retry ?? policy.retry) || { maxAttempts: 1 };
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1)
    refuse(["retry", "maxAttempts"], "must be a whole number of at least 1");
  const { priority = "normal", idempotencyKey, businessId } = options;
  if (!priorities.includes(priority)) refuse(["priority"], 'must be "high", "normal" or "low"');
  return {
    tenant: options.tenant ?? connection.tenant,
    priority,
    idempotencyKey,
    businessId,
    maxAttempts,
    deadline: duration("deadline", policy.timeouts.deadline),
    timeout: duration("timeout", policy.timeouts.attempt),
  };
}
