import type { ApiErrorBase } from "./descriptor.ts";
import { ownOptions } from "./own-options.ts";
import { printable } from "./printable.ts";
import type { DeprecationNotice } from "./telemetry.ts";

/**
 * What a failed call may have done at the provider. `none`: surely nothing. `unknown`: perhaps it took effect.
 * `applied`: it took effect, but its answer could not be used. It speaks of all attempts of the call together.
 */
export type Effect = "none" | "unknown" | "applied";

/** What every error knows of its call. */
export interface ErrorContext {
  readonly provider: string;
  readonly version: string;
  /** `namespace.method`. */
  readonly operation: string;
  readonly effect: Effect;
  readonly code?: string | undefined;
  /** Epoch milliseconds from which trying again makes sense. */
  readonly retryAt?: number | undefined;
  /** Attempts that were sent; absent is 0. */
  readonly attempts?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("@couplet/runtime/error");

/** What an answer brought is kept from logs: not enumerable. */
const unlogged: readonly string[] = ["body", "headers", "value"];

/**
 * Base of everything a call rejects with, except a caller's own abort reason. Recognise it with `isConnectorError`,
 * which also works across two copies of this package. `toJSON` and the message never hold a body, a header or a secret.
 */
export class ConnectorError extends Error {
  override name: string = "ConnectorError";
  declare readonly provider: string;
  declare readonly version: string;
  declare readonly operation: string;
  declare readonly effect: Effect;
  /** Sent attempts; 0 when the call was refused before anything left. */
  declare readonly attempts: number;
  /** Machine-readable reason: the runtime's for local failures, the provider's for its own errors. */
  declare readonly code?: string;
  /** Epoch milliseconds from which trying again makes sense. */
  declare readonly retryAt?: number;
  declare readonly requestId?: string;

  /** All of the context becomes properties; what is undefined is left out, but a body. */
  constructor(message: string, { cause, attempts = 0, ...context }: ErrorContext) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, brand, { value: true });
    for (const [name, value] of Object.entries({ ...context, attempts })) {
      const enumerable = !unlogged.includes(name);
      if (value !== undefined || !enumerable)
        Object.defineProperty(this, name, { value, enumerable, writable: true, configurable: true });
    }
  }

  /** What may be logged: no body, no headers, no cause. */
  toJSON(): Record<string, unknown> {
    return { message: this.message, ...(this as object) };
  }
}

export interface ApiErrorContext<Body = unknown> extends ErrorContext {
  /** The policy's name for it, or the base class. */
  readonly name: string;
  readonly base: ApiErrorBase;
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/**
 * The provider answered with an error. `name` is the policy's name for it (`CardError`) or else its class;
 * `base` is the class, by status, that all providers share.
 */
export class ApiError<Body = unknown> extends ConnectorError {
  declare name: string;
  declare readonly base: ApiErrorBase;
  declare readonly status: number;
  /** Decoded as the document describes it, else text; not enumerable, so that logging the error does not show it. */
  declare readonly body: Body;
  /** Not enumerable. */
  declare readonly headers: Headers;

  constructor(message: string, context: ApiErrorContext<Body>) {
    super(message, context);
  }
}

/** 400 and 422. */
export class InvalidRequestError<Body = unknown> extends ApiError<Body> {}
/** 401. */
export class AuthenticationError<Body = unknown> extends ApiError<Body> {}
/** 403. */
export class PermissionError<Body = unknown> extends ApiError<Body> {}
/** 404 and 410. */
export class NotFoundError<Body = unknown> extends ApiError<Body> {}
/** 409. */
export class ConflictError<Body = unknown> extends ApiError<Body> {}
/** 429. A refusal by the client's own limiter is a `QueueFullError`. */
export class RateLimitError<Body = unknown> extends ApiError<Body> {}
/** 500 and above. */
export class ServerError<Body = unknown> extends ApiError<Body> {}

/** No complete answer: DNS, connection, TLS, reset, truncation. `code` is the system's, for example `ECONNRESET`. */
export class NetworkError extends ConnectorError {
  override name: string = "NetworkError";
}

/** Time ran out; `code` says whose: `deadline` (the whole call), `attempt` (the last attempt) or `idle` (a stream). */
export class TimeoutError extends ConnectorError {
  override name: string = "TimeoutError";
  declare readonly code: "deadline" | "attempt" | "idle";
}

/**
 * Refused by the client itself before anything was sent. `code` is `queue` when too many calls already wait, or
 * `wait` when the rate limit would admit the call only after its deadline; `retryAt` says when it would.
 */
export class QueueFullError extends ConnectorError {
  override name: string = "QueueFullError";
  declare readonly code: "queue" | "wait";
}

/**
 * The provider keeps failing, so the call was held back; nothing of this attempt was sent. `code` is `open` or `probing`
 * when the deadline leaves no time to wait until `retryAt`, and `queue` when too many calls already wait.
 */
export class CircuitOpenError extends ConnectorError {
  override name: string = "CircuitOpenError";
  declare readonly code: "open" | "probing" | "queue";
}

/** A redirect that is not followed: another origin, not a GET or HEAD, too many, or no usable Location. */
export class RedirectError extends ConnectorError {
  override name: string = "RedirectError";
  declare readonly code: "origin" | "method" | "count" | "location";
}

/** The decompressed answer is larger than the policy's `maxResponse`. */
export class ResponseTooLargeError extends ConnectorError {
  override name: string = "ResponseTooLargeError";
}

/** A complete answer that is not what its media type promises, or holds a number that would be rounded. */
export class DecodeError extends ConnectorError {
  override name: string = "DecodeError";
}

/** One thing that is wrong with a value. */
export interface Issue {
  /** Keys and indexes from the root of the value. */
  readonly path: readonly PropertyKey[];
  /** Without the value itself. */
  readonly message: string;
}

/** The input of the call is wrong; nothing was sent. */
export class InputValidationError extends ConnectorError {
  override name: string = "InputValidationError";
  declare readonly issues: readonly Issue[];

