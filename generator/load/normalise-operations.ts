import type { HttpMethod } from "../http-method.ts";
import type { Json, JsonObject, SpecOperation } from "../model.ts";
import { type DocumentReader, entriesOf, type Found, itemsOf } from "./document-reader.ts";
import { Findings } from "./findings.ts";
import {
  child,
  isMap,
  type JsonMap,
  type JsonValue,
  own,
  ownMap,
  ownString,
  type Path,
  pointerOf,
} from "./json-tree.ts";
import { contentOf, responsesOf } from "./normalise-content.ts";
import { parametersOf } from "./normalise-parameters.ts";
import { scopesOf, securityOf } from "./normalise-security.ts";
import { serversOf } from "./normalise-servers.ts";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** All operations in the order of the document. */
export function operationsOf(reader: DocumentReader, schemes: ReadonlySet<string>): SpecOperation[] {
  const paths = ownMap(reader.root, "paths") ?? {};
  const root: Path = { parent: undefined, token: "paths" };
  const context = { reader, schemes, fallback: fallbackOf(reader, schemes) };
  const found: { item: Found; operation: Found; path: string; method: HttpMethod }[] = [];
  for (const path of Object.keys(paths)) {
    const at = child(root, path);
    const item = own(paths, path);
    if (path.startsWith("x-") || !isMap(item)) continue;
    for (const { method, operation } of methodsOf(item, at, path, reader))
      found.push({ item: { value: item, path: at }, operation, path, method });
  }
  const uses = new Map<string, number>();
  for (const { operation } of found) {
    const id = idOf(operation.value);
    if (id !== undefined) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  const seen = new Set<string>();
  return found.map(({ item, operation, path, method }) => {
    const id = idOf(operation.value);
    const unique = id !== undefined && uses.get(id) === 1;
    if (id !== undefined && !unique) {
      if (seen.has(id)) {
        const message = `the operationId ${JSON.stringify(id)} stands twice; both operations are known by method and path`;
        const fix = "name the operations in the policy, by method and path";
        reader.findings.warn("S021", reader.place(child(operation.path, "operationId")), message, fix);
      }
      seen.add(id);
    }
    const key = unique ? id : `${method.toUpperCase()} ${path}`;
    const read = operationOf({ item, operation, path, method }, key, id, context);
    const callbacks = callbacksOf(operation, context);
    return callbacks === undefined ? read : { ...read, callbacks };
  });
}

/** [RFC 9110, 9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1): a token; methods are upper-case by custom. */
const OTHER_METHOD = /^[A-Z0-9!#$%&'*+.^_`|~-]{1,40}$/;
/** [Fetch](https://fetch.spec.whatwg.org/#forbidden-method) refuses these. */
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);

/** The operations of a path; with OpenAPI 3.2 also `query` and those of other methods. */
function methodsOf(
  item: JsonMap,
  at: Path,
  path: string,
  reader: DocumentReader,
): { method: HttpMethod; operation: Found }[] {
  const found: { method: HttpMethod; operation: Found }[] = [];
  const isThreeTwo = reader.root["openapi"] === "3.2.0";
  for (const method of Object.keys(item)) {
    const value = item[method];
    if (!isMap(value) || !(METHODS.has(method) || (isThreeTwo && method === "query"))) continue;
    found.push({ method, operation: { value, path: child(at, method) } });
  }
  for (const { key, value, path: place } of isThreeTwo ? entriesOf(item, "additionalOperations", at) : []) {
    const method = key.toLowerCase();
    const isOther = OTHER_METHOD.test(key) && !FORBIDDEN.has(key) && !METHODS.has(method) && method !== "query";
    if (isMap(value) && isOther) found.push({ method, operation: { value, path: place } });
    else {
      const message = `the operation ${key} ${path} is left out: fetch cannot send this method, or OpenAPI has another place for it`;
      reader.findings.warn("S024", reader.place(place), message, "name an upper-case method other than GET, POST …");
    }
  }
  return found;
}

function idOf(operation: JsonMap): string | undefined {
  const id = ownString(operation, "operationId")?.trim();
  // "GET /path" is how operations without an id are known.
  return id === undefined || id === "" || /^[A-Z]+ \//.test(id) ? undefined : id;
}

/** The document's own `security`, for operations that say nothing. */
function fallbackOf(reader: DocumentReader, schemes: ReadonlySet<string>): Context["fallback"] {
  const scopes = scopesOf(reader.root, schemes);
  const security = securityOf(reader.root, undefined, schemes, reader) ?? [];
  return scopes === undefined ? { security } : { security, scopes };
}

interface Context {
  readonly reader: DocumentReader;
  readonly schemes: ReadonlySet<string>;
  readonly fallback: Pick<SpecOperation, "security" | "scopes">;
}

/** Requests that the provider sends: webhooks. Undefined when there are none. */
export function webhooksOf(reader: DocumentReader, schemes: ReadonlySet<string>): SpecOperation[] | undefined {
  const context = { reader: quiet(reader), schemes, fallback: { security: [] } };
  const webhooks = entriesOf(reader.root, "webhooks", undefined).flatMap(({ key, value, path }) =>
    sentOperations(key, value, path, context),
  );
  return webhooks.length > 0 ? webhooks : undefined;
}

/** Of an operation's own callbacks; those of callbacks would lead on without end. */
function callbacksOf(operation: Found, context: Context): SpecOperation["callbacks"] {
  const { reader } = context;
  const within = { ...context, reader: quiet(reader), fallback: { security: [] } };
  const callbacks = entriesOf(operation.value, "callbacks", operation.path).map(({ key, value, path }) => {
    const found = reader.resolve(value, path);
    const expressions = found ? Object.keys(found.value).filter((name) => !name.startsWith("x-")) : [];
    const operations = expressions.flatMap((name) =>
      sentOperations(name, found?.value[name] as JsonValue, child(found?.path, name), within),
    );
    return { name: key, operations };
  });
  return callbacks.length > 0 ? callbacks : undefined;
}

/** Mistakes in what nothing is generated from are not told. */
function quiet(reader: DocumentReader): DocumentReader {
  return { ...reader, findings: new Findings() };
}

function sentOperations(path: string, value: JsonValue, at: Path, context: Context): SpecOperation[] {
  const item = context.reader.resolve(value, at);
  if (!item?.path) return [];
  return methodsOf(item.value, item.path, path, context.reader).map(({ method, operation }) => {
    const id = idOf(operation.value);
    // Not `path`: what is in the braces of an expression is no parameter.
    const read = operationOf({ item, operation, path: "", method }, `${method.toUpperCase()} ${path}`, id, context);
    return { ...read, path };
  });
}

function operationOf(
  given: { item: Found; operation: Found; path: string; method: HttpMethod },
  key: string,
  id: string | undefined,
  { fallback, schemes, reader }: Context,
): SpecOperation {
  const { item, operation, path, method } = given;
  const { security = fallback.security, scopes } = ownSecurity(given.operation, fallback, schemes, reader);
  const { value } = operation;
  const at = operation.path as Path;
  const requestBody = requestBodyOf(value, at, method, reader);
  const docs = ownMap(value, "externalDocs");
  const url = docs && ownString(docs, "url");
  const ownServers = serversOf(value, at, reader);
  const summary = ownString(value, "summary") ?? ownString(item.value, "summary");
  const description = ownString(value, "description") ?? ownString(item.value, "description");
  return {
    key,
    method,
    path,
    tags: itemsOf(value, "tags", at).flatMap((tag) => (typeof tag.value === "string" ? [tag.value] : [])),
    deprecated: own(value, "deprecated") === true,
    parameters: parametersOf(item, operation, path, reader),
    responses: responsesOf(value, at, reader),
    security,
    ...(scopes === undefined ? {} : { scopes }),
    servers: ownServers.length > 0 ? ownServers : serversOf(item.value, item.path, reader),
    pointer: pointerOf(at),
    extensions: extensionsOf(value),
    ...(id === undefined ? {} : { operationId: id }),
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(url === undefined ? {} : { docs: url }),
    ...(requestBody === undefined ? {} : { requestBody }),
  };
}

function ownSecurity(
  operation: Found,
  fallback: Context["fallback"],
  schemes: ReadonlySet<string>,
  reader: DocumentReader,
): Partial<Context["fallback"]> {
  const security = securityOf(operation.value, operation.path, schemes, reader);
  if (security === undefined) return fallback;
  const scopes = scopesOf(operation.value, schemes);
  return scopes === undefined ? { security } : { security, scopes };
}

function requestBodyOf(
  operation: JsonMap,
  path: Path,
  method: HttpMethod,
  reader: DocumentReader,
): SpecOperation["requestBody"] {
  const found = reader.resolve(own(operation, "requestBody"), child(path, "requestBody"));
  if (!found) return undefined;
  const required = own(found.value, "required") === true;
  const media = Object.values(ownMap(found.value, "content") ?? {});
  if (media.length === 0) return undefined;
  const bodiless = method === "get" || method === "head";
  const empty = media.every((entry) =>
    isEmptyObject(isMap(entry) ? own(entry, "schema") : undefined, bodiless, reader),
  );
  if (empty && !required) return undefined;
  if (bodiless) {
    const message = `${method.toUpperCase()} has a request body, which fetch cannot send and HTTP gives no meaning; it is left out`;
    reader.findings.warn(
      "S024",
      reader.place(child(path, "requestBody")),
      message,
      "correct the method, or remove the body",
    );
    return undefined;
  }
  const description = ownString(found.value, "description");
  return {
    required,
    content: contentOf(found.value, found.path, reader),
    ...(description === undefined ? {} : { description }),
  };
}

/** A schema that admits nothing but `{}`; with `open`, also one that merely names no property. */
function isEmptyObject(schema: JsonValue | undefined, open: boolean, reader: DocumentReader): boolean {
  const found = reader.resolve(schema, undefined)?.value;
  if (!found) return open;
  const hasProperties = Object.keys(ownMap(found, "properties") ?? {}).length > 0;
  const composed = ["allOf", "anyOf", "oneOf", "patternProperties"].some((key) => own(found, key) !== undefined);
  if (hasProperties || composed || isMap(own(found, "additionalProperties"))) return false;
  const closed = own(found, "additionalProperties") === false;
  return own(found, "type") === "object" && (closed || (open && own(found, "additionalProperties") === undefined));
}

function extensionsOf(value: JsonMap): JsonObject {
  const extensions: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    if (key.startsWith("x-")) extensions[key] = value[key] as Json;
  }
  return extensions;
}
