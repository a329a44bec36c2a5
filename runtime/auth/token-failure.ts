import type { OperationDescriptor } from "../descriptor.ts";
import { AuthenticationError, ConnectorError, type ErrorContext, errorOf, TimeoutError } from "../errors.ts";
import { AuthFailure } from "./auth-failure.ts";

type Context = Partial<ErrorContext>;

/** Why there is no token. */
export class TokenFailure extends AuthFailure {
  readonly #Type: new (
    message: string,
    context: ErrorContext,
  ) => ConnectorError;
  readonly #context: Context;
  /** Milliseconds after which the same request may do; undefined: never. */
  readonly wait: number | undefined;
  /** Milliseconds for which nobody asks the server that gave this answer again. */
  readonly pause: number;

  constructor(
    message: string,
    Type: new (message: string, context: ErrorContext) => ConnectorError,
    context: Context = {},
    wait?: number,
    pause: number = 0,
  ) {
    super(message);
    this.#Type = Type;
    this.#context = context;
    this.wait = wait;
    this.pause = pause;
  }

  override of(operation: OperationDescriptor): ConnectorError {
    return errorOf(operation, this.#Type, this.message, { effect: "none", ...this.#context });
  }
}

/** Repeating what was refused locks accounts. */
const PAUSE_AFTER_REFUSAL = 3_000;

/** An answer that holds no token, with its status; or a store that refuses one. */
export function tokenRefused(message: string, status?: number, retryAt?: number, wait?: number): TokenFailure {
  const name = "AuthenticationError";
  const context = { code: "token", name, retryAt };
  if (status === undefined) return new TokenFailure(message, ConnectorError, context, wait);
  const answered = { ...context, base: name, status, headers: new Headers() };
  return new TokenFailure(message, AuthenticationError as never, answered, wait, wait ?? PAUSE_AFTER_REFUSAL);
}

/** Time ran out. */
export function tokenLate(message: string, wait?: number): TokenFailure {
  return new TokenFailure(message, TimeoutError, { code: "attempt" }, wait);
}
