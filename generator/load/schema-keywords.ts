import type { Schema } from "../model.ts";
import { isMap, type JsonMap, type JsonValue, own } from "./json-tree.ts";

export type Writable = { -readonly [K in keyof Schema]: Schema[K] };
type Warn = (key: string, message: string) => void;

/** Keywords that constrain values and that the model does not hold. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  ..."if then else contains minContains maxContains propertyNames dependentSchemas dependentRequired".split(" "),
  ..."dependencies $dynamicRef $recursiveRef".split(" "),
]);

const TYPES = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

/** Keywords that describe, in the form of the model. */
export function annotationsOf(value: JsonMap, warn: Warn): Writable {
  const schema: Writable = {};
  for (const key of ["title", "description"] as const) {
    const text = own(value, key);
    if (typeof text === "string") schema[key] = text;
  }
  for (const key of ["deprecated", "readOnly", "writeOnly"] as const) {
    if (own(value, key) === true) schema[key] = true;
  }
  const preset = own(value, "default");
  if (preset !== undefined) {
    schema.default = preset;
    warnRounded("default", [preset], warn);
  }
  const examples = examplesOf(value);
  if (examples.length > 0) schema.examples = examples;
  return schema;
}

function examplesOf(value: JsonMap): readonly JsonValue[] {
  const list = own(value, "examples");
  if (Array.isArray(list)) return list;
  const single = own(value, "example");
  if (single !== undefined) return [single];
  return isMap(list) ? Object.values(list).map((entry) => (isMap(entry) ? (own(entry, "value") ?? entry) : entry)) : [];
}

/** `type` when it names types that exist. */
export function typesOf(value: JsonMap, warn: Warn): Schema["type"] {
  const given = own(value, "type");
  if (given === undefined) return undefined;
  const all = Array.isArray(given) ? given : [given];
  const known = [...new Set(all.filter((type): type is string => typeof type === "string" && TYPES.has(type)))];
  if (known.length < all.length) {
    const odd = all.find((type) => typeof type !== "string" || !TYPES.has(type)) ?? null;
    warn("type", `${JSON.stringify(odd).slice(0, 60)} is not a type`);
    return undefined;
  }
  return known.length === 1 ? (known[0] as string) : known.length === 0 ? undefined : known;
}

/** `binary` and `byte` of 3.0, which 3.1 writes as content keywords. */
export function binaryFormat(value: JsonMap): "binary" | "byte" | undefined {
  const type = own(value, "type");
  const encoding = own(value, "contentEncoding");
  if (typeof encoding === "string") return /^base64/i.test(encoding) ? "byte" : undefined;
  const isString = type === undefined || type === "string" || (Array.isArray(type) && type.includes("string"));
  const media = own(value, "contentMediaType");
  return isString && media === "application/octet-stream" ? "binary" : undefined;
}

/** Keywords that constrain one value by itself. */
export function constraintsOf(value: JsonMap, warn: Warn): Writable {
  const schema: Writable = {};
  for (const key of ["format", "pattern"] as const) {
    const text = own(value, key);
    if (typeof text === "string") schema[key] = text;
    else if (text !== undefined) warn(key, `${key} is not a string`);
  }
  for (const key of ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] as const) {
    const count = own(value, key);
    if (typeof count === "number" && Number.isInteger(count) && count >= 0) schema[key] = count;
    else if (count !== undefined) warn(key, `${key} is not a count`);
  }
  bounds(value, schema, warn);
  if (own(value, "uniqueItems") === true) schema.uniqueItems = true;
  const required = own(value, "required");
  if (Array.isArray(required)) {
    const names = required.filter((name): name is string => typeof name === "string");
    if (names.length < required.length) warn("required", "required lists something that is not a name");
    if (names.length > 0) schema.required = [...new Set(names)];
  } else if (required !== undefined) warn("required", "required is not a list of names");
  const values = own(value, "enum");
  if (Array.isArray(values) && values.length > 0) {
    schema.enum = values;
    warnRounded("enum", values, warn);
  } else if (values !== undefined) warn("enum", "enum is not a list of values");
  const constant = own(value, "const");
  if (constant !== undefined) {
    schema.const = constant;
    warnRounded("const", [constant], warn);
  }
  return schema;
}

function bounds(value: JsonMap, schema: Writable, warn: Warn): void {
  for (const key of ["minimum", "maximum", "multipleOf"] as const) {
    const bound = own(value, key);
    if (typeof bound === "number" && (key !== "multipleOf" || bound > 0)) schema[key] = bound;
    else if (bound !== undefined) warn(key, `${key} is not a number`);
  }
  for (const [key, limit] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const bound = own(value, key);
    if (typeof bound === "number") schema[key] = bound;
    else if (bound === true && schema[limit] !== undefined) {
      // As OpenAPI 3.0 wrote it, left over in a 3.1 document.
      schema[key] = schema[limit];
      delete schema[limit];
    } else if (bound !== undefined && typeof bound !== "boolean") warn(key, `${key} is not a number`);
  }
}

/** JavaScript reads integers beyond 2^53 as their neighbours. */
function warnRounded(key: string, values: readonly JsonValue[], warn: Warn): void {
  if (
    values.some(
      (item) =>
        typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item) && Math.abs(item) < 1e21,
    )
  ) {
    warn(key, `${key} holds an integer beyond 2^53, which is rounded`);
  }
}
