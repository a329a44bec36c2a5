import type { OperationDescriptor } from "../descriptor.ts";
import { ConnectorError, errorOf } from "../errors.ts";

/**
 * Why there are no credentials: they are missing or unusable. Shared by every call that waits for them, so it names no
 * operation; never holds a secret.
 */
export class AuthFailure extends Error {
  /** The error of one call. */
  of(operation: OperationDescriptor): ConnectorError {
    const context = { effect: "none", code: "credential", name: "AuthenticationError", cause: this.cause } as const;
    return errorOf(operation, ConnectorError, this.message, context);
  }
}

/** Throws a failure that a call may share with others in the name of that call, and anything else as it is. */
export function inNameOf(operation: OperationDescriptor): (failure: unknown) => never {
  return (failure) => {
    throw failure instanceof AuthFailure ? failure.of(operation) : failure;
  };
}
