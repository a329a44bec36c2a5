/** From an operation and its input to a request that every attempt can send again, byte for byte. */
import type { EncodedBody } from "./body.ts";
import { climbs } from "./climbing.ts";
import type { OperationDescriptor, Parameter } from "./descriptor.ts";
import { type Effect, errorOf, InputValidationError, type Issue } from "./errors.ts";
import type { CallOptions } from "./operation.ts";
import { ownData } from "./own-options.ts";
import { checkHeader, checkPath, encode, ParameterError, writePlain } from "./parameters.ts";

/** What can be prepared of an operation before its first call. */
export interface ReadyOperation {
  readonly operation: OperationDescriptor;
  readonly safe: boolean;
  /** Literal text, encoded, and the parameters between. */
  readonly path: readonly (string | Parameter)[];
  /** Those that do not stand in the path. */
  readonly parameters: readonly Parameter[];
  /** Constants, encoded. */
  readonly query: string;
  /** Constants by lower-cased name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A request without credentials. */
export interface ReadyRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EncodedBody["body"] | undefined;
  /** The body is a stream: one attempt only. */
  readonly once: boolean;
  /** Called when the call fails, with what it may have done. */
  readonly end?: ((effect: Effect) => void) | undefined;
  readonly key: string | undefined;
  /** The body before encoding, and the path parameters, for pointers of the policy. */
  readonly input: { readonly body: unknown; readonly path: Readonly<Record<string, unknown>> };
}

export type Input = Readonly<Record<string, unknown>>;

const ready = new WeakMap<OperationDescriptor, ReadyOperation>();

export function readyOperation(operation: OperationDescriptor): ReadyOperation {
  let known = ready.get(operation);
  if (known === undefined) {
    known = prepare(ownData(operation));
    ready.set(operation, known);
  }
  return known;
}

function prepare(operation: OperationDescriptor): ReadyOperation {
  const { method, policy, accept, parameters = [] } = operation;
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  for (const [name, value] of Object.entries(policy.headers ?? {})) headers[name.toLowerCase()] = value;
  const constants = policy.path ?? {};
  return {
    operation,
    safe: method === "GET" || method === "HEAD",
    path: operation.path.split(/\{([^{}]*)\}/).map((piece, index) => {
      if (index % 2 === 0) return encodeURI(piece).replaceAll("%25", "%");
      if (Object.hasOwn(constants, piece)) return checkPath(encode(constants[piece]!));
      return parameters.find((one) => one.in === "path" && one.name === piece) ?? { name: piece, in: "path" };
    }),
    parameters: parameters.filter((one) => one.in !== "path"),
    query: Object.entries(policy.query ?? {})
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join("&"),
    headers,
  };
}

/** What the client and the caller add. None of it may be absent, lest a polluted `Object.prototype` has it. */
interface RequestExtras {
  readonly key: string | undefined;
  readonly userAgent: string | undefined;
  /** Replaces path and query. */
  readonly url: string | undefined;
  readonly headers: CallOptions["headers"];
}

/** Builds the request, or throws an InputValidationError with every fault of the input that is found here. */
export function buildRequest(to: ReadyOperation, base: string, input: Input, extra: RequestExtras): ReadyRequest {
  const { operation } = to;
  const { write, policy } = operation;
  const issues: Issue[] = [];
  const attempt = <T>(key: string, act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      issues.push({ path: [key], message: error.message });
      return undefined;
    }
  };
  const path: Record<string, unknown> = Object.create(null);
  const textOf = (parameter: Parameter): string | undefined => {
    const { name, in: place, key = name, required = place === "path", style } = parameter;
    const value = ownValue(input, key);
    if (place === "path") path[name] = value;
    if (value === undefined) {
      if (required) issues.push({ path: [key], message: `is a required ${place} parameter` });
      return undefined;
    }
    return attempt(key, () => {
      const text = style === undefined ? writePlain(place, name, value) : write![place]!(name, value, parameter);
      return place === "path" ? checkPath(text) : text;
    });
  };

  let url = base;
  for (const piece of to.path) url += typeof piece === "string" ? piece : (textOf(piece) ?? "");
  if (to.path.length > 1 && issues.length === 0 && climbs(url.slice(base.length))) {
    issues.push({ path: [], message: "makes a path with a dot segment (`.` or `..`), which would climb" });
  }

  // Without a prototype, a header called `__proto__` is a header.
  const headers: Record<string, string> = Object.assign(Object.create(null), to.headers);
  const setHeader = (key: string, name: string, value: string | undefined): void => {
    if (value === undefined) return;
    attempt(key, () => {
      checkHeader(name, value);
      headers[name.toLowerCase()] = value;
    });
  };
  let { query } = to;
  let cookies = "";
  for (const parameter of to.parameters) {
    const { name, in: place, key = name } = parameter;
    const text = textOf(parameter);
    if (place === "header") setHeader(key, name, text);
    else if (!text) continue;
    else if (place === "query") query += query === "" ? text : `&${text}`;
    else cookies += cookies === "" ? text : `; ${text}`;
  }
  if (query !== "") url += `?${query}`;
  if (cookies !== "") headers["cookie"] = cookies;
  setHeader("userAgent", "user-agent", extra.userAgent);
  const body = ownValue(input, "body");
  const encoded = attempt("body", () => {
    if (write?.body !== undefined) return write.body(operation, input, extra.key);
    if (body === undefined) return undefined;
    throw new ParameterError("is not part of this operation, which declares no request body");
  });
  setHeader("body", "content-type", encoded?.contentType);
  const { key } = policy.idempotency;
  if (key?.in === "header") setHeader("idempotencyKey", key.name, extra.key);
  for (const [name, value] of Object.entries(extra.headers ?? {})) {
    if (isReserved(operation, name)) {
      issues.push({
        path: ["headers", name],
        message: "is written by the client (credentials, key, framing) and cannot be set here",
      });
    } else if (value === null) {
      delete headers[name.toLowerCase()];
    } else {
      setHeader(`headers.${name}`, name, value);
    }
  }

  if (issues.length > 0) throw invalidInput(operation, issues);
  return {
    url: extra.url ?? url,
    headers,
    body: encoded?.body,
    once: encoded?.once === true,
    end: encoded?.end,
    key: extra.key,
    input: { body, path },
  };
}

const framing = /^(?:(?:proxy-)?authorization|cookie|host|content-length|transfer-encoding|connection)$/;

/** Whether only credentials, the idempotency key or `fetch` itself may fill a header. */
function isReserved({ connector, policy }: OperationDescriptor, header: string): boolean {
  const name = header.toLowerCase();
  const filled = [...Object.values(connector.auth).flatMap(({ apply }) => apply), policy.idempotency.key];
  return framing.test(name) || filled.some((place) => place?.in === "header" && place.name.toLowerCase() === name);
}

/** The error for an input that cannot be sent. */
export function invalidInput(operation: OperationDescriptor, issues: readonly Issue[]): InputValidationError {
  const list = issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.length === 0 ? "the input" : path.map(String).join(".")} ${message}`);
  if (issues.length > 5) list.push(`and ${issues.length - 5} more`);
  const text = `the input is not valid: ${list.join("; ")}. Nothing was sent.`;
  return errorOf(operation, InputValidationError, text, { effect: "none", code: "input", issues });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value's own property; undefined of anything but an object. */
export function ownValue(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
