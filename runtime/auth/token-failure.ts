import { type ConnectorError, createApiError, type ErrorContext, NetworkError, TimeoutError } from "../errors.ts";
import { AuthFailure } from "./auth-failure.ts";

interface Details {
  /** Of the answer, where there was one. */
  readonly status?: number;
  /** Epoch milliseconds. */
  readonly retryAt?: number | undefined;
  /** Milliseconds after which the same request may do; absent: never. */
  readonly wait?: number;
  readonly cause?: unknown;
}

/** Why there is no token: `network` and `timeout` are no answer, `refused` is one without a token. */
export class TokenFailure extends AuthFailure {
  readonly #kind: "network" | "timeout" | "refused";
  readonly #details: Details;

  constructor(kind: "network" | "timeout" | "refused", message: string, details: Details = {}) {
    super(message, details);
    this.#kind = kind;
    this.#details = details;
  }

  get wait(): number | undefined {
    return this.#details.wait;
  }

  override toError(message: string, given: ErrorContext): ConnectorError {
    const { status, retryAt } = this.#details;
    const context = { ...given, retryAt, code: "token" };
    if (this.#kind === "network") return new NetworkError(message, context);
    if (this.#kind === "timeout") return new TimeoutError(message, { ...context, code: "attempt" });
    if (status === undefined) return super.toError(message, context);
    const name = "AuthenticationError";
    return createApiError(message, { ...context, name, base: name, status, body: undefined, headers: new Headers() });
  }
}
