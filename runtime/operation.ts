/** The contract between a generated operation, its types, and the caller. */
import type { OperationDescriptor } from "./descriptor.ts";
import type { ApiError, ConnectorError } from "./errors.ts";

/**
 * A generated operation: data, carrying the types of its input, its output and its results.
 * `Item` is the type of one item over all pages when the operation is paginated.
 */
export interface Operation<Input, Output, Outcome = Success<number, Output> | Failure<number, unknown>, Item = never>
  extends OperationDescriptor {
  /** Only for the type checker; never present. */
  readonly "~types"?: { input: Input; output: Output; outcome: Outcome; item: Item };
}

/** Marks a descriptor as an operation of these types. Returns the descriptor itself. */
export function operation<Input, Output, Outcome, Item>(
  descriptor: OperationDescriptor,
): Operation<Input, Output, Outcome, Item> {
  return descriptor;
}

/** A result whose status the document declares as success. */
export interface Success<Status extends number, Data> {
  readonly ok: true;
  readonly status: Status;
  readonly data: Data;
  readonly response: Response;
  readonly meta: CallMeta;
}

/** A result whose status the document (or an error rule) declares as an error; the error carries its typed body. */
export interface Failure<Status extends number, Body> {
  readonly ok: false;
  readonly status: Status;
  readonly error: ApiError<Body>;
}

/** No usable answer: network, timeout, validation, refused by a limit. */
export interface Unanswered {
  readonly ok: false;
  readonly status: undefined;
  readonly error: ConnectorError;
}

/** What happened on the way to a result. */
export interface CallMeta {
  /** Attempts sent, the first included. */
  readonly attempts: number;
  /** The idempotency key that was sent, if any. */
  readonly idempotencyKey?: string;
  /** The provider's request id, where the policy says where to find it. */
  readonly requestId?: string;
  /** True when the provider says that it replayed a stored answer. */
  readonly replayed?: true;
}

/**
 * A running call. Awaiting it gives the data; `withResponse()` adds the `Response` and what happened;
 * `result()` never rejects for an answer of the provider or a fault on the way, and tells them apart by `ok` and `status`.
 * A caller's abort still rejects, with `signal.reason`.
 */
export interface Call<Output, Outcome = Success<number, Output> | Failure<number, unknown>> extends Promise<Output> {
  withResponse(): Promise<{ readonly data: Output; readonly response: Response; readonly meta: CallMeta }>;
  result(): Promise<Outcome | Unanswered>;
}

/** A call of a paginated operation: await it for the first page, iterate it for the items of all pages. */
export interface PagedCall<Output, Item, Outcome = Success<number, Output> | Failure<number, unknown>>
  extends Call<Output, Outcome>,
    AsyncIterable<Item> {
  /** Iterates whole pages. */
  pages(): AsyncIterable<Output>;
}

/** Milliseconds as a number, or a number with a unit: `"250ms"`, `"20s"`, `"5m"`, `"1h"`, `"1d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Everything: queueing, waits, all attempts. */
  readonly deadline?: Duration;
  /** One attempt. */
  readonly timeout?: Duration;
  /** `false`, or the greatest number of attempts. */
  readonly retry?: false | { readonly maxAttempts: number };
  /** Sent where the policy declares a key; the caller answers for its being one per business act. */
  readonly idempotencyKey?: string;
  /** Names one business act, for example `order:42:charge`; the key is derived from it, so it survives a crash. */
  readonly businessId?: string;
  /** Added to (or, with `null`, removed from) the request; credentials cannot be set here. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly tenant?: string;
}
