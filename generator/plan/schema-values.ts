/** What a document promises of the value at a place of a body: the values it can have, or its types. */
import type { ApiDocument, Schema } from "../model.ts";
import type { Known } from "./condition-truth.ts";

const prefix = "#/components/schemas/";
const maxDepth = 16;

const targetOf = (document: ApiDocument, schema: Schema): Schema | undefined =>
  schema.$ref?.startsWith(prefix) ? document.schemas.get(schema.$ref.slice(prefix.length)) : undefined;

/** Schemas that all hold, and lists of which one holds each. */
function parts(document: ApiDocument, schema: Schema): { all: Schema[]; some: (readonly Schema[])[] } {
  const target = targetOf(document, schema);
  return {
    all: [...(target ? [target] : []), ...(schema.allOf ?? [])],
    some: [schema.anyOf ?? [], schema.oneOf ?? []].filter((list) => list.length > 0),
  };
}

function both(a: Known, b: Known): Known {
  const values = a.values && b.values ? a.values.filter((value) => b.values!.includes(value)) : (a.values ?? b.values);
  const types = a.types && b.types ? new Set([...a.types].filter((type) => b.types!.has(type))) : (a.types ?? b.types);
  return { ...(values ? { values } : {}), ...(types ? { types } : {}) };
}

function either(a: Known, b: Known): Known {
  return {
    ...(a.values && b.values ? { values: [...a.values, ...b.values] } : {}),
    ...(a.types && b.types ? { types: new Set([...a.types, ...b.types]) } : {}),
  };
}

function knownOf(document: ApiDocument, schema: Schema, depth: number): Known {
  if (depth > maxDepth) return {};
  const values = schema.const !== undefined ? [schema.const] : schema.enum;
  const types = schema.type === undefined ? undefined : [schema.type].flat();
  let known: Known = {
    ...(values === undefined ? {} : { values }),
    ...(types === undefined ? {} : { types: new Set(types.map((type) => (type === "integer" ? "number" : type))) }),
  };
  const { all, some } = parts(document, schema);
  for (const one of all) known = both(known, knownOf(document, one, depth + 1));
  for (const list of some) known = both(known, list.map((one) => knownOf(document, one, depth + 1)).reduce(either));
  return known;
}

/** The schema of a property, whatever else the schema is made of. */
function propertyOf(document: ApiDocument, schema: Schema, name: string, depth: number): Schema {
  if (depth > maxDepth) return {};
  const own = schema.properties;
  const { all, some } = parts(document, schema);
  return {
    allOf: [
      ...(own && Object.hasOwn(own, name) ? [own[name]!] : []),
      ...all.map((one) => propertyOf(document, one, name, depth + 1)),
      ...some.map((list) => ({ anyOf: list.map((one) => propertyOf(document, one, name, depth + 1)) })),
    ],
  };
}

function isRequired(document: ApiDocument, schema: Schema, name: string, depth: number): boolean {
  if (depth > maxDepth) return false;
  const { all, some } = parts(document, schema);
  return (
    schema.required?.includes(name) === true ||
    all.some((one) => isRequired(document, one, name, depth + 1)) ||
    some.some((list) => list.every((one) => isRequired(document, one, name, depth + 1)))
  );
}

/** What is promised at the path below a schema; a value that may be missing may be null. */
export function promisedAt(document: ApiDocument, schema: Schema, path: readonly string[]): Known {
  let current = schema;
  let required = true;
  for (const name of path) {
    required &&= isRequired(document, current, name, 0);
    current = propertyOf(document, current, name, 0);
  }
  const known = knownOf(document, current, 0);
  if (required) return known;
  return either(known, { values: [null], types: new Set(["null"]) });
}
