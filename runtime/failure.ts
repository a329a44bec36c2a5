/** From what went wrong in an attempt to the error that the caller gets, and its words. */
import { Broken } from "./broken.ts";
import { networkFailure, type Verdict } from "./classify.ts";
import type { OperationDescriptor, Pointer } from "./descriptor.ts";
import {
  apiErrorClass,
  type ConnectorError,
  type Effect,
  type ErrorType,
  errorOf,
  type Known,
  NetworkError,
  TimeoutError,
} from "./errors.ts";
import { ownOptions } from "./own-options.ts";
import { dataOf, type Exchange, readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";
import type { Redactor } from "./redact.ts";
import { redactedCause } from "./redacted-cause.ts";
import type { AttemptOutcome } from "./retry.ts";

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

/** Whether an attempt ended with a failure, of its own and not by a polluted prototype. */
export function hasFailed<End extends object>(end: End): end is Extract<End, { readonly failure: Failure }> {
  return Object.hasOwn(end, "failure");
}

/** Marks the end of an attempt's time. */
export class AttemptTimeout extends Broken {
  constructor(limit: number) {
    super(`no complete answer within the attempt timeout of ${limit} ms`, {
      Type: TimeoutError,
      label: "timeout",
      effect: "unknown",
      code: "attempt",
      outcome: { disposition: "ambiguous", timedOut: true },
    });
  }
}

const worstFirst: readonly Effect[] = ["applied", "unknown", "none"];

/** The worse of two effects: what is once unknown stays unknown. */
export function worst(one: Effect, other: Effect): Effect {
  return worstFirst.find((effect) => effect === one || effect === other)!;
}

/** A failure that no answer came with, or an answer that cannot be used. */
export function brokenAttempt(operation: OperationDescriptor, error: unknown, redactor: Redactor): Failure {
  const broken = error instanceof Broken ? error : networkBroken(error, redactor);
  const { Type, code, cause, ...failure } = broken.breakage;
  const text = broken.text(redactor);
  return { ...failure, toError: (final) => callError(operation, Type, text, final, { code, cause }) };
}

function networkBroken(error: unknown, redactor: Redactor): Broken {
  const { code: said, effect } = networkFailure(error);
  const code = said && printable(redactor.text(said), 64);
  const what = effect === "none" ? "could not connect" : "the connection failed before a complete answer came";
  return new Broken(`${what}: ${shownMessage(error, redactor)}${code ? ` (${code})` : ""}`, {
    Type: NetworkError,
    label: code ?? "network failure",
    effect,
    code,
    cause: redactedCause(error, redactor),
    outcome: { disposition: effect === "none" ? "rejected" : "ambiguous" },
  });
}

/** What a foreign error says, as it may be shown. */
export function shownMessage(error: unknown, redactor: Redactor): string {
  return printable(redactor.text(error instanceof Error ? error.message : (error as string)));
}

/** The failure that an error answer is. */
export function errorAnswer(
  operation: OperationDescriptor,
  { rule, name, base, effect }: Verdict,
  exchange: Exchange,
  outcome: AttemptOutcome,
  redactor: Redactor,
): Failure {
  const { status, headers } = exchange;
  const label = `${status} ${printable(name)}`;
  return {
    label,
    effect,
    outcome,
    toError(final) {
      const [code, message, detail] = [rule?.code, rule?.message, rule?.detail].map((at) =>
        shownValue(at, exchange, redactor),
      );
      const said = [message, detail].filter(Boolean).join(" ");
      const text = `${label}${code ? ` (${code})` : ""}${said ? `: ${said}` : ""}`;
      const advice = base === "AuthenticationError" ? " Check the credentials given as auth." : "";
      const requestId = requestIdOf(operation, exchange, redactor);
      const known = { name, base, status, body: dataOf(exchange), headers, code, requestId };
      return callError(operation, apiErrorClass(base), text, final, known, advice);
    },
  };
}

/** The provider's id of the request, where the policy says where it stands. */
export function requestIdOf(
  { policy }: OperationDescriptor,
  exchange: Exchange,
  redactor: Redactor,
): string | undefined {
  return shownValue(policy.requestId, exchange, redactor);
}

/** A text, number or boolean of the exchange, as it may be shown. */
function shownValue(pointer: Pointer | undefined, exchange: Exchange, redactor: Redactor): string | undefined {
  const value = pointer && readPointer(pointer, exchange);
  return /^(?:string|number|boolean)$/.test(typeof value) ? printable(redactor.text(String(value))) : undefined;
}

/** The whole call ran out of time. */
export function deadlineError(
  operation: OperationDescriptor,
  limit: number,
  phase: string,
  final: Final,
): TimeoutError {
  const text = `the deadline of ${limit} ms passed while ${phase}`;
  return callError(operation, TimeoutError, text, final, { code: "deadline" });
}

/** The error of a call that ends: what failed, what it may have done, why it is not sent again, and what to do next. */
export function callError<Type extends ErrorType>(
  operation: OperationDescriptor,
  Type: Type,
  text: string,
  final: Final,
  known: Omit<Known<Type>, "effect">,
  advice: string = "",
): InstanceType<Type> {
  const own = ownOptions(final);
  const { effect, attempts, retryAt } = own;
  const all = { effect, attempts, retryAt, ...known } as unknown as Known<Type>;
  return errorOf(operation, Type, words(operation, text, own, advice), all);
}

function words({ policy }: OperationDescriptor, text: string, final: Final, advice: string): string {
  const { attempts, effect, because, retryAt } = final;
  const times = attempts === 1 ? "once" : `${attempts} times`;
  const sent = attempts === 0 ? "Nothing was sent" : `Sent ${times}${because ? `; not again, because ${because}` : ""}`;
  const known = (effect !== "none" && policy.changes?.advice(policy, effect)) || "";
  const later = retryAt === undefined ? "" : ` Try again from ${new Date(retryAt).toISOString()}.`;
  return `${text.replace(/\.$/, "")}. ${sent}.${known}${later}${advice}`;
}
