/** An answer as the rest of the call sees it: decoded, with what can be read off it. */
import type { OperationDescriptor } from "./descriptor.ts";
import { requestIdOf } from "./failure.ts";
import type { CallMeta } from "./operation.ts";
import { dataOf, type Exchange, type ReadExchange, readPointer } from "./pointer.ts";
import type { Redactor } from "./redact.ts";
import type { ReadyRequest } from "./request.ts";
import { decodeBody, decodeError, forStatus, responseKind } from "./response.ts";
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
  readonly taken?: true;
}

/** What pointers and conditions of the policy look at; the body follows when it is decoded. */
export function exchangeOf({ response, status, headers, url }: Answered, { input }: ReadyRequest): ReadExchange {
  const request = new SentRequest(input, headers, url);
  return { status, headers: response.headers, body: undefined, coerced: undefined, request };
}

class SentRequest {
  readonly body: unknown;
  readonly path: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly #url: URL;

  constructor(input: ReadyRequest["input"], headers: Headers, url: URL) {
    this.body = input.body;
    this.path = input.path;
    this.headers = headers;
    this.#url = url;
  }

  // Made on demand: few policies look at it.
  get query(): URLSearchParams {
    return this.#url.searchParams;
  }
}

/** Decodes the body into the exchange. Throws Undecodable for a success that is not what it says. */
export function decodeAnswer(
  exchange: ReadExchange,
  { responses, method, coerce, connector }: OperationDescriptor,
  { bytes, status, taken }: Answered,
): void {
  // Conditions of the policy look at a body that is there.
  if (taken !== undefined || method === "HEAD") return;
  const kind = responseKind(responses, status);
  const ok = status >= 200 && status < 300;
  const nodes = coerce && forStatus(coerce, status);
  const decode = ok ? decodeBody : decodeError;
  exchange.body = decode(
    bytes,
    kind,
    exchange.headers,
    nodes &&
      ((text, what) => {
        const coercions = connector.coerce!;
        exchange.coerced = coercions.use(text, what, nodes, coercions, !ok);
        return exchange.coerced.wire;
      }),
  );
}

/** A usable answer as its caller gets it. */
export function answerOf(
  operation: OperationDescriptor,
  answered: Answered,
  exchange: ReadExchange,
  attempts: number,
  key: string | undefined,
  redactor: Redactor,
): Answer {
  const { response, url, taken, cached } = answered;
  const meta = metaOf(operation, exchange, attempts, key, redactor);
  return {
    operation,
    data: taken === undefined ? dataOf(exchange) : taken.data,
    ...((taken || exchange.inferred) && { taken: true }),
    response,
    meta: cached === undefined ? meta : { ...meta, cached },
    exchange,
    url,
  };
}

/** What a caller may want to know of a call that succeeded. */
function metaOf(
  operation: OperationDescriptor,
  exchange: ReadExchange,
  attempts: number,
  key: string | undefined,
  redactor: Redactor,
): CallMeta {
  const meta: { -readonly [K in keyof CallMeta]: CallMeta[K] } = { attempts };
  if (key !== undefined) meta.idempotencyKey = key;
  const requestId = requestIdOf(operation, exchange, redactor);
  if (requestId !== undefined) meta.requestId = requestId;
  if (isReplayed(operation, exchange)) meta.replayed = true;
  if (exchange.inferred) meta.inferred = true;
  return meta;
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
