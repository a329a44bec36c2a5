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

/** How an option is read (undefined: it makes no sense), and what it must be. */
type Reader<Given, Value> = readonly [(given: Given) => Value | undefined, string];

const duration: Reader<Duration, number> = [
  (given) => {
    const amount = toMilliseconds(given);
    return amount > 0 ? amount : undefined;
  },
  'must be a duration above zero: milliseconds, or a text such as "20s"',
];

const attempts: Reader<NonNullable<CallOptions["retry"]>, number> = [
  (given) => {
    if (given === false) return 1;
    const { maxAttempts } = given;
    return Number.isInteger(maxAttempts) && maxAttempts >= 1 ? maxAttempts : undefined;
  },
  "must be a whole number of at least 1",
];

const priority: Reader<Priority, Priority> = [
  (given) => (["high", "normal", "low"].includes(given) ? given : undefined),
  'must be "high", "normal" or "low"',
];

/** Resolves the options of a call once. Throws an InputValidationError for one that makes no sense. */
export function callSettings(
  operation: OperationDescriptor,
  connection: Connection,
  options: CallOptions,
): CallSettings {
  const { timeouts, retry } = operation.policy;
  const { overrides } = connection;
  const read = <Given, Value>(
    path: readonly string[],
    given: Given | undefined,
    absent: Value,
    [reader, message]: Reader<Given, Value>,
  ): Value => {
    const value = given === undefined ? absent : reader(given);
    if (value === undefined) throw invalidInput(operation, [{ path, message }]);
    return value;
  };
  return {
    tenant: options.tenant ?? connection.tenant,
    idempotencyKey: options.idempotencyKey,
    businessId: options.businessId,
    deadline: read(["deadline"], options.deadline ?? overrides.deadline, timeouts.deadline, duration),
    timeout: read(["timeout"], options.timeout ?? overrides.timeout, timeouts.attempt, duration),
    maxAttempts: read(["retry", "maxAttempts"], options.retry ?? overrides.retry, retry.maxAttempts, attempts),
    priority: read(["priority"], options.priority, "normal", priority),
  };
}
