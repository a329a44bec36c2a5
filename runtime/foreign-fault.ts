import type { OperationDescriptor } from "./descriptor.ts";
import { ConnectorError } from "./errors.ts";
import { callError, type Final, shownMessage } from "./failure.ts";
import type { Redactor } from "./redact.ts";
import { redactedCause } from "./redacted-cause.ts";

/**
 * The error for a fault of something that the client was given (a store, a clock, a validator, the platform's
 * cryptography): whatever fails, a caller learns what the call may have done. `code` is `given`.
 */
export function foreignFault(
  operation: OperationDescriptor,
  error: unknown,
  final: Final,
  redactor: Redactor,
): ConnectorError {
  const said = shownMessage(error, redactor);
  const text = `something that this client was given or runs on (a store, the clock, a validator) failed: ${said}`;
  return callError(operation, ConnectorError, text, final, { code: "given", cause: redactedCause(error, redactor) });
}
