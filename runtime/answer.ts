/** An answer as the rest of the call sees it: decoded, with what can be read off it. */
import type { OperationDescriptor } from "./descriptor.ts";
import { requestIdOf } from "./failure.ts";
import type { CallMeta } from "./operation.ts";
import { type Exchange, readPointer } from "./pointer.ts";
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
  /** Its body was taken over before it came. */
  readonly taken?: true;
}

/** What pointers and conditions of the policy look at; the body follows when it is decoded. */
export function exchangeOf(
  { response, status, headers, url }: Answered,
  { input }: ReadyRequest,
): { -readonly [K in keyof Exchange]: Exchange[K] } {
  return { status, headers: response.headers, body: undefined, request: new SentRequest(input, headers, url) };
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
  exchange: { -readonly [K in keyof Exchange]: Exchange[K] },
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
        const { use, shapes } = connector.coerce!;
        exchange.coerced = use(text, what, nodes, shapes, !ok);
        return exchange.coerced.wire;
      }),
  );
}

/** What a caller may want to know of a call that succeeded. */
export function metaOf(
  operation: OperationDescriptor,
  exchange: Exchange,
  attempts: number,
  key: string | undefined,
  redactor: Redactor,
): CallMeta {
  const meta: { -readonly [K in keyof CallMeta]: CallMeta[K] } = { attempts };
  if (key !== undefined) meta.idempotencyKey = key;
  const requestId = requestIdOf(operation, exchange, redactor);
  if (requestId !== undefined) meta.requestId = requestId;
  const { replayed } = operation.policy.idempotency;
  const mark = replayed === undefined ? undefined : readPointer(replayed, exchange);
  if (mark !== undefined && mark !== null && mark !== false && mark !== "false") meta.replayed = true;
  return meta;
}

/** The server's own word on retrying, where the policy reads it. */
export function readAdvice({ policy }: OperationDescriptor, exchange: Exchange): "retry" | "stop" | undefined {
  const { advice } = policy.retry;
  if (advice === undefined) return undefined;
  const said = readPointer(advice.from, exchange);
  if (said === undefined) return undefined;
  return String(said) === advice.retry ? "retry" : String(said) === advice.stop ? "stop" : undefined;
}
