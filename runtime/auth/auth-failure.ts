import type { OperationDescriptor } from "../descriptor.ts";
import {
  ConnectorError,
  createApiError,
  type ErrorContext,
  NetworkError,
  ReauthorizationRequiredError,
  subject,
  TimeoutError,
} from "../errors.ts";

/**
 * `credential`: missing or unusable. `network`, `timeout`: the token endpoint gave no answer. `refused`: it answered,
 * but not with a token. `reauthorize`: the grant is dead, a person has to authorise again.
 */
export type AuthFailureKind = "credential" | "network" | "timeout" | "refused" | "reauthorize";

/** Why there are no credentials. Shared by every call that waits for them, so it names no operation; never holds a secret. */
export class AuthFailure extends Error {
  override name: string = "AuthFailure";
  readonly kind: AuthFailureKind;
  /** Of the token endpoint's answer. */
  readonly status: number | undefined;
  /** Epoch milliseconds. */
  readonly retryAt: number | undefined;

  constructor(
    kind: AuthFailureKind,
    message: string,
    details: { readonly status?: number; readonly retryAt?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.retryAt = details.retryAt;
  }
}

/** The error of one call for a failure that it may share with others. Anything else is passed on as it is. */
export function toConnectorError(failure: unknown, operation: OperationDescriptor): unknown {
  if (!(failure instanceof AuthFailure)) return failure;
  const { provider, version } = operation.connector;
  const message = `${subject(operation)}: ${failure.message}`;
  const { cause, retryAt, kind, status } = failure;
  const context: ErrorContext = { provider, version, operation: operation.id, effect: "none", cause, retryAt };
  if (kind === "reauthorize") return new ReauthorizationRequiredError(message, context);
  if (kind === "network") return new NetworkError(message, { ...context, code: "token" });
  if (kind === "timeout") return new TimeoutError(message, { ...context, code: "attempt" });
  const name = "AuthenticationError";
  const code = kind === "refused" ? "token" : "credential";
  if (status === undefined) return Object.assign(new ConnectorError(message, { ...context, code }), { name });
  return createApiError(message, {
    ...context,
    code,
    name,
    base: name,
    status,
    body: undefined,
    headers: new Headers(),
  });
}
