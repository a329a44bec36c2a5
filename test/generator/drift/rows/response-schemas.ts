import type { DiffOptions } from "../../../../generator/drift/diff-options.ts";
import { given, type Row } from "../api-pair.ts";

const object = (properties: object, more: object = {}): object => ({ type: "object", properties, ...more });
const text = { type: "string" };
const strict: DiffOptions = { policy: { strictResponses: true } };
const closed: DiffOptions = { policy: { closedEnums: true } };

const whole = (what: string, base: unknown, revision: unknown, ...findings: string[]): Row => [
  what,
  given(base),
  given(revision),
  findings,
];
const row = (what: string, base: unknown, revision: unknown, ...findings: string[]): Row =>
  whole(what, object({ a: base }), object({ a: revision }), ...findings);
const under = (options: DiffOptions, what: string, base: unknown, revision: unknown, ...findings: string[]): Row => [
  what,
  given(object({ a: base })),
  given(object({ a: revision })),
  findings,
  options,
];

/** F24 to F28: what we are given must not be widened. */
export const responseSchemas: readonly Row[] = [
  // F24
  whole("property added", object({}), object({ a: text }), "safe response-property-added"),
  whole(
    "required property added",
    object({}),
    object({ a: text }, { required: ["a"] }),
    "safe response-required-property-added",
  ),
  whole(
    "optional property removed: as bad as a required one",
    object({ a: text }),
    object({}),
    "breaking response-property-removed",
  ),
  whole(
    "required property removed",
    object({ a: text }, { required: ["a"] }),
    object({}),
    "breaking response-property-removed",
  ),
  whole("writeOnly property removed: it was never given", object({ a: { ...text, writeOnly: true } }), object({})),
  whole("writeOnly property added", object({}), object({ a: { ...text, writeOnly: true } })),
  row("content schema", text, { ...text, contentSchema: { type: "object" } }, "risky response-content-schema-changed"),
  // F25
  row("became nullable", text, { type: ["string", "null"] }, "breaking response-became-nullable"),
  row("became not nullable", { type: ["string", "null"] }, text, "safe response-became-not-nullable"),
  whole("the body became nullable", text, { type: ["string", "null"] }, "breaking response-became-nullable"),
  whole(
    "became optional",
    object({ a: text }, { required: ["a"] }),
    object({ a: text }),
    "breaking response-property-became-optional",
  ),
  whole(
    "became required",
    object({ a: text }),
    object({ a: text }, { required: ["a"] }),
    "safe response-property-became-required",
  ),
  whole(
    "writeOnly property became optional: it was never given",
    object({ a: { ...text, writeOnly: true } }, { required: ["a"] }),
    object({ a: { ...text, writeOnly: true } }),
  ),
  // F26
  row("type changed", text, { type: "integer" }, "breaking response-type-changed"),
  row("integer to number", { type: "integer" }, { type: "number" }, "breaking response-type-widened"),
  row("number to integer", { type: "number" }, { type: "integer" }, "safe response-type-narrowed"),
  row("list of types widened", text, { type: ["string", "integer"] }, "breaking response-type-widened"),
  row("list of types narrowed", { type: ["string", "integer"] }, text, "safe response-type-narrowed"),
  row("a type to any", text, {}, "breaking response-type-widened"),
  row("any to a type", {}, text, "safe response-type-narrowed"),
  row(
    "object to a list of it",
    object({ b: text }),
    { type: "array", items: object({ b: text }) },
    "breaking response-type-changed",
  ),
  row(
    "content media type",
    { ...text, contentMediaType: "text/a" },
    { ...text, contentMediaType: "text/b" },
    "risky response-content-media-type-changed",
  ),
  row(
    "content encoding",
    text,
    { ...text, contentEncoding: "quoted-printable" },
    "risky response-content-encoding-changed",
  ),
  row("format added", text, { ...text, format: "date" }, "safe response-format-added"),
  row("format removed", { ...text, format: "date" }, text, "risky response-format-removed"),
  row("format changed", { ...text, format: "date" }, { ...text, format: "date-time" }, "risky response-format-changed"),
  row(
    "int32 to int64",
    { type: "integer", format: "int32" },
    { type: "integer", format: "int64" },
    "risky response-format-widened",
  ),
  row(
    "int64 to int32",
    { type: "integer", format: "int64" },
    { type: "integer", format: "int32" },
    "safe response-format-narrowed",
  ),
  // F27
  row(
    "value of an open enumeration added",
    { ...text, enum: ["x", "y"] },
    { ...text, enum: ["x", "y", "z"] },
    "safe response-enum-value-added",
  ),
  under(
    closed,
    "value of a closed enumeration added",
    { ...text, enum: ["x", "y"] },
    { ...text, enum: ["x", "y", "z"] },
    "breaking response-enum-value-added",
  ),
  row("number added: only texts are open", { enum: [1, 2] }, { enum: [1, 2, 3] }, "breaking response-enum-value-added"),
  row("a constant became an enumeration", { const: "x" }, { enum: ["x", "y"] }, "breaking response-enum-value-added"),
  row("value removed", { ...text, enum: ["x", "y"] }, { ...text, enum: ["x"] }, "risky response-enum-value-removed"),
  row("enumeration added", text, { ...text, enum: ["x", "y"] }, "safe response-enum-added"),
  row("open enumeration lifted", { ...text, enum: ["x", "y"] }, text, "safe response-enum-removed"),
  under(closed, "closed enumeration lifted", { ...text, enum: ["x", "y"] }, text, "breaking response-enum-removed"),
  row("constant removed", { ...text, const: "x" }, text, "breaking response-enum-removed"),
  row("constant changed", { const: "x" }, { const: "y" }, "breaking response-const-changed"),
  row("constant added", text, { ...text, const: "x" }, "safe response-enum-added"),
  row("default added", text, { ...text, default: "x" }, "safe response-default-added"),
  row("default changed", { ...text, default: "x" }, { ...text, default: "y" }, "safe response-default-changed"),
  row("default removed", { ...text, default: "x" }, text, "safe response-default-removed"),
  // F28
  row(
    "maxLength increased: no TypeScript code depends on it",
    { ...text, maxLength: 5 },
    { ...text, maxLength: 9 },
    "safe response-max-length-loosened",
  ),
  under(
    strict,
    "maxLength increased, validated strictly",
    { ...text, maxLength: 5 },
    { ...text, maxLength: 9 },
    "risky response-max-length-loosened",
  ),
  row(
    "maxLength decreased",
    { ...text, maxLength: 9 },
    { ...text, maxLength: 5 },
    "safe response-max-length-tightened",
  ),
  under(
    strict,
    "maxLength decreased, validated strictly",
    { ...text, maxLength: 9 },
    { ...text, maxLength: 5 },
    "safe response-max-length-tightened",
  ),
  under(
    strict,
    "minimum decreased",
    { type: "integer", minimum: 1 },
    { type: "integer", minimum: 0 },
    "risky response-minimum-loosened",
  ),
  under(
    strict,
    "maximum unset",
    { type: "integer", maximum: 1 },
    { type: "integer" },
    "risky response-maximum-loosened",
  ),
  under(
    strict,
    "minItems unset",
    { type: "array", minItems: 1 },
    { type: "array" },
    "risky response-min-items-loosened",
  ),
  row(
    "maxItems increased",
    { type: "array", maxItems: 1 },
    { type: "array", maxItems: 2 },
    "safe response-max-items-loosened",
  ),
  row(
    "minProperties increased",
    { type: "object", minProperties: 1 },
    { type: "object", minProperties: 2 },
    "safe response-min-properties-tightened",
  ),
  row(
    "maxProperties increased",
    { type: "object", maxProperties: 1 },
    { type: "object", maxProperties: 2 },
    "safe response-max-properties-loosened",
  ),
  row("pattern added", text, { ...text, pattern: "^a" }, "safe response-pattern-added"),
  row("pattern changed", { ...text, pattern: "^b" }, { ...text, pattern: "^a" }, "safe response-pattern-changed"),
  row("pattern removed", { ...text, pattern: "^b" }, text, "safe response-pattern-removed"),
  under(
    strict,
    "pattern removed, validated strictly",
    { ...text, pattern: "^b" },
    text,
    "risky response-pattern-removed",
  ),
  row("uniqueItems set", { type: "array" }, { type: "array", uniqueItems: true }, "safe response-unique-items-added"),
  under(
    strict,
    "uniqueItems unset",
    { type: "array", uniqueItems: true },
    { type: "array" },
    "risky response-unique-items-removed",
  ),
  under(
    strict,
    "multipleOf unset",
    { type: "integer", multipleOf: 2 },
    { type: "integer" },
    "risky response-multiple-of-loosened",
  ),
  row(
    "multipleOf doubled",
    { type: "integer", multipleOf: 2 },
    { type: "integer", multipleOf: 4 },
    "safe response-multiple-of-tightened",
  ),
  row(
    "multipleOf changed",
    { type: "integer", multipleOf: 2 },
    { type: "integer", multipleOf: 3 },
    "safe response-multiple-of-changed",
  ),
  row(
    "pattern property added",
    { type: "object" },
    { type: "object", patternProperties: { "^x": text } },
    "safe response-pattern-property-added",
  ),
  under(
    strict,
    "pattern property removed",
    { type: "object", patternProperties: { "^x": text } },
    { type: "object" },
    "risky response-pattern-property-removed",
  ),
  row(
    "additional properties closed",
    { type: "object" },
    { type: "object", additionalProperties: false },
    "safe response-additional-properties-closed",
  ),
  row(
    "additional properties opened",
    { type: "object", additionalProperties: false },
    { type: "object" },
    "safe response-additional-properties-opened",
  ),
  row(
    "values of a map widened",
    { type: "object", additionalProperties: text },
    { type: "object", additionalProperties: { type: ["string", "integer"] } },
    "breaking response-type-widened",
  ),
];
