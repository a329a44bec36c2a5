import type { OperationDescriptor } from "../descriptor.ts";
import { ConnectorError, type ErrorContext, subject } from "../errors.ts";

/**
 * Why there are no credentials: they are missing or unusable. Shared by every call that waits for them, so it names no
 * operation; never holds a secret.
 */
export class AuthFailure extends Error {
  /** The error of one call. */
  toError(message: string, context: ErrorContext): ConnectorError {
    const error = new ConnectorError(message, { code: "credential", ...context });
    error.name = "AuthenticationError";
    return error;
  }
}

/** Throws a failure that a call may share with others in the name of that call, and anything else as it is. */
export function inNameOf(operation: OperationDescriptor): (failure: unknown) => never {
  return (failure) => {
    if (!(failure instanceof AuthFailure)) throw failure;
    const { message, cause } = failure;
    const { provider, version } = operation.connector;
    const context: ErrorContext = { provider, version, operation: operation.id, effect: "none", cause };
    throw failure.toError(`${subject(operation)}: ${message}`, context);
  };
}
