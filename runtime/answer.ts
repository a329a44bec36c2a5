/** An answer as the rest of the call sees it: decoded, with what can be read off it. */
import type { OperationDescriptor } from "./descriptor.ts";
import { requestIdOf } from "./failure.ts";
import type { CallMeta } from "./operation.ts";
import { dataOf, type Exchange, type ReadExchange, readPointer } from "./pointer.ts";
import type { Redactor } from "./redact.ts";
import type { ReadyRequest } from "./request.ts";
import { decodeBody, forStatus, type JsonParser, responseKind } from "./response.ts";
import type { Answered } from "./transport.ts";

/** A usable answer. */
export interface Answer {
  readonly operation: OperationDescriptor;
  readonly data: unknown;
  readonly response: Response;
  readonly meta: CallMeta;
  readonly exchange: Exchange;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Its body was taken over before it came, or is another's: there is nothing to check. */
  readonly taken?: true | undefined;
}

/** What pointers and conditions of the policy look at; the body follows when it is decoded. */
export function exchangeOf({ response, status, headers, url }: Answered, { input }: ReadyRequest): ReadExchange {
  const request = { body: input.body, path: input.path, headers, url };
  return { status, headers: response.headers, body: undefined, coerced: undefined, request };
}

/** Decodes the body into the exchange. Throws Undecodable for a success that is not what it says. */
export function decodeAnswer(
  exchange: ReadExchange,
  { responses, method, coerce, connector }: OperationDescriptor,
  { bytes, status, taken }: Answered,
): void {
  // Conditions of the policy look at a body that is there.
  if (taken !== undefined || method === "HEAD") return;
  const isError = status < 200 || status >= 300;
  const nodes = coerce && forStatus(coerce, status);
  const parse: JsonParser | undefined =
    nodes &&
    ((text, what) => {
      const coercions = connector.coerce!;
      exchange.coerced = coercions.use(text, what, nodes, coercions, isError);
      return exchange.coerced.wire;
    });
  exchange.body = decodeBody(bytes, responseKind(responses, status), exchange.headers, isError, parse);
}

/** A usable answer as its caller gets it. */
export function answerOf(
  operation: OperationDescriptor,
  { response, url, taken, cached }: Answered,
  exchange: ReadExchange,
  attempts: number,
  key: string | undefined,
  redactor: Redactor,
): Answer {
  const requestId = requestIdOf(operation, exchange, redactor);
  const { inferred } = exchange;
  return {
    operation,
    data: taken === undefined ? dataOf(exchange) : taken.data,
    taken: taken || inferred ? true : undefined,
    response,
    meta: {
      attempts,
      ...(key !== undefined && { idempotencyKey: key }),
      ...(requestId !== undefined && { requestId }),
      ...(isReplayed(operation, exchange) && { replayed: true }),
      ...(inferred && { inferred }),
      ...(cached && { cached }),
    },
    exchange,
    url,
  };
}

function isReplayed({ policy }: OperationDescriptor, exchange: Exchange): boolean {
  const { replayed } = policy.idempotency;
  const mark = replayed === undefined ? undefined : readPointer(replayed, exchange);
  return mark !== undefined && mark !== null && mark !== false && mark !== "false";
}

/** Whether the same key would only bring this error again: the provider keeps such errors, or says that it kept this one. */
export function isStoredError(operation: OperationDescriptor, exchange: Exchange): boolean {
  if (exchange.status < 500) return false;
  return operation.policy.idempotency.replaysErrors === true || isReplayed(operation, exchange);
}

/** The server's own word on retrying, where the policy reads it. */
export function readAdvice({ policy }: OperationDescriptor, exchange: Exchange): "retry" | "stop" | undefined {
  const { advice } = policy.retry;
  if (advice === undefined) return undefined;
  const said = readPointer(advice.from, exchange);
  if (said === undefined) return undefined;
  return String(said) === advice.retry ? "retry" : String(said) === advice.stop ? "stop" : undefined;
}
