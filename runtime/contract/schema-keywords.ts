import { type DocumentNode, isNode, member } from "./document.ts";

const maps = ["properties", "patternProperties", "dependentSchemas"];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
const singles = [
  "items",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
];
const types = ["null", "boolean", "object", "array", "number", "string", "integer"];
const numbers = [
  ["multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength"],
  ["maxItems", "minItems", "maxContains", "minContains", "maxProperties", "minProperties"],
].flat();

/** One step to a subschema: the keyword, and for lists and maps the index or key. */
type SubschemaPath = readonly [keyword: string] | readonly [keyword: string, key: string | number];

/**
 * A copy of a schema that holds assertions only, its subschemas replaced by what `nested` returns for them.
 * Annotations, identifiers (`$id`, `$anchor`) and malformed keywords of a foreign document do not reach the validator.
 * `optional` names are taken out of `required`; `oneOf` asks for at least one.
 */
export function copyAssertions(
  schema: DocumentNode,
  nested: (value: unknown, path: SubschemaPath) => unknown,
  optional: ReadonlySet<string>,
): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...ownAssertions(schema, optional) };
  for (const keyword of singles) {
    const value = member(schema, keyword);
    if (isNode(value) || typeof value === "boolean") copy[keyword] = nested(value, [keyword]);
  }
  const alternatives: unknown[] = [];
  for (const keyword of lists) {
    const value = member(schema, keyword);
    if (!Array.isArray(value) || value.length === 0) continue;
    const schemas = value.map((item, index) => nested(item, [keyword, index]));
    // Alternatives that overlap are common in real documents, so "one of" is not "exactly one of".
    if (keyword === "oneOf") alternatives.push({ anyOf: schemas });
    else copy[keyword] = schemas;
  }
  if (alternatives.length > 0) copy["allOf"] = [...((copy["allOf"] as unknown[]) ?? []), ...alternatives];
  for (const keyword of maps) {
    const value = member(schema, keyword);
    if (!isNode(value)) continue;
    const entries = Object.entries(value).filter(([key]) => keyword !== "patternProperties" || toRegExp(key));
    copy[keyword] = Object.fromEntries(entries.map(([key, item]) => [key, nested(item, [keyword, key])]));
  }
  return copy;
}

function ownAssertions(schema: DocumentNode, optional: ReadonlySet<string>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const type = member(schema, "type");
  const named = (Array.isArray(type) ? type : [type]).filter((name) => types.includes(name));
  if (named.length > 0) copy["type"] = [...new Set(named)];
  if (Object.hasOwn(schema, "const")) copy["const"] = schema["const"];
  const values = member(schema, "enum");
  if (Array.isArray(values) && values.length > 0) copy["enum"] = values;
  for (const keyword of numbers) {
    const value = member(schema, keyword);
    if (typeof value === "number") copy[keyword] = value;
  }
  if (member(schema, "uniqueItems") === true) copy["uniqueItems"] = true;
  const format = member(schema, "format");
  if (typeof format === "string") copy["format"] = format;
  const pattern = member(schema, "pattern");
  if (typeof pattern === "string" && toRegExp(pattern)) copy["pattern"] = pattern;
  const required = member(schema, "required");
  if (Array.isArray(required)) {
    copy["required"] = required.filter((name) => typeof name === "string" && !optional.has(name));
  }
  const dependent = member(schema, "dependentRequired");
  if (isNode(dependent)) copy["dependentRequired"] = dependent;
  return copy;
}

/** The pattern as the validator compiles it, else undefined: foreign dialects are skipped, not guessed at. */
function toRegExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}
