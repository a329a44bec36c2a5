import type { DiffOptions } from "../../../../generator/drift/diff-options.ts";
import { given, type Row } from "../api-pair.ts";

const object = (properties: object, more: object = {}): object => ({ type: "object", properties, ...more });
const text = { type: "string" };
const strict: DiffOptions = { policy: { strictResponses: true } };

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

/** F29 to F31. */
export const responseCompositions: readonly Row[] = [
  // F29
  row(
    "member of anyOf added",
    { anyOf: [text, object({ b: text })] },
    { anyOf: [text, object({ b: text }), { type: "array", items: text }] },
    "breaking response-union-member-added",
  ),
  row(
    "member of oneOf added",
    { oneOf: [text, object({ b: text })] },
    { oneOf: [text, object({ b: text }), { type: "array", items: text }] },
    "breaking response-union-member-added",
  ),
  row(
    "member removed",
    { oneOf: [text, object({ b: text })] },
    { oneOf: [object({ b: text })] },
    "risky response-union-member-removed",
  ),
  row(
    "wrapped in oneOf",
    object({ b: text }),
    { oneOf: [object({ b: text }), text] },
    "breaking response-union-member-added",
  ),
  row(
    "member edited",
    { oneOf: [object({ b: text, c: text }), text] },
    { oneOf: [object({ b: text, c: { type: "integer" } }), text] },
    "breaking response-type-changed",
  ),
  row(
    "schema left allOf: its members are gone",
    { allOf: [object({ b: text }), object({ c: text })] },
    object({ b: text }),
    "breaking response-property-removed",
  ),
  row(
    "schema came to allOf",
    object({ b: text }),
    { allOf: [object({ b: text }), object({ c: text })] },
    "safe response-property-added",
  ),
  row(
    "two unions: one came to allOf",
    { allOf: [{ anyOf: [object({ b: text }), object({ c: text })] }] },
    {
      allOf: [
        { anyOf: [object({ b: text }), object({ c: text })] },
        { anyOf: [object({ d: text }), object({ e: text })] },
      ],
    },
    "safe response-all-of-added",
  ),
  row(
    "two unions: one left allOf",
    {
      allOf: [
        { anyOf: [object({ b: text }), object({ c: text })] },
        { anyOf: [object({ d: text }), object({ e: text })] },
      ],
    },
    { allOf: [{ anyOf: [object({ b: text }), object({ c: text })] }] },
    "breaking response-all-of-removed",
  ),
  row(
    "discriminator added",
    { oneOf: [object({ b: text }), object({ c: text })] },
    { oneOf: [object({ b: text }), object({ c: text })], discriminator: { propertyName: "b" } },
    "risky response-discriminator-added",
  ),
  row(
    "discriminator removed",
    { oneOf: [object({ b: text }), object({ c: text })], discriminator: { propertyName: "b" } },
    { oneOf: [object({ b: text }), object({ c: text })] },
    "breaking response-discriminator-removed",
  ),
  row(
    "discriminator's property changed",
    { oneOf: [object({ b: text }), object({ c: text })], discriminator: { propertyName: "b" } },
    { oneOf: [object({ b: text }), object({ c: text })], discriminator: { propertyName: "c" } },
    "breaking response-discriminator-property-changed",
  ),
  row(
    "prefix item added",
    { type: "array" },
    { type: "array", prefixItems: [text] },
    "risky response-prefix-item-added",
  ),
  row(
    "prefix item removed",
    { type: "array", prefixItems: [text] },
    { type: "array" },
    "breaking response-prefix-item-removed",
  ),
  row(
    "union beside properties added",
    object({ b: text, c: text }),
    object({ b: text, c: text }, { anyOf: [{ required: ["b"] }, { required: ["c"] }] }),
    "safe response-union-added",
  ),
  under(
    strict,
    "union beside properties removed",
    object({ b: text, c: text }, { anyOf: [{ required: ["b"] }, { required: ["c"] }] }),
    object({ b: text, c: text }),
    "risky response-union-removed",
  ),
  // F30
  row("if added", text, { ...text, if: { maxLength: 2 } }, "safe response-condition-added"),
  row("if removed", { ...text, if: { maxLength: 2 } }, text, "safe response-condition-removed"),
  under(
    strict,
    "if removed, validated strictly",
    { ...text, if: { maxLength: 2 } },
    text,
    "risky response-condition-removed",
  ),
  under(
    strict,
    "contains changed",
    { type: "array", contains: text },
    { type: "array", contains: { type: "integer" } },
    "risky response-condition-changed",
  ),
  row("not added", text, { ...text, not: { const: "x" } }, "safe response-not-added"),
  under(strict, "not removed", { ...text, not: { const: "x" } }, text, "risky response-not-removed"),
  row("not changed", { ...text, not: { const: "x" } }, { ...text, not: { const: "y" } }, "safe response-not-changed"),
  // F31
  row("became writeOnly: it is gone", text, { ...text, writeOnly: true }, "breaking response-became-write-only"),
  row("became not writeOnly", { ...text, writeOnly: true }, text, "safe response-became-not-write-only"),
  row("became readOnly", text, { ...text, readOnly: true }, "safe response-became-read-only"),
  row("became not readOnly", { ...text, readOnly: true }, text, "safe response-became-not-read-only"),
];
