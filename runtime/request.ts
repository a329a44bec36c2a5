/** From an operation and its input to a request that every attempt can send again, byte for byte. */
import type { EncodedBody } from "./body.ts";
import { climbs } from "./climbing.ts";
import type { OperationDescriptor, Parameter, ParameterLocation, RequestBody } from "./descriptor.ts";
import { errorOf, InputValidationError, type Issue } from "./errors.ts";
import type { CallOptions } from "./operation.ts";
import { ownData } from "./own-options.ts";
import { checkHeader, checkPath, encode, ParameterError, type Style, simplePathText } from "./parameters.ts";
import { pathKey } from "./path-key.ts";
import { printable } from "./printable.ts";

/** A parameter with the defaults of OpenAPI filled in. */
interface ReadyParameter extends Style {
  readonly name: string;
  readonly key: string;
  readonly in: ParameterLocation;
  readonly required: boolean;
}

/** What can be prepared of an operation before its first call. */
export interface ReadyOperation {
  readonly operation: OperationDescriptor;
  readonly safe: boolean;
  /** Literal text, encoded, and parameters. */
  readonly path: readonly (string | ReadyParameter)[];
  /** Of query, header and cookie, in this order. */
  readonly parameters: readonly ReadyParameter[];
  /** Constants of the policy, and the query that the path's key itself has (`/responses?beta=true`). */
  readonly constantQuery: string;
  readonly constantHeaders: Readonly<Record<string, string>>;
  /** Lower-cased names of headers that only credentials or the idempotency key may fill. */
  readonly reservedHeaders: ReadonlySet<string>;
}

/** A request without credentials. */
export interface ReadyRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EncodedBody["body"] | undefined;
  /** The body is a stream: one attempt only. */
  readonly once: boolean;
  /** Called when the call fails, with what it failed with. */
  readonly end?: ((error: unknown) => void) | undefined;
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
  const { policy } = operation;
  const parameters = (operation.parameters ?? []).map(readyParameter);
  const at = (location: ParameterLocation) => parameters.filter((parameter) => parameter.in === location);
  const constantHeaders: Record<string, string> = {};
  if (operation.accept !== undefined) constantHeaders["accept"] = operation.accept;
  for (const [name, value] of Object.entries(policy.headers ?? {})) constantHeaders[name.toLowerCase()] = value;
  const reservedHeaders = new Set([
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
  ]);
  for (const scheme of Object.values(operation.connector.auth)) {
    for (const place of scheme.apply) if (place.in === "header") reservedHeaders.add(place.name.toLowerCase());
  }
  const key = policy.idempotency.key;
  if (key?.in === "header") reservedHeaders.add(key.name.toLowerCase());
  return {
    operation,
    safe: operation.method === "GET" || operation.method === "HEAD",
    path: splitPath(operation, at("path")),
    parameters: [...at("query"), ...at("header"), ...at("cookie")],
    constantQuery: [
      ...[pathKey(operation.path).query].filter((text) => text !== ""),
      ...Object.entries(policy.query ?? {}).map(([name, value]) => `${encode(name)}=${encode(value)}`),
    ].join("&"),
    constantHeaders,
    reservedHeaders,
  };
}

function readyParameter(parameter: Parameter): ReadyParameter {
  const style = parameter.style ?? (parameter.in === "query" || parameter.in === "cookie" ? "form" : "simple");
  return {
    name: parameter.name,
    key: parameter.key ?? parameter.name,
    in: parameter.in,
    required: parameter.required === true || parameter.in === "path",
    style,
    explode: parameter.explode ?? (style === "form" || style === "cookie"),
    allowReserved: parameter.allowReserved,
  };
}

function splitPath(operation: OperationDescriptor, parameters: readonly ReadyParameter[]): (string | ReadyParameter)[] {
  const constants = operation.policy.path ?? {};
  const pieces: (string | ReadyParameter)[] = [];
  for (const [index, piece] of pathKey(operation.path)
    .path.split(/\{([^{}]*)\}/)
    .entries()) {
    if (index % 2 === 0) {
      if (piece !== "") pieces.push(encodeURI(piece).replaceAll("%25", "%"));
    } else if (Object.hasOwn(constants, piece)) {
      pieces.push(checkPath(encode(constants[piece]!)));
    } else {
      const parameter = parameters.find(({ name }) => name === piece);
      // A placeholder that the document does not declare is still needed to build the path.
      pieces.push(parameter ?? readyParameter({ name: piece, in: "path", required: true }));
    }
  }
  return pieces;
}

