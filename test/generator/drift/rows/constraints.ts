import { given, type Json, type Row, sent } from "../api-pair.ts";

const text = { type: "string" };
const object = (properties: object, more: object = {}): object => ({ type: "object", properties, ...more });
const either = { anyOf: [{ required: ["b"] }, { required: ["c"] }] };
const tag = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const tagged = (mapping?: Json): object => ({
  oneOf: [tag("A"), tag("B")],
  ...(mapping ? { discriminator: { propertyName: "t", mapping } } : {}),
});
const schemas = { A: object({ t: text, a: text }), B: object({ t: text, b: text }) };
const [toA, toB] = ["#/components/schemas/A", "#/components/schemas/B"];
const unions = (last: object[]): object => ({
  allOf: [{ anyOf: [object({ b: text }), object({ c: text })] }, ...last],
});

/** `[edit, wide, narrow]`: asking more is told where we send, asking less where responses are validated strictly. */
const limits: readonly (readonly [edit: string, wide: object, narrow: object])[] = [
  ["minimum", { type: "integer", minimum: 1 }, { type: "integer", minimum: 2 }],
  ["maximum", { type: "number", maximum: 2.5 }, { type: "number", maximum: 1.5 }],
  ["min-length", text, { ...text, minLength: 2 }],
  ["max-length", { ...text, maxLength: 9 }, { ...text, maxLength: 2 }],
  ["min-items", { type: "array" }, { type: "array", minItems: 2 }],
  ["max-items", { type: "array", maxItems: 9 }, { type: "array", maxItems: 2 }],
  ["min-properties", { type: "object" }, { type: "object", minProperties: 2 }],
  ["max-properties", { type: "object", maxProperties: 9 }, { type: "object", maxProperties: 2 }],
  ["multiple-of", { type: "integer", multipleOf: 5 }, { type: "integer", multipleOf: 10 }],
];

function limitRows([edit, wide, narrow]: (typeof limits)[number]): Row[] {
  const strict = { policy: { strictResponses: true } };
  return [
    [`${edit} in a request, tighter`, sent(wide), sent(narrow), [`risky request-${edit}-tightened`]],
    [`${edit} in a request, looser`, sent(narrow), sent(wide), [`safe request-${edit}-loosened`]],
    [`${edit} in a response, tighter`, given(wide), given(narrow), [`safe response-${edit}-tightened`]],
    [`${edit} in a response, looser`, given(narrow), given(wide), [`safe response-${edit}-loosened`]],
    [`${edit} in a strict response, looser`, given(narrow), given(wide), [`risky response-${edit}-loosened`], strict],
  ];
}

/** One edit of a schema in both directions. */
function both(what: string, base: unknown, revision: unknown, inRequest: string, inResponse: string): Row[] {
  return [
    [`${what}, in a request`, sent(base, schemas), sent(revision, schemas), [inRequest]],
    [`${what}, in a response`, given(base, schemas), given(revision, schemas), [inResponse]],
  ];
}

/** F12, F18, F28, and compositions in both directions. */
export const constraints: readonly Row[] = [
  ...limits.flatMap(limitRows),
  ...both(
    "pattern property removed",
    { type: "object", patternProperties: { "^x": text } },
    { type: "object" },
    "safe request-pattern-property-removed",
    "safe response-pattern-property-removed",
  ),
  ...both(
    "uniqueItems unset",
    { type: "array", uniqueItems: true },
    { type: "array" },
    "safe request-unique-items-removed",
    "safe response-unique-items-removed",
  ),
  ...both(
    "not removed",
    { ...text, not: { const: "x" } },
    text,
    "safe request-not-removed",
    "safe response-not-removed",
  ),
  [
    "not changed, strict",
    given({ ...text, not: { const: "x" } }),
    given({ ...text, not: { const: "y" } }),
    ["risky response-not-changed"],
    { policy: { strictResponses: true } },
  ],
  ...both(
    "if changed",
    { ...text, if: { maxLength: 2 } },
    { ...text, if: { maxLength: 3 } },
    "risky request-condition-changed",
    "safe response-condition-changed",
  ),
  ...both(
    "union beside properties added",
    object({ b: text, c: text }),
    object({ b: text, c: text }, either),
    "risky request-union-added",
    "safe response-union-added",
  ),
  ...both(
    "union beside properties removed",
    object({ b: text, c: text }, either),
    object({ b: text, c: text }),
    "safe request-union-removed",
    "safe response-union-removed",
  ),
  ...both(
    "a second union came to allOf",
    unions([]),
    unions([{ anyOf: [object({ d: text }), object({ e: text })] }]),
    "breaking request-all-of-added",
    "safe response-all-of-added",
  ),
  ...both(
    "a second union left allOf",
    unions([{ anyOf: [object({ d: text }), object({ e: text })] }]),
    unions([]),
    "risky request-all-of-removed",
    "breaking response-all-of-removed",
  ),
  ...both(
    "discriminator removed",
    tagged({ a: toA }),
    tagged(),
    "breaking request-discriminator-removed",
    "breaking response-discriminator-removed",
  ),
  ...both(
    "tag of another schema",
    tagged({ a: toA }),
    tagged({ a: toB }),
    "breaking request-discriminator-mapping-changed",
    "breaking response-discriminator-mapping-changed",
  ),
  ...both(
    "tag removed",
    tagged({ a: toA, b: toB }),
    tagged({ a: toA }),
    "breaking request-discriminator-mapping-removed",
    "breaking response-discriminator-mapping-removed",
  ),
  ...both(
    "tag added",
    tagged({ a: toA }),
    tagged({ a: toA, b: toB }),
    "safe request-discriminator-mapping-added",
    "risky response-discriminator-mapping-added",
  ),
];
