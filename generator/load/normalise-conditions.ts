import type { Schema } from "../model.ts";
import type { SchemaConditions } from "../schema-conditions.ts";
import { child, isMap, type JsonMap, type JsonValue, own, type Path } from "./json-tree.ts";

type Writable = { -readonly [K in keyof SchemaConditions]: SchemaConditions[K] };
type Normalise = (value: JsonValue, path: Path | undefined) => Schema;

const SCHEMAS = ["if", "then", "else", "contains", "propertyNames", "contentSchema"] as const;
const UNEVALUATED = ["unevaluatedProperties", "unevaluatedItems"] as const;
const COUNTS = ["minContains", "maxContains"] as const;
const TEXTS = ["contentMediaType", "contentEncoding"] as const;

/** What `format` says in the model: bytes as such and in base64. */
const HELD_BY_FORMAT = /^(base64.*|application\/octet-stream)$/is;

/** Keywords of a schema that are only kept to be compared; undefined when it has none. What has a wrong form is left out. */
export function conditionsOf(
  value: JsonMap,
  path: Path | undefined,
  composed: boolean,
  one: Normalise,
): SchemaConditions | undefined {
  const found: Writable = {};
  // Without composition they say what `additionalProperties` and `items` say.
  for (const key of composed ? [...SCHEMAS, ...UNEVALUATED] : SCHEMAS) {
    const held = own(value, key);
    if (isMap(held) || typeof held === "boolean") found[key] = one(held, child(path, key));
  }
  for (const key of COUNTS) {
    const count = own(value, key);
    if (typeof count === "number") found[key] = count;
  }
  for (const key of TEXTS) {
    const text = own(value, key);
    if (typeof text === "string" && !HELD_BY_FORMAT.test(text)) found[key] = text;
  }
  const schemas: Record<string, Schema> = Object.create(null);
  const required: Record<string, readonly string[]> = Object.create(null);
  // `dependencies` is what drafts before 2019-09 called both.
  for (const key of ["dependencies", "dependentSchemas", "dependentRequired"]) {
    const map = own(value, key);
    for (const name of isMap(map) ? Object.keys(map) : []) {
      const held = (map as JsonMap)[name] as JsonValue;
      if (Array.isArray(held)) required[name] = held.filter((item): item is string => typeof item === "string");
      else if (key !== "dependentRequired" && (isMap(held) || typeof held === "boolean"))
        schemas[name] = one(held, child(child(path, key), name));
    }
  }
  if (Object.keys(schemas).length > 0) found.dependentSchemas = schemas;
  if (Object.keys(required).length > 0) found.dependentRequired = required;
  return Object.keys(found).length > 0 ? found : undefined;
}
