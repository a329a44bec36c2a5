/** Follows a JSON Pointer through schemas, to check what a policy says against what the document says. */
import type { ApiDocument, Schema, SpecOperation } from "../model.ts";

/**
 * `found`: some schema declares the place (with its schemas); `open`: nothing is said about it, anything may be there;
 * `absent`: the properties are listed and it is not one of them.
 */
export type Lookup =
  | { readonly kind: "found"; readonly schemas: readonly Schema[] }
  | { readonly kind: "open" }
  | { readonly kind: "absent"; readonly at: number; readonly known: readonly string[] };

const prefix = "#/components/schemas/";

/** A schema with references followed and combinations laid open: all schemas that speak about the same value. */
export function expand(document: ApiDocument, schema: Schema): readonly Schema[] {
  const found: Schema[] = [];
  const seen = new Set<Schema>();
  const pending = [schema];
  while (pending.length > 0 && seen.size < 2000) {
    const next = pending.shift()!;
    if (seen.has(next)) continue;
    seen.add(next);
    if (next.$ref?.startsWith(prefix)) {
      const target = document.schemas.get(next.$ref.slice(prefix.length));
      if (target) pending.push(target);
    }
    for (const list of [next.allOf, next.anyOf, next.oneOf]) if (list) pending.push(...list);
    found.push(next);
  }
  return found;
}

const isStructural = (schema: Schema): boolean =>
  schema.type !== undefined ||
  schema.enum !== undefined ||
  schema.const !== undefined ||
  schema.properties !== undefined;

export function typesOf(schemas: readonly Schema[]): ReadonlySet<string> {
  return new Set(schemas.flatMap((schema) => schema.type ?? []));
}

function step(document: ApiDocument, schemas: readonly Schema[], token: string): Lookup {
  const next: Schema[] = [];
  const known = new Set<string>();
  let open = false;
  for (const schema of schemas.flatMap((one) => expand(document, one))) {
    if (schema.properties) {
      for (const name of Object.keys(schema.properties)) known.add(name);
      if (Object.hasOwn(schema.properties, token)) next.push(schema.properties[token]!);
    } else if (schema.type === "object") open ||= schema.additionalProperties !== false;
    if (typeof schema.additionalProperties === "object") next.push(schema.additionalProperties);
    else if (schema.additionalProperties === true || schema.patternProperties) open = true;
    if (/^[0-9]+$/.test(token)) {
      if (schema.prefixItems?.[Number(token)]) next.push(schema.prefixItems[Number(token)]!);
      else if (schema.items) next.push(schema.items);
      else if (schema.type === "array") open = true;
    }
  }
  if (next.length > 0) return { kind: "found", schemas: next };
  const silent = !schemas.flatMap((one) => expand(document, one)).some(isStructural);
  return open || silent ? { kind: "open" } : { kind: "absent", at: 0, known: [...known] };
}

export function lookUp(document: ApiDocument, schemas: readonly Schema[], path: readonly string[]): Lookup {
  let current: Lookup = { kind: "found", schemas };
  for (const [at, token] of path.entries()) {
    if (current.kind !== "found") break;
    current = step(document, current.schemas, token);
    if (current.kind === "absent") return { ...current, at };
  }
  if (current.kind === "found")
    return { kind: "found", schemas: current.schemas.flatMap((schema) => expand(document, schema)) };
  return current;
}

const isJson = (contentType: string): boolean => /[/+]json\b/.test(contentType) || contentType.startsWith("*/*");

/** JSON schemas of the answers with a status that `wanted` accepts. */
export function responseSchemasOf(operation: SpecOperation, wanted: (status: string) => boolean): Schema[] {
  return operation.responses
    .filter((response) => wanted(response.status))
    .flatMap((response) => response.content.filter((media) => isJson(media.contentType)))
    .flatMap((media) => media.schema ?? []);
}

/** Success answers; `default` counts when nothing else says success. */
export function successSchemas(operation: SpecOperation): Schema[] {
  const success = responseSchemasOf(operation, (status) => status.startsWith("2"));
  const declared = operation.responses.some((response) => response.status.startsWith("2"));
  return declared ? success : responseSchemasOf(operation, (status) => status === "default");
}

/** Names of the array properties of a page body, or undefined when the body itself is an array. */
export function arrayProperties(document: ApiDocument, schemas: readonly Schema[]): readonly string[] | undefined {
  const expanded = schemas.flatMap((schema) => expand(document, schema));
  if (typesOf(expanded).has("array")) return undefined;
  const names = new Set<string>();
  for (const schema of expanded)
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      if (typesOf(expand(document, property)).has("array")) names.add(name);
  return [...names];
}
