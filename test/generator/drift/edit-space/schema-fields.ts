import type { Json } from "../api-pair.ts";

/** A field of the model as a document writes it: what is around it, and two values. */
export interface FieldOfSchema {
  readonly around?: Json;
  readonly one: unknown;
  readonly other?: unknown;
}

const text = { type: "string" };
const object = (name: string): object => ({ type: "object", properties: { [name]: text }, required: [name] });
const tagged = { oneOf: [object("a"), object("b")] };

/** Each field of `Schema`; keywords of `conditions` are fields of their own below. */
export const schemaFields: Readonly<Record<string, FieldOfSchema>> = {
  $ref: { one: "#/components/schemas/A", other: "#/components/schemas/B" },
  type: { one: "string", other: "integer" },
  format: { around: text, one: "date", other: "date-time" },
  title: { one: "a", other: "b" },
  description: { one: "a", other: "b" },
  default: { around: text, one: "a", other: "b" },
  examples: { around: text, one: ["a"], other: ["b"] },
  deprecated: { around: text, one: true },
  readOnly: { around: text, one: true },
  writeOnly: { around: text, one: true },
  enum: { around: text, one: ["a", "b"], other: ["a", "c"] },
  const: { around: text, one: "a", other: "b" },
  properties: { around: { type: "object" }, one: { a: text }, other: { b: text } },
  required: { around: { type: "object", properties: { a: text, b: text } }, one: ["a"], other: ["b"] },
  additionalProperties: { around: { type: "object" }, one: text, other: false },
  patternProperties: { around: { type: "object" }, one: { "^a": text }, other: { "^a": { type: "integer" } } },
  minProperties: { around: { type: "object" }, one: 1, other: 2 },
  maxProperties: { around: { type: "object" }, one: 1, other: 2 },
  items: { around: { type: "array" }, one: text, other: { type: "integer" } },
  prefixItems: { around: { type: "array" }, one: [text], other: [{ type: "integer" }] },
  minItems: { around: { type: "array" }, one: 1, other: 2 },
  maxItems: { around: { type: "array" }, one: 1, other: 2 },
  uniqueItems: { around: { type: "array" }, one: true },
  allOf: { one: [object("a")], other: [object("b")] },
  anyOf: { one: [text, object("a")], other: [{ type: "boolean" }, object("a")] },
  oneOf: { one: [text, object("a")], other: [{ type: "boolean" }, object("a")] },
  not: { around: text, one: { maxLength: 1 }, other: { maxLength: 2 } },
  discriminator: { around: tagged, one: { propertyName: "a" }, other: { propertyName: "b" } },
  minimum: { around: { type: "integer" }, one: 1, other: 2 },
  maximum: { around: { type: "integer" }, one: 1, other: 2 },
  exclusiveMinimum: { around: { type: "integer" }, one: 1, other: 2 },
  exclusiveMaximum: { around: { type: "integer" }, one: 1, other: 2 },
  multipleOf: { around: { type: "integer" }, one: 2, other: 3 },
  minLength: { around: text, one: 1, other: 2 },
  maxLength: { around: text, one: 1, other: 2 },
  pattern: { around: text, one: "^a", other: "^b" },
  conditions: { around: text, one: undefined },
  unchecked: { around: text, one: undefined },
  coerced: { around: text, one: undefined },
  if: { around: text, one: { maxLength: 1 }, other: { maxLength: 2 } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { around: { ...text, if: {} }, one: { maxLength: 1 }, other: { maxLength: 2 } },
  else: { around: { ...text, if: {} }, one: { maxLength: 1 }, other: { maxLength: 2 } },
  contains: { around: { type: "array" }, one: text, other: { type: "integer" } },
  minContains: { around: { type: "array", contains: text }, one: 1, other: 2 },
  maxContains: { around: { type: "array", contains: text }, one: 1, other: 2 },
  propertyNames: { around: { type: "object" }, one: { maxLength: 1 }, other: { maxLength: 2 } },
  unevaluatedProperties: { around: { allOf: [object("a"), object("b")] }, one: false, other: text },
  unevaluatedItems: { around: { type: "array", allOf: [{ minItems: 1 }] }, one: false, other: text },
  dependentSchemas: { around: { type: "object" }, one: { a: object("b") }, other: { a: object("c") } },
  dependentRequired: { around: { type: "object" }, one: { a: ["b"] }, other: { a: ["c"] } },
  contentMediaType: { around: text, one: "text/a", other: "text/b" },
  contentEncoding: { around: text, one: "quoted-printable", other: "8bit" },
  contentSchema: { around: text, one: { type: "object" }, other: { type: "array" } },
};

export const components: Json = { A: { type: "object", properties: { a: text } }, B: { type: "integer" } };

/** Fields that are never told, and why. */
export const silentSchemaFields: Readonly<Record<string, string>> = {
  title: "words",
  description: "words",
  examples: "examples bind nobody",
  conditions: "holds the keywords that stand here by themselves",
  coerced: "made by the planner from the policy",
  unchecked: "made by the loader from the schemas that it is about",
};