  constructor(message: string, context: ErrorContext & { readonly issues: readonly Issue[] }) {
    super(message, context);
  }
}

/** The answer came, but is not of the declared shape. It is never a reason to send the request again. */
export class ResponseValidationError extends ConnectorError {
  override name: string = "ResponseValidationError";
  declare readonly issues: readonly Issue[];
  declare readonly status: number;
  /** The decoded answer; not enumerable. */
  declare readonly value: unknown;

  constructor(
    message: string,
    context: ErrorContext & { readonly issues: readonly Issue[]; readonly status: number; readonly value: unknown },
  ) {
    super(message, context);
  }
}

/**
 * The answer announces the end of the operation, and the policy says `versioning.deprecation: fail`. The call took effect.
 */
export class DeprecationError extends ConnectorError {
  override name: string = "DeprecationError";
  declare readonly notice: DeprecationNotice;
  /** The decoded answer; not enumerable. */
  declare readonly value: unknown;

  constructor(
    message: string,
    context: ErrorContext & { readonly notice: DeprecationNotice; readonly value: unknown },
  ) {
    super(message, context);
  }
}

/** The credential is dead (revoked, expired for good): a person has to authorise again. */
export class ReauthorizationRequiredError extends ConnectorError {
  override name: string = "ReauthorizationRequiredError";
}

type ApiErrorClass = new <Body>(message: string, context: ApiErrorContext<Body>) => ApiError<Body>;

/** The error classes and the status codes that they are for; `ServerError` is for all from 500 on, `ApiError` for the rest. */
const classes: Readonly<Record<ApiErrorBase, readonly [ApiErrorClass, ...(readonly number[])]>> = {
  ApiError: [ApiError],
  InvalidRequestError: [InvalidRequestError, 400, 422],
  AuthenticationError: [AuthenticationError, 401],
  PermissionError: [PermissionError, 403],
  NotFoundError: [NotFoundError, 404, 410],
  ConflictError: [ConflictError, 409],
  RateLimitError: [RateLimitError, 429],
  ServerError: [ServerError],
};

/** The shared class of an error: by its name in the policy where that is one, else by the status code. */
export function apiErrorBase(status: number, name: string = ""): ApiErrorBase {
  if (Object.hasOwn(classes, name)) return name as ApiErrorBase;
  if (status >= 500) return "ServerError";
  const found = Object.entries(classes).find(([, [, ...codes]]) => codes.includes(status));
  return found === undefined ? "ApiError" : (found[0] as ApiErrorBase);
}

export function apiErrorClass(base: ApiErrorBase): ApiErrorClass {
  return classes[base][0];
}

/** The errors that are not answers of the provider, by name. */
export interface LocalErrors {
  NetworkError: NetworkError;
  TimeoutError: TimeoutError;
  QueueFullError: QueueFullError;
  CircuitOpenError: CircuitOpenError;
  RedirectError: RedirectError;
  ResponseTooLargeError: ResponseTooLargeError;
  DecodeError: DecodeError;
  InputValidationError: InputValidationError;
  ResponseValidationError: ResponseValidationError;
  DeprecationError: DeprecationError;
  ReauthorizationRequiredError: ReauthorizationRequiredError;
}

/** Whether this is an error of a call; with `name`, one of that kind. By brand, not by class identity. */
export function isConnectorError(error: unknown): error is ConnectorError;
export function isConnectorError<Name extends keyof LocalErrors>(
  error: unknown,
  name: Name,
): error is LocalErrors[Name];
export function isConnectorError(error: unknown, name?: string): boolean {
  if (typeof error !== "object" || error === null || !Object.hasOwn(error, brand)) return false;
  return name === undefined || (error as ConnectorError).name === name;
}

/** Whether the provider answered with an error; `name` may be the policy's name or the shared class. */
export function isApiError(error: unknown, name?: string): error is ApiError {
  if (!isConnectorError(error) || !Object.hasOwn(error, "base")) return false;
  return name === undefined || error.name === name || (error as ApiError).base === name;
}

type Subject = { readonly id: string; readonly connector: { readonly provider: string; readonly version: string } };

/** The start of every message: `charges.create (pay 2026-09-30)`. */
export function subject({ id, connector: { provider, version } }: Subject): string {
  return `${printable(id)} (${printable(provider)} ${printable(version)})`;
}

export type ErrorType = new (message: string, context: never) => ConnectorError;

/** What an error of this class knows beside its operation. */
export type Known<Type extends ErrorType> = Omit<ConstructorParameters<Type>[1], "provider" | "version" | "operation">;

/** An error of this operation, with its name before the text. */
export function errorOf<Type extends ErrorType>(
  operation: Subject,
  Type: Type,
  text: string,
  known: Known<Type>,
): InstanceType<Type> {
  const { provider, version } = operation.connector;
  const context = ownOptions({ provider, version, operation: operation.id, ...known }) as never;
  return new Type(`${subject(operation)}: ${text}`, context) as InstanceType<Type>;
}
