/**
 * The data that generated code hands to the runtime: what the OpenAPI document says about the wire,
 * and the effective policy for it. Every leaf is resolved by the generator; the runtime has no defaults
 * of its own. All durations are milliseconds, all sizes bytes. Functions appear only as references to
 * runtime features (`use`, `encode`), so that a client carries just the features it names.
 */

import type { AuthorizeKind, ModesKind } from "./auth/auth.ts";
import type { LooksKind } from "./auth/credentials.ts";
import type { AuthScheme, Template } from "./auth-descriptor.ts";
import type { BodyEncoder } from "./body.ts";
import type { BodyKeyWriter } from "./body-key.ts";
import type { BreakerKind } from "./breaker.ts";
import type { AttributesReader } from "./call-attributes.ts";
import type { Batch, CacheRule, Polling, StreamRule } from "./call-rules.ts";
import type { ChangeRules } from "./changes.ts";
import type { DeprecationCheck } from "./check-deprecation.ts";
import type { CoerceNode, Coercions } from "./coercion.ts";
import type { ConditionTest } from "./condition.ts";
import type { DeprecationReader } from "./deprecation.ts";
import type { FeedbackReader } from "./feedback.ts";
import type { HeaderReader } from "./headers.ts";
import type { KeyKind } from "./idempotency.ts";
import type { CostsKind } from "./limit-cost.ts";
import type { CircuitBreakerPolicy, ConcurrencyPolicy, RateLimit } from "./limit-descriptor.ts";
import type { LimitsKind } from "./limits.ts";
import type { PagesKind } from "./paged-call.ts";
import type { Pagination } from "./pagination-descriptor.ts";
import type { ParameterWriter } from "./parameters.ts";
import type { PrepareStep } from "./prepare.ts";
import type { QueueTimeout } from "./queue-timeout.ts";
import type { ReplayRule } from "./replay-proof.ts";
import type { RequestBodyWriter } from "./request-body.ts";
import type { TemplateFiller } from "./server-variables.ts";
import type { EchoReader } from "./version-echo.ts";
import type { WaitReader } from "./wait-rule.ts";

export type * from "./auth-descriptor.ts";
export type * from "./call-rules.ts";
export type * from "./coercion.ts";
export type * from "./limit-descriptor.ts";
export type * from "./pagination-descriptor.ts";

/** A place in an exchange, after OpenAPI runtime expressions. `path` is a JSON Pointer, split and unescaped. */
export type Pointer =
  | { readonly from: "status" }
  | { readonly from: "header"; readonly name: string }
  | { readonly from: "body"; readonly path: readonly string[] }
  | { readonly from: "request.body"; readonly path: readonly string[] }
  | { readonly from: "request.header" | "request.query" | "request.path"; readonly name: string };

/** A condition over one exchange: comparisons of a pointer with a literal, joined by and, or, not. */
export type Condition =
  | {
      readonly op: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Pointer;
      readonly right: string | number | boolean | null;
    }
  | { readonly op: "matches"; readonly left: Pointer; readonly pattern: string }
  | { readonly op: "&&" | "||"; readonly of: readonly Condition[] }
  | { readonly op: "!"; readonly of: readonly [Condition] };

/** Where a failure stands: surely not processed, perhaps processed, or processed and refused for good. */
export type Disposition = "rejected" | "ambiguous" | "permanent";

/** The closed list of HTTP error classes; a policy may give one of them another `name`. */
export type ApiErrorBase =
  | "ApiError"
  | "InvalidRequestError"
  | "AuthenticationError"
  | "PermissionError"
  | "NotFoundError"
  | "ConflictError"
  | "RateLimitError"
  | "ServerError";

/** First rule whose `when` holds names the error. A rule may also turn a 2xx into an error. */
export interface ErrorRule {
  readonly when: Condition;
  /** Name of the error: one of `ApiErrorBase`, or the policy's own. */
  readonly as: string;
  readonly disposition?: Disposition;
  readonly code?: Pointer;
  readonly message?: Pointer;
  readonly detail?: Pointer;
  /** The credentials are bad: new ones are asked for once, as after a 401, and the call is sent once more. */
  readonly refresh?: true;
  /** `false`: this answer must not pause the rate limit's partition. */
  readonly pause?: false;
}

