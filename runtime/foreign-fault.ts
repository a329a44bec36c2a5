import type { OperationDescriptor } from "./descriptor.ts";
import { ConnectorError } from "./errors.ts";
import { contextOf, type Final, sentence } from "./failure.ts";
import { printable } from "./printable.ts";
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
  const said = printable(redactor.text(error instanceof Error ? error.message : String(error)));
  const text = `something that this client was given or runs on (a store, the clock, a validator) failed: ${said}`;
  return new ConnectorError(sentence(operation, text, final), {
    ...contextOf(operation, final),
    code: "given",
    cause: redactedCause(error, redactor),
  });
}