/** Builds the request, or throws an InputValidationError with every fault of the input that is found here. */
export function buildRequest(
  to: ReadyOperation,
  base: string,
  input: Input,
  options: CallOptions,
  extra: {
    readonly key: string | undefined;
    readonly userAgent: string | undefined;
    readonly url?: string | undefined;
  },
): ReadyRequest {
  const { operation } = to;
  const issues: Issue[] = [];
  const attempt = <T>(key: string, write: () => T): T | undefined => {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      issues.push({ path: [key], message: error.message });
      return undefined;
    }
  };
  const read = (parameter: ReadyParameter): unknown => {
    const value = ownValue(input, parameter.key);
    if (value === undefined && parameter.required)
      issues.push({ path: [parameter.key], message: `is a required ${parameter.in} parameter` });
    return value;
  };

  const writePath = operation.write?.path ?? simplePathText;
  let url = base;
  const path: Record<string, unknown> = Object.create(null);
  for (const piece of to.path) {
    if (typeof piece === "string") {
      url += piece;
      continue;
    }
    const value = read(piece);
    path[piece.name] = value;
    if (value !== undefined) url += attempt(piece.key, () => checkPath(writePath(piece.name, value, piece))) ?? "";
  }
  if (to.path.length > 1 && issues.length === 0 && climbs(url.slice(base.length))) {
    issues.push({ path: [], message: "makes a path with a dot segment (`.` or `..`), which would climb" });
  }

  // Without a prototype, a header called `__proto__` is a header.
  const headers: Record<string, string> = Object.assign(Object.create(null), to.constantHeaders);
  const setHeader = (key: string, name: string, value: string): void => {
    attempt(key, () => {
      checkHeader(name, value);
      headers[name.toLowerCase()] = value;
    });
  };
  let query = to.constantQuery;
  let cookies = "";
  for (const parameter of to.parameters) {
    const { name, key, in: place } = parameter;
    const value = read(parameter);
    if (value === undefined) continue;
    const text = attempt(key, () => operation.write![place]!(name, value, parameter));
    if (text === undefined) continue;
    if (place === "header") setHeader(key, name, text);
    else if (text === "") continue;
    else if (place === "query") query += query === "" ? text : `&${text}`;
    else cookies += cookies === "" ? text : `; ${text}`;
  }
  if (query !== "") url += `?${query}`;
  if (cookies !== "") headers["cookie"] = cookies;
  if (extra.userAgent !== undefined) setHeader("userAgent", "user-agent", extra.userAgent);

  const encoded = attempt("body", () => encodeBody(operation, input, extra.key));
  if (encoded !== undefined) setHeader("body", "content-type", encoded.contentType);
  const key = operation.policy.idempotency.key;
  if (extra.key !== undefined && key?.in === "header") setHeader("idempotencyKey", key.name, extra.key);

  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (to.reservedHeaders.has(name.toLowerCase())) {
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
    input: { body: ownValue(input, "body"), path },
  };
}

function encodeBody(operation: OperationDescriptor, input: Input, key: string | undefined): EncodedBody | undefined {
  const { method, policy } = operation;
  const body = chosenBody(operation, input);
  let value = ownValue(input, "body");
  if (body === undefined) {
    if (value !== undefined) throw new ParameterError("is not part of this operation, which declares no request body");
    return undefined;
  }
  const place = policy.idempotency.key;
  if (key !== undefined && place?.in === "body") value = place.put!(operation, input, key);
  if (value === undefined) {
    if (body.required === true) throw new ParameterError("is required");
    return undefined;
  }
  if (method === "GET" || method === "HEAD")
    throw new ParameterError(`cannot be sent: fetch allows no body with ${method}`);
  return body.encode(value, { contentType: body.contentType, encoding: body.encoding });
}

/** The media type that the input asks for; without a word of it the preferred one. */
function chosenBody({ body, bodies }: OperationDescriptor, input: Input): RequestBody | undefined {
  const wanted = bodies === undefined || body === undefined ? undefined : ownValue(input, "contentType");
  if (wanted === undefined) return body;
  const all = [body!, ...bodies!];
  const chosen = all.find(({ contentType }) => contentType === wanted);
  if (chosen !== undefined) return chosen;
  throw new ParameterError(
    `needs a contentType of ${all.map(({ contentType }) => `"${printable(contentType)}"`).join(", ")}`,
  );
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
