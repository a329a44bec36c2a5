/** The contract between a generated operation, its types, and the caller. */
import type { OperationDescriptor } from "./descriptor.ts";
import type { ApiError, ConnectorError } from "./errors.ts";

/**
 * A generated operation: data, carrying the types of its input, its output and its results.
 * `Item` is the type of one item over all pages when the operation is paginated, `Streamed` the call of an operation
 * that can answer with a stream as well, `Final` what comes of an operation that ends later than it answers.
 */
export interface Operation<
  Input,
  Output,
  Outcome = Success<number, Output> | Failure<number, unknown>,
  Item = never,
  Headers = NoHeaders,
  Streamed = never,
  Final = never,
> extends OperationDescriptor {
  /** Only for the type checker; never present. */
  readonly "~types"?: {
    input: Input;
    output: Output;
    outcome: Outcome;
    item: Item;
    headers: Headers;
    streamed: Streamed;
    final: Final;
  };
}

/** The document declares no headers. */
export type NoHeaders = Readonly<Record<never, never>>;

/** Marks a descriptor as an operation of these types. Returns the descriptor itself. */
export function operation<Input, Output, Outcome, Item, Headers, Streamed, Final = never>(
  descriptor: OperationDescriptor,
): Operation<Input, Output, Outcome, Item, Headers, Streamed, Final> {
  return descriptor;
}

/** A result whose status the document declares as success. */
export interface Success<Status extends number, Data, Headers = NoHeaders> extends WithResponse<Data, Headers> {
  readonly ok: true;
  readonly status: Status;
}

/** The data of an answer with everything around it. */
export interface WithResponse<Data, Headers = NoHeaders> {
  readonly data: Data;
  readonly response: Response;
  /** The declared headers by lower-cased name, read by their schema. All are optional: proxies and CORS drop headers. */
  readonly headers: Headers;
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
  /** The answer was kept: `fresh` without asking (0 attempts), `revalidated` after the provider said that it still holds. */
  readonly cached?: "fresh" | "revalidated";
  /**
   * True when the operation's own answer was lost, and the answer to a repetition showed that the call had worked: the
   * data is `undefined`, the response that of the repetition.
   */
  readonly inferred?: true;
  /** Of a download: the name in Content-Disposition (RFC 6266), without folders and control characters. */
  readonly fileName?: string;
}

/**
 * A running call. Awaiting it gives the data; `withResponse()` adds the `Response` and what happened;
 * `result()` never rejects for an answer of the provider or a fault on the way, and tells them apart by `ok` and `status`.
 * A caller's abort still rejects, with `signal.reason`.
 */
export interface Call<Output, Outcome = Success<number, Output> | Failure<number, unknown>, Headers = NoHeaders>
  extends Promise<Output> {
  withResponse(): Promise<WithResponse<Output, Headers>>;
  result(): Promise<Outcome | Unanswered>;
}

/** A call of a paginated operation: await it for the first page, iterate it for the items of all pages. */
export interface PagedCall<
  Output,
  Item,
  Outcome = Success<number, Output> | Failure<number, unknown>,
  Headers = NoHeaders,
> extends Call<Output, Outcome, Headers>,
    AsyncIterable<Item> {
  /** Iterates whole pages. */
  pages(): AsyncIterable<Output>;
}

/**
 * A call whose answer says that something has begun, or how it stands: await it for that answer, `completed()` for
 * the end. Ask at any later time, also after a crash, with the operation that tells the state: its calls are
 * `PolledCall`s too.
 */
export interface PolledCall<
  Output,
  Final,
  Outcome = Success<number, Output> | Failure<number, unknown>,
  Headers = NoHeaders,
> extends Call<Output, Outcome, Headers> {
  /**
   * Asks for the state until it is the end, as often as the policy or the provider says. Rejects with an `ApiError`
   * (`code: "failed"`) for a bad end, and with a `TimeoutError` (`deadline`) when the policy's time has passed; what was
   * started goes on then. A look that fails for now (network, 5xx, limits) does not end the wait. Each call of it waits
   * for itself.
   */
  completed(options?: CompletionOptions): Promise<Final>;
}

/** Options of `completed`. */
export interface CompletionOptions {
  /** Ends the wait, and calls what the policy names to cancel. Absent: the signal of the call. */
  readonly signal?: AbortSignal;
  /** From the first answer on. Absent: the policy's. */
  readonly deadline?: Duration;
}

/**
 * Items of an answer that still comes; read once. A stream that is not read to its end keeps its connection until it is
 * left (`break`), cancelled, or the caller's signal aborts.
 */
export interface ItemStream<Item> extends AsyncIterable<Item> {
  /** Closes the connection. */
  cancel(): void;
}

/**
 * A call whose success is a stream: iterate it for the items. Awaiting it gives the same stream once the head of the
 * answer came; errors of the provider reject then, as with any call. Attempts, their timeout and the deadline end with
 * the head; after it a silence as long as the attempt timeout is a `TimeoutError` (`idle`), and nothing is sent again.
 */
export interface StreamCall<
  Item,
  Outcome = Success<number, ItemStream<Item>> | Failure<number, unknown>,
  Headers = NoHeaders,
> extends Call<ItemStream<Item>, Outcome, Headers>,
    AsyncIterable<Item> {}

/** A call with a binary answer: awaiting it gives all bytes. */
export interface BytesCall<Outcome = Success<number, Uint8Array> | Failure<number, unknown>, Headers = NoHeaders>
  extends Call<Uint8Array, Outcome, Headers> {
  /**
   * The unread body instead, of any size; its limits are those of a `StreamCall`. Ask for it at once
   * (`files.get(input).stream()`): when the head has already come, the body has been read and the stream repeats it.
   */
  stream(): Promise<WithResponse<ReadableStream<Uint8Array>, Headers>>;
}

/** An event of `text/event-stream`; `event` is `message` and `id` empty where the provider gives none. */
export interface ServerSentEvent<Data> {
  readonly event: string;
  readonly data: Data;
  /** The last id that the stream gave. */
  readonly id: string;
  /** Milliseconds that the provider wants a client to wait before it connects again. */
  readonly retry?: number;
}

/** For `Operation`: the media type that the option `accept` asks for, and the call it makes. */
export interface StreamFace<Accept extends string, Streaming> {
  readonly accept: Accept;
  readonly call: Streaming;
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
  /** Which waiting calls go first, of whatever tenant. Absent: `normal`. A `low` call may wait as long as others come. */
  readonly priority?: Priority;
}

/** Of a call that has to wait for a limit. */
export type Priority = "high" | "normal" | "low";

/** Options of a call that asks for the stream where the operation also has an answer that is none. */
export interface StreamOptions<Accept extends string = string> extends CallOptions {
  readonly accept: Accept;
}
