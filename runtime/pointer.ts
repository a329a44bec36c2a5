import type { Coerced } from "./coerce-answer.ts";
import type { Pointer } from "./descriptor.ts";

/** One answered attempt: what pointers and conditions look at. `body` is the decoded body, or undefined. */
export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** The body as the program sees it, where the policy coerces values of it. */
  readonly coerced?: Coerced | undefined;
  readonly request: {
    readonly body: unknown;
    readonly headers: Headers;
    readonly url: URL;
    readonly path: Readonly<Record<string, unknown>>;
  };
}

/** An exchange that is still being read. */
export interface ReadExchange extends Exchange {
  body: unknown;
  coerced?: Coerced | undefined;
  /** Its answer is not the call's own, but shows that the call worked. */
  inferred?: true | undefined;
}

/** The body as the program sees it. Pointers and conditions of the policy speak of the wire. */
export function dataOf({ body, coerced }: Exchange): unknown {
  return coerced === undefined ? body : coerced.data;
}

/** The value at a place of the exchange, or undefined when there is none. A header is always text. */
export function readPointer(pointer: Pointer, exchange: Exchange): unknown {
  switch (pointer.from) {
    case "status":
      return exchange.status;
    case "header":
      return exchange.headers.get(pointer.name) ?? undefined;
    case "body":
      return readPath(exchange.body, pointer.path);
    case "request.body":
      return readPath(exchange.request.body, pointer.path);
    case "request.header":
      return exchange.request.headers.get(pointer.name) ?? undefined;
    case "request.query":
      return exchange.request.url.searchParams.get(pointer.name) ?? undefined;
    case "request.path":
      return readPath(exchange.request.path, [pointer.name]);
  }
}

const ARRAY_INDEX = /^(?:0|[1-9][0-9]{0,9})$/;

/**
 * Follows JSON Pointer tokens (RFC 6901, already split and unescaped) through own properties only, so that
 * `constructor` or `__proto__` in a foreign body is data like any other. `[]` is the value itself.
 */
export function readPath(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const token of path) {
    if (typeof at !== "object" || at === null) return undefined;
    if (Array.isArray(at) && !ARRAY_INDEX.test(token)) return undefined;
    if (!Object.hasOwn(at, token)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[token];
  }
  return at;
}
