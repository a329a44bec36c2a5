/** From what went wrong in an attempt to the error that the caller gets, and its words. */
import { networkFailure, type Verdict } from "./classify.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import {
  type ConnectorError,
  createApiError,
  DecodeError,
  type Effect,
  type ErrorContext,
  NetworkError,
  RedirectError,
  ResponseTooLargeError,
  subject,
  TimeoutError,
} from "./errors.ts";
import { IdleTimeout } from "./idle-timeout.ts";
import { dataOf, type Exchange, readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";
import type { Redactor } from "./redact.ts";
import { redactedCause } from "./redacted-cause.ts";
import { TooLarge, Undecodable } from "./response.ts";
import type { AttemptOutcome } from "./retry.ts";
import { Redirected } from "./transport.ts";

/** What is known when the call ends. */
export interface Final {
  readonly attempts: number;
  /** Of all attempts together. */
  readonly effect: Effect;
  readonly because?: string | undefined;
  readonly retryAt?: number | undefined;
}

/** A failed attempt. The error is made only when the call ends with it. */
export interface Failure {
  /** For log lines: `503 ServerError`, `ECONNRESET`. */
  readonly label: string;
  readonly effect: Effect;
  /** Absent: it is never tried again. */
  readonly outcome?: AttemptOutcome;
  toError(final: Final): ConnectorError;
}

/** Marks the end of an attempt's time. */
export class AttemptTimeout extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super("attempt timeout");
    this.limit = limit;
  }
}

/** The worse of two effects: what is once unknown stays unknown. */
export function worst(one: Effect, other: Effect): Effect {
  if (one === "applied" || other === "applied") return "applied";
  return one === "unknown" || other === "unknown" ? "unknown" : "none";
}

/** A failure that no answer came with, or an answer that cannot be used. */
export function brokenAttempt(operation: OperationDescriptor, error: unknown, redactor: Redactor): Failure {
  const make = <E extends ConnectorError>(
    Type: new (message: string, context: ErrorContext) => E,
    label: string,
    effect: Effect,
    text: string,
    more: { code?: string | undefined; cause?: unknown; outcome?: AttemptOutcome } = {},
  ): Failure => ({
    label,
    effect,
    ...(more.outcome && { outcome: more.outcome }),
    toError: (final) =>
      new Type(sentence(operation, text, final), {
        ...contextOf(operation, final),
        code: more.code,
        cause: more.cause,
      }),
  });
  const ambiguous = { disposition: "ambiguous", throttled: false, timedOut: false } as const;

  if (error instanceof AttemptTimeout) {
    return make(
      TimeoutError,
      "timeout",
      "unknown",
      `no complete answer within the attempt timeout of ${error.limit} ms`,
      {
        code: "attempt",
        outcome: { ...ambiguous, timedOut: true },
      },
    );
  }
  if (error instanceof IdleTimeout) {
    return make(TimeoutError, "idle", "unknown", `the stream was silent for ${error.limit} ms`, { code: "idle" });
  }
  if (error instanceof Redirected) {
    const to = error.to === undefined ? "nowhere" : `"${printable(redactor.url(error.to))}"`;
    const safe =
      operation.method === "GET" || operation.method === "HEAD" || error.status === 307 || error.status === 308;
    return make(
      RedirectError,
      "redirect",
      safe ? "none" : "unknown",
      `${error.status} redirects to ${to}: ${redirectReasons[error.code]}`,
      {
        code: error.code,
      },
    );
  }
  if (error instanceof TooLarge) {
    return make(
      ResponseTooLargeError,
      "too large",
      error.status < 300 ? "applied" : "unknown",
      `the answer is too large: ${error.message}`,
    );
  }
  if (error instanceof Undecodable) {
    return make(DecodeError, "undecodable", "applied", `the answer cannot be decoded: ${error.message}`);
  }
  const { code: said, effect } = networkFailure(error);
  const code = said && printable(redactor.text(said), 64);
  const text = redactor.text(error instanceof Error ? error.message : String(error));
  return make(
    NetworkError,
    code ?? "network failure",
    effect,
    `${networkReasons(effect)}: ${printable(text)}${code ? ` (${code})` : ""}`,
    {
      code,
      cause: redactedCause(error, redactor),
      outcome: effect === "none" ? { ...ambiguous, disposition: "rejected" } : ambiguous,
    },
  );
}