export interface Backoff {
  readonly strategy: "exponential" | "constant";
  readonly initial: number;
  readonly multiplier: number;
  readonly max: number;
  readonly jitter: "full" | "equal" | "none";
  /** Initial delay after a throttling answer (429, or an error rule named RateLimitError). */
  readonly throttled: number;
}

/** How a header tells a wait or a moment. Decimals are legal in every numeric form. */
export type WaitFormat =
  | "delaySeconds"
  | "delayMilliseconds"
  | "epochSeconds"
  | "epochMilliseconds"
  | "httpDate"
  | "iso8601"
  | "duration"
  | "delaySecondsOrHttpDate";

/** Where a wait is told. `waitRule` reads what is not a whole value in one of the two usual formats. */
export type WaitHeader = UsualWait | WaitRule;

interface UsualWait {
  readonly from: Pointer;
  readonly format: "delaySeconds" | "delaySecondsOrHttpDate";
  readonly use?: undefined;
  readonly pattern?: undefined;
  readonly clock?: undefined;
}

export interface WaitRule {
  readonly from: Pointer;
  readonly format: WaitFormat;
  readonly use: WaitReader;
  /** Finds the wait in a value that holds more. */
  readonly pattern?: string;
  /** What a moment is measured against; absent: the `Date` of the answer, where it has one. */
  readonly clock?: "local";
}

export interface RetryPolicy {
  /** The first attempt included; 1 means no retries. */
  readonly maxAttempts: number;
  /** Which dispositions are retried at all; the class of the operation decides further (see retry.ts). */
  readonly on: readonly Disposition[];
  readonly backoff: Backoff;
  /** Success-refunded token bucket per origin, and per named tenant. */
  readonly budget: {
    readonly capacity: number;
    readonly retryCost: number;
    readonly timeoutCost: number;
    readonly tenantCapacity: number;
  };
  readonly retryAfter: readonly WaitHeader[];
  readonly maxRetryAfter: number;
  /** The server's own word: header value -> retry or stop. */
  readonly advice?: { readonly from: Pointer; readonly retry: string; readonly stop: string; readonly trust?: true };
}

/**
 * `safe`: no effect. `idempotent`: repeating is harmless. `keyed`: repeating is harmless with the same key.
 * `unsafe`: a second execution is a second effect.
 */
export type OperationClass = "safe" | "idempotent" | "keyed" | "unsafe";

export interface IdempotencyPolicy {
  readonly class: OperationClass;
  readonly key?: {
    readonly in: "header" | "body";
    /** Header name, or property of the (JSON object) body, or JSON Pointer of one that is deeper. */
    readonly name: string;
    /** `none`: only what the caller gives is sent, and without it nothing makes a repetition harmless. */
    readonly generate: "uuid4" | "none";
    readonly maxLength: number;
    /** In a body: `bodyKey`. */
    readonly put?: BodyKeyWriter;
    /** In a body: where it stands, as a JSON Pointer, split and unescaped. */
    readonly path?: readonly string[];
  };
  /** How long the provider remembers a key; no attempt is sent after it. */
  readonly retention?: number;
  /** The provider stores a 5xx answer and replays it for the same key: a retry of it cannot help. */
  readonly replaysErrors?: true;
  /** The first request with this key still runs. */
  readonly inFlight?: Condition;
  /** What that means for a retry; absent: `rejected`. */
  readonly inFlightAs?: Disposition;
  /** The key was sent before with another body. */
  readonly mismatch?: Condition;
  /** What that means for a retry; absent: `permanent`. */
  readonly mismatchAs?: Disposition;
  /** What an answer to a repetition proves of the attempt before: `replayNotFound` or `replayDuplicate`. */
  readonly onReplay?: ReplayRule;
  /** Header that marks an answer as replayed from the provider's store. */
  readonly replayed?: Pointer;
}

