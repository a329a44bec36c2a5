/** The part of an operation's data that makes its calls more than one request and its answer. */
import type { CacheKind } from "./answer-cache.ts";
import type { BatchKind } from "./batched-calls.ts";
import type { Condition, OperationDescriptor, Pointer } from "./descriptor.ts";
import type { FreshAnswers } from "./fresh-answers.ts";
import type { BatchSettling } from "./item-results.ts";
import type { PollingKind } from "./long-running.ts";
import type { SharedAnswers } from "./shared-answers.ts";
import type { StreamKind } from "./stream.ts";

/** A success whose body can be handed over while it still comes. */
export interface StreamRule {
  /** `sseEvents`, `jsonLines` or `downloads`. */
  readonly use: StreamKind;
  /** The media type that the option `accept` of a call asks for; absent: every call of the operation streams. */
  readonly accept?: string;
  /** How the text of an item is read. */
  readonly items?: "json" | "text";
}

/** How calls are joined to one of another operation. */
export interface Batch {
  /** `batchedCalls`. */
  readonly use: BatchKind;
  /** Takes many; its body is JSON. */
  readonly operation: () => OperationDescriptor;
  /** JSON Pointer of the list in its request body; `[]` is the body. */
  readonly items: readonly string[];
  /** Properties that are put into each item. */
  readonly constants?: Readonly<Record<string, string>>;
  readonly maxItems: number;
  /** Of all items together. */
  readonly maxBytes: number;
  /** How long the first call waits for others. */
  readonly window: number;
  /** JSON Pointer of the results in its answer, in the order of the items; absent: each caller gets the whole answer. */
  readonly results?: readonly string[];
  /** The same of errors; what stands there for an item that went well is null, false or empty. */
  readonly errors?: readonly string[];
  /** `itemResults`, of `results` or `errors`. */
  readonly settle?: BatchSettling;
  /** Each item has an idempotency key of its own, so the joined call may be sent again. */
  readonly repeatable?: true;
}

/** What is kept of the answers to a GET. */
export interface CacheRule {
  /** `answerCache`. */
  readonly use: CacheKind;
  /** Asks again with If-None-Match or If-Modified-Since, where an answer had such a validator. */
  readonly validators: readonly ("etag" | "lastModified")[];
  /** How long an answer is given without asking, where the provider's Cache-Control allows as much. Absent: always asked. */
  readonly ttl?: number;
  /** `freshAnswers`, of a `ttl`. */
  readonly fresh?: FreshAnswers;
  /** `sharedAnswers`: in the client's `stores.answers`; in memory where it has none, or where this is absent. */
  readonly shared?: SharedAnswers;
}

/** How the end of what an operation starts is waited for. */
export interface Polling {
  /** `longRunning`. */
  readonly use: PollingKind;
  /** Tells the state; absent: the operation itself, with the same input. A function, since operations may name each other. */
  readonly status?: () => OperationDescriptor;
  /** Its input by key, as places of the first exchange. */
  readonly pass?: Readonly<Record<string, Pointer>>;
  /** Waits between looks, where the provider tells none. */
  readonly every: { readonly initial: number; readonly multiplier: number; readonly max: number };
  /** From the first answer on. */
  readonly deadline: number;
  readonly success: Condition;
  readonly failure?: Condition;
  /** In the last exchange. */
  readonly result: Pointer;
  /** Called when the caller gives up. */
  readonly cancel?: {
    readonly operation: () => OperationDescriptor;
    readonly pass: Readonly<Record<string, Pointer>>;
  };
}