const redirectReasons: Readonly<Record<Redirected["code"], string>> = {
  origin: "another origin never gets this client's credentials; if the provider has moved, change the server",
  method: "only GET and HEAD follow redirects",
  count: "too many redirects",
  location: "there is no usable Location",
};

function networkReasons(effect: Effect): string {
  return effect === "none" ? "could not connect" : "the connection failed before a complete answer came";
}

/** The failure that an error answer is. */
export function errorAnswer(
  operation: OperationDescriptor,
  verdict: Verdict,
  exchange: Exchange,
  outcome: AttemptOutcome,
  redactor: Redactor,
): Failure {
  const { rule, name, base } = verdict;
  const read = (pointer: Parameters<typeof readPointer>[0] | undefined): string | undefined => {
    const value = pointer === undefined ? undefined : readPointer(pointer, exchange);
    if (typeof value === "string") return printable(redactor.text(value));
    return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
  };
  return {
    label: `${exchange.status} ${printable(name)}`,
    effect: verdict.effect,
    outcome,
    toError(final) {
      const code = read(rule?.code);
      const said = [read(rule?.message), read(rule?.detail)].filter((text) => text !== undefined && text !== "");
      const text = `${exchange.status} ${printable(name)}${code ? ` (${code})` : ""}${said.length > 0 ? `: ${said.join(" ")}` : ""}`;
      return createApiError(
        sentence(operation, text, final, base === "AuthenticationError" ? " Check the credentials given as auth." : ""),
        {
          ...contextOf(operation, final),
          name,
          base,
          status: exchange.status,
          body: dataOf(exchange),
          headers: exchange.headers,
          code,
          requestId: requestIdOf(operation, exchange, redactor),
        },
      );
    },
  };
}

/** The provider's id of the request, where the policy says where it stands. */
export function requestIdOf(
  operation: OperationDescriptor,
  exchange: Exchange,
  redactor: Redactor,
): string | undefined {
  const pointer = operation.policy.requestId;
  const value = pointer === undefined ? undefined : readPointer(pointer, exchange);
  return typeof value === "string" || typeof value === "number" ? printable(redactor.text(String(value))) : undefined;
}

/** The whole call ran out of time. */
export function deadlineError(
  operation: OperationDescriptor,
  limit: number,
  phase: string,
  final: Final,
): TimeoutError {
  return new TimeoutError(sentence(operation, `the deadline of ${limit} ms passed while ${phase}`, final), {
    ...contextOf(operation, final),
    code: "deadline",
  });
}

export function contextOf(operation: OperationDescriptor, final: Final): ErrorContext {
  return {
    provider: operation.connector.provider,
    version: operation.connector.version,
    operation: operation.id,
    effect: final.effect,
    attempts: final.attempts,
    retryAt: final.retryAt,
  };
}

/** What failed, why, and what to do next. */
export function sentence(operation: OperationDescriptor, text: string, final: Final, advice: string = ""): string {
  const times = final.attempts === 1 ? "once" : `${final.attempts} times`;
  const sent =
    final.attempts === 0
      ? " Nothing was sent."
      : ` Sent ${times}${final.because ? `; not again, because ${final.because}` : ""}.`;
  const later = final.retryAt === undefined ? "" : ` Try again from ${new Date(final.retryAt).toISOString()}.`;
  return `${subject(operation)}: ${text.replace(/\.$/, "")}.${sent}${effectAdvice(operation, final.effect)}${later}${advice}`;
}

function effectAdvice(operation: OperationDescriptor, effect: Effect): string {
  const kind = operation.policy.idempotency.class;
  if (effect === "none" || kind === "safe") return "";
  if (effect === "applied") return " It took effect: do not send it again.";
  if (kind === "idempotent") return " It may have taken effect; sending it again is harmless.";
  if (kind === "keyed") return " It may have taken effect: send it again only with the same idempotency key.";
  return " It may have taken effect: look it up at the provider before sending it again.";
}