export interface TimeoutPolicy {
  /** One attempt, body included. */
  readonly attempt: number;
  /** Everything: queueing, waits, all attempts. */
  readonly deadline: number;
  /** Each wait for limits: `queueTimeout`. */
  readonly queue?: { readonly use: QueueTimeout; readonly limit: number };
  /** Told to `fetch` as `connectTimeout`, for those that can keep it; the global one cannot. */
  readonly connect?: number;
}

/** The effective policy of an operation; shared by all operations for which it is the same. */
export interface Policy {
  readonly timeouts: TimeoutPolicy;
  readonly retry: RetryPolicy;
  readonly idempotency: IdempotencyPolicy;
  /** Names of rate limits of the connector; all must admit the call. */
  readonly limitedBy: readonly string[];
  readonly concurrency?: ConcurrencyPolicy;
  readonly circuitBreaker?: CircuitBreakerPolicy;
  readonly errors: readonly ErrorRule[];
  /** What is done to a request before its first attempt, one after the other. */
  readonly prepare?: readonly PrepareStep[];
  /** `conditionHolds`; absent when the policy has no condition. */
  readonly conditions?: ConditionTest;
  /** `changeRules`; absent when the class is `safe`. */
  readonly changes?: ChangeRules;
  /** `idempotencyKeys`; absent when the policy has no key. */
  readonly keys?: KeyKind;
  readonly validation: {
    readonly request: "strict" | "warn" | "none";
    readonly response: "strict" | "warn" | "none";
    /** Fields and values of enumerations that the document does not declare; absent: they pass. */
    readonly unknownFields?: "strict" | "warn";
    readonly unknownEnumValues?: "strict" | "warn";
  };
  /** Decompressed response bytes. */
  readonly maxResponse: number;
  /** Constant headers and query parameters (also the version pin). */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Constant path parameters (a version pin in the path). */
  readonly path?: Readonly<Record<string, string>>;
  readonly requestId?: Pointer;
  /** Attributes of the call's span and `callEnd` event, by name. */
  readonly attributes?: Readonly<Record<string, Pointer>>;
  /** `callAttributes`; absent when the policy has no attributes. */
  readonly readAttributes?: AttributesReader;
}

/** What is known of a credential before anybody gives it. */
export interface CredentialRule {
  /** Its environment variable. */
  readonly env?: string;
  readonly pattern?: string;
  /** `credentialLooks` with `pattern`. */
  readonly looks?: LooksKind;
  /** A key in PEM: it has several lines, and is never sent. */
  readonly pem?: true;
}

/** What one client of one version of one provider needs beside its operations. */
export interface Connector {
  readonly provider: string;
  readonly version: string;
  readonly servers: readonly { readonly name: string; readonly url: Template }[];
  readonly serverVariables: Readonly<
    Record<string, { readonly default?: string; readonly enum?: readonly string[]; readonly pattern?: string }>
  >;
  readonly credentials: Readonly<Record<string, CredentialRule>>;
  readonly auth: Readonly<Record<string, AuthScheme>>;
  /** `oneScheme` or `securitySchemes`; absent when there is none. */
  readonly authorize?: AuthorizeKind;
  /** `credentialModes`; absent when no scheme has a `mode`. */
  readonly modes?: ModesKind;
  readonly rateLimits: Readonly<Record<string, RateLimit>>;
  /** `rateLimits`, or `concurrencyLimits` where there is no rate limit; absent when nothing bounds the calls. */
  readonly limits?: LimitsKind;
  /** `circuitGuard`; absent when no operation has a `circuitBreaker`. */
  readonly breaker?: BreakerKind;
  /** `serverVariables`; absent when no URL has any. */
  readonly fill?: TemplateFiller;
  /** `limitFeedback`; absent when no rate limit has a `feedback`. */
  readonly feedback?: FeedbackReader;
  /** `answeredCosts`; absent when all costs are figures. */
  readonly costs?: CostsKind;
  readonly redact: { readonly headers: readonly string[]; readonly query: readonly string[] };
  /** Response header (or body value) that tells which version answered, and the value it should have. */
  readonly echo?: { readonly from: Pointer; readonly expect: string };
  /** `versionEcho`; absent when there is no `echo`. */
  readonly readEcho?: EchoReader;
  /** Absent when no operation has a `coerce`. */
  readonly coerce?: Coercions;
  /** What announcements of an end do: told to the listeners, or to these and thrown as well. Absent: nothing. */
  readonly deprecation?: {
    readonly use: DeprecationReader;
    readonly action: "report" | "fail";
    /** `checkDeprecation`, of `fail`. */
    readonly check?: DeprecationCheck;
  };
}

