/** Coerced properties in the schemas of a document: where they stand, how they are marked, what they clash with. */
import type { CoercedProperty, CoercedValue } from "../coercion.ts";
import type { ApiDocument, Schema } from "../model.ts";
import { expand } from "./schema-pointer.ts";
import { eachSubschema, mapSubschemas, refName } from "./schema-walk.ts";
import { tagOf } from "./union-tags.ts";

type Found =
  | { readonly kind: "found"; readonly schemas: readonly Schema[] }
  | { readonly kind: "absent"; readonly token: string; readonly known: readonly string[] };

/** A schema's own compositions, and the items of its lists; never what it refers to. */
function* ownParts(schema: Schema): Generator<Schema> {
  yield schema;
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* ownParts(part);
  if (schema.items !== undefined) yield* ownParts(schema.items);
}

/** The schemas of a property that a schema itself declares. */
export function propertiesAt(schema: Schema, path: readonly string[]): Found {
  let current: readonly Schema[] = [schema];
  for (const token of path) {
    const parts = current.flatMap((one) => [...ownParts(one)]);
    const next = parts.flatMap(({ properties }) =>
      properties && Object.hasOwn(properties, token) ? [properties[token]!] : [],
    );
    if (next.length === 0)
      return { kind: "absent", token, known: parts.flatMap(({ properties = {} }) => Object.keys(properties)) };
    current = next;
  }
  return { kind: "found", schemas: current };
}

/** The document with `coerced` on the schemas of these properties. */
export function markCoerced(document: ApiDocument, coercions: readonly CoercedProperty[]): ApiDocument {
  if (coercions.length === 0) return document;
  const schemas = new Map(document.schemas);
  for (const { schema, path, value } of coercions) {
    const known = schemas.get(schema);
    if (known !== undefined) schemas.set(schema, mark(document, known, path, value));
  }
  return { ...document, schemas };
}

function mark(document: ApiDocument, schema: Schema, path: readonly string[], value: CoercedValue): Schema {
  const [token, ...rest] = path;
  if (token === undefined) return markValue(document, schema, value);
  const into = (part: Schema): Schema => mark(document, part, path, value);
  const { properties } = schema;
  const own = properties && Object.hasOwn(properties, token) ? properties[token] : undefined;
  return {
    ...schema,
    ...(own && { properties: { ...properties, [token]: mark(document, own, rest, value) } }),
    ...(schema.items && { items: into(schema.items) }),
    ...(schema.allOf && { allOf: schema.allOf.map(into) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(into) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(into) }),
  };
}

/** A list of values is a list of coerced values; one behind a reference is written out, since others refer to it too. */
function markValue(document: ApiDocument, schema: Schema, value: CoercedValue): Schema {
  const list = expand(document, schema).find((one) => one.items !== undefined);
  if (list?.items === undefined) return { ...schema, coerced: value };
  const { $ref: _, ...siblings } = schema;
  return { ...list, ...siblings, items: markValue(document, list.items, value) };
}

/** For a coerced property, the name of a schema that has it uncoerced and may stand in the same place untold. */
export function unlikeMembers(
  document: ApiDocument,
  coercions: readonly CoercedProperty[],
): ReadonlyMap<CoercedProperty, string> {
  const marked = markCoerced(document, coercions);
  const bySchema = new Map<string, CoercedProperty[]>();
  for (const one of coercions) bySchema.set(one.schema, [...(bySchema.get(one.schema) ?? []), one]);
  const found = new Map<CoercedProperty, string>();
  const named = (member: Schema): Member => ({ name: nameOf(member), parts: expand(marked, member) });
  const visit = (schema: Schema, name: string): void => {
    for (const union of [schema.anyOf, schema.oneOf])
      if (union && union.length > 1) compare(union.map(named), () => tagOf(marked, schema, union) !== undefined);
    if (schema.allOf) {
      const { allOf, ...own } = schema;
      compare([{ name, parts: [own] }, ...allOf.map(named)], () => false);
    }
    eachSubschema(schema, (sub) => visit(sub, ""));
  };
  const compare = (members: readonly Member[], areTold: () => boolean): void => {
    for (const [index, { name, parts }] of members.entries()) {
      const names = new Set([name, ...parts.map(nameOf)]);
      for (const property of [...names].flatMap((one) => bySchema.get(one) ?? [])) {
        const [key = ""] = property.path;
        const unlike = members.find(
          (member, other) => other !== index && member.parts.some((part) => hasUnlike(part, key, property.value)),
        );
        if (unlike && !found.has(property) && !areTold()) found.set(property, unlike.name);
      }
    }
  };
  for (const [name, schema] of marked.schemas) visit(schema, name);
  for (const { responses } of marked.operations)
    for (const { content } of responses) for (const { schema } of content) if (schema) visit(schema, "");
  return found;
}

interface Member {
  /** Empty for an inline schema. */
  readonly name: string;
  readonly parts: readonly Schema[];
}

function hasUnlike({ properties }: Schema, key: string, value: CoercedValue): boolean {
  return properties !== undefined && Object.hasOwn(properties, key) && !isMarked(properties[key]!, value);
}

function nameOf({ $ref }: Schema): string {
  return $ref === undefined ? "" : refName($ref);
}

/** Whether a property's schema, or something in it, is coerced in this way. */
function isMarked(schema: Schema, { from, to }: CoercedValue): boolean {
  let marked = schema.coerced?.from === from && schema.coerced.to === to;
  mapSubschemas(schema, (sub) => {
    marked ||= isMarked(sub, { from, to });
    return sub;
  });
  return marked;
}