export type ParameterLocation = "path" | "query" | "header" | "cookie";
export type ParameterStyle =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "deepObject"
  | "cookie"
  | "json";

/** A parameter of the input. `style: "json"` is a content-typed parameter. */
export interface Parameter {
  /** Name on the wire. */
  readonly name: string;
  readonly in: ParameterLocation;
  /** Name in the input, when it differs. */
  readonly key?: string;
  readonly required?: true;
  /**
   * Absent: a plain value, neither array nor object, in style `simple` (path and header) or `form` (query and cookie), and
   * the rest of this is absent too.
   */
  readonly style?: ParameterStyle;
  /** Absent: true for `form`, false for the rest (OpenAPI's default). */
  readonly explode?: boolean;
  readonly allowReserved?: true;
}

/** Serialization of one property of a form or multipart body (OpenAPI Encoding Object). */
export interface Encoding {
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: true;
  readonly contentType?: string;
  /** Multipart only: headers of the part whose value the document fixes. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RequestBody {
  readonly contentType: string;
  readonly encode: BodyEncoder;
  readonly required?: true;
  readonly encoding?: Readonly<Record<string, Encoding>>;
}

/** How a body is read: `none` ignores it, `auto` follows the Content-Type of the answer, `stream` hands it over unread. */
export type ResponseKind = "json" | "text" | "bytes" | "none" | "auto" | "stream";

/** How the text of a response header is read; a list is separated by commas (style `simple`). */
export type HeaderShape = "string" | "number" | "boolean" | "json" | readonly ["string" | "number" | "boolean"];

/** One operation of the document with its effective policy. */
export interface OperationDescriptor {
  /** `namespace.method`, as in the client. */
  readonly id: string;
  readonly connector: Connector;
  readonly policy: Policy;
  readonly method: string;
  /** Path template below the server's URL; neither a query nor a fragment. */
  readonly path: string;
  /** An operation-level server that replaces the connector's. */
  readonly server?: Template;
  readonly parameters?: readonly Parameter[];
  /**
   * How those with a style are written, by location: `styledPathText`; `deepQueryText`, `queryText` or `reservedQueryText`;
   * `headerText`; `cookieText`. `body` is `requestBody`, or with `bodies` `chosenRequestBody`.
   */
  readonly write?: { readonly [In in ParameterLocation]?: ParameterWriter } & { readonly body?: RequestBodyWriter };
  readonly body?: RequestBody;
  /** Other media types of the body; `contentType` of the input chooses among them and `body`. */
  readonly bodies?: readonly RequestBody[];
  /** Accept header; absent when the operation declares no response content. */
  readonly accept?: string;
  /** Status code, range (`4XX`) or `default` -> how its body is read. */
  readonly responses: Readonly<Record<string, ResponseKind>>;
  /** Alternatives (OR) of scheme names that all apply (AND); absent or empty: no credentials are sent. */
  readonly security?: readonly (readonly string[])[];
  readonly pagination?: Pagination;
  /** `pagedCall`; absent without `pagination`. */
  readonly pages?: PagesKind;
  readonly stream?: StreamRule;
  readonly polling?: Polling;
  readonly cache?: CacheRule;
  readonly batch?: Batch;
  /** Status code, range, `default`, or `items` of a stream -> where its values are coerced. */
  readonly coerce?: Readonly<Record<string, readonly CoerceNode[]>>;
  /** Declared headers of the successes by lower-cased name. */
  readonly headers?: { readonly use: HeaderReader; readonly of: Readonly<Record<string, HeaderShape>> };
}
