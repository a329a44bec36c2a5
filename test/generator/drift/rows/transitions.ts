import { api, given, type Json, operation, type Row, sent } from "../api-pair.ts";

const object = (properties: object, more: object = {}): object => ({ type: "object", properties, ...more });
const text = { type: "string" };
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const same = (what: string, base: unknown, revision: unknown, schemas: Json = {}, later: Json = schemas): Row => [
  what,
  given(base, schemas),
  given(revision, later),
  [],
];
const A = object({ b: text, c: { type: "integer" } }, { required: ["b"] });
const node = (name: string): object =>
  object({ value: text, next: ref(name), all: { type: "array", items: ref(name) } });
const threeO = (schema: unknown): Json => ({ ...given(schema), openapi: "3.0.3" });

/** One meaning in other words: no findings. Real edits beside them are told alone. */
export const transitions: readonly Row[] = [
  same("inline to a component", A, ref("A"), {}, { A }),
  same("a component to inline", ref("A"), A, { A }, {}),
  same("component renamed", ref("A"), ref("B"), { A }, { B: A }),
  same("component in a component moved", object({ x: A }), object({ x: ref("A") }), {}, { A }),
  same("a second name for a component", ref("A"), ref("B"), { A }, { A, B: ref("A") }),
  same(
    "order of properties, required, enumerations",
    object({ a: text, b: { enum: ["x", "y"] } }, { required: ["a", "b"] }),
    object({ b: { enum: ["y", "x"] }, a: text }, { required: ["b", "a"] }),
  ),
  same("order of members", { anyOf: [text, A] }, { anyOf: [A, text] }),
  same("descriptions, titles, examples", A, { ...A, title: "t", description: "d", examples: [{}] }),
  same("const and an enumeration of one", { const: "x" }, { type: "string", enum: ["x"] }),
  same(
    "oneOf of constants and an enumeration",
    { oneOf: [{ const: "x" }, { const: "y", title: "Y" }] },
    { enum: ["x", "y"] },
  ),
  same("list of types and anyOf of them", { type: ["string", "integer"] }, { anyOf: [text, { type: "integer" }] }),
  same("null in a list of types and in anyOf", { type: ["string", "null"] }, { anyOf: [text, { type: "null" }] }),
  same(
    "null and an enumeration",
    { type: ["string", "null"], enum: ["x", "y", null] },
    { anyOf: [{ type: "string", enum: ["x", "y"] }, { type: "null" }] },
  ),
  same("nullable reference", { anyOf: [ref("A"), { type: "null" }] }, { oneOf: [{ type: "null" }, ref("A")] }, { A }),
  same("oneOf and anyOf", { oneOf: [A, text] }, { anyOf: [A, text] }),
  same(
    "a union in a union",
    { anyOf: [A, { anyOf: [text, { type: "array", items: text }] }] },
    { anyOf: [A, text, { type: "array", items: text }] },
  ),
  same("allOf of one", { allOf: [ref("A")], description: "d" }, ref("A"), { A }),
  same(
    "allOf put together",
    { allOf: [object({ b: text }, { required: ["b"] }), object({ c: { type: "integer" } })] },
    A,
  ),
  same(
    "allOf over references put together",
    { allOf: [ref("B"), { properties: { c: { type: "integer" } } }] },
    A,
    { B: object({ b: text }, { required: ["b"] }) },
    {},
  ),
  same("implied type", { properties: { a: text } }, object({ a: text })),
  same("what is open anyway", A, { ...A, additionalProperties: true }),
  same("what is open anyway, as a schema", A, { ...A, additionalProperties: {} }),
  same("bounds that say nothing", text, { ...text, minLength: 0 }),
  same(
    "a schema that contains itself, renamed",
    ref("Node"),
    ref("Tree"),
    { Node: node("Node") },
    { Tree: node("Tree") },
  ),
  same("3.0's nullable written as 3.1 does", text, text),
  ["3.0 to 3.1", threeO({ type: "string", nullable: true }), given({ type: ["string", "null"] }), []],
  [
    "3.0's exclusiveMinimum",
    threeO({ type: "integer", minimum: 1, exclusiveMinimum: true }),
    given({ type: "integer", exclusiveMinimum: 1 }),
    [],
  ],
  [
    "parameter of the path moved to its operation",
    api({
      paths: {
        "/a": {
          parameters: [{ name: "q", in: "query", schema: text }],
          get: { responses: { "204": { description: "" } } },
        },
      },
    }),
    api({
      paths: {
        "/a": {
          get: { parameters: [{ name: "q", in: "query", schema: text }], responses: { "204": { description: "" } } },
        },
      },
    }),
    [],
  ],
  [
    "parameter moved to a component",
    operation({ parameters: [{ name: "q", in: "query", schema: text }] }),
    operation(
      { parameters: [{ $ref: "#/components/parameters/Q" }] },
      { components: { parameters: { Q: { name: "q", in: "query", schema: text } } } },
    ),
    [],
  ],
  [
    "response moved to a component",
    operation({ responses: { "200": { description: "", content: { "application/json": { schema: A } } } } }),
    operation(
      { responses: { "200": { $ref: "#/components/responses/R" } } },
      { components: { responses: { R: { description: "x", content: { "application/json": { schema: A } } } } } },
    ),
    [],
  ],
  [
    "moved and edited: the edit alone",
    given(A),
    given(ref("A"), { A: { ...A, required: ["b", "c"] } }),
    ["safe response-property-became-required"],
  ],
  [
    "renamed and edited: the edit alone",
    given(ref("A"), { A }),
    given(ref("B"), { B: object({ b: text }, { required: ["b"] }) }),
    ["breaking response-property-removed"],
  ],
  [
    "null around a reference",
    given(object({ a: ref("A") }), { A }),
    given(object({ a: { anyOf: [ref("A"), { type: "null" }] } }), { A }),
    ["breaking response-became-nullable"],
  ],
  [
    "null in the component: told there once",
    given(object({ a: ref("A"), b: ref("A") }), { A: text }),
    given(object({ a: ref("A"), b: ref("A") }), { A: { type: ["string", "null"] } }),
    ["breaking response-became-nullable"],
  ],
  [
    "readOnly beside a reference",
    sent(object({ a: ref("A") }), { A }),
    sent(object({ a: { allOf: [ref("A")], readOnly: true } }), { A }),
    ["breaking request-became-read-only"],
  ],
  [
    "null in all of allOf, then not",
    given({ allOf: [{ type: ["string", "null"] }, { type: ["string", "null"], minLength: 1 }] }),
    given({ allOf: [{ type: ["string", "null"] }, { type: "string", minLength: 1 }] }),
    ["safe response-became-not-nullable"],
  ],
  [
    "a default in a member of allOf",
    sent(object({ a: { allOf: [ref("A"), { default: 1 }] } }), { A }),
    sent(object({ a: { allOf: [ref("A"), { default: 2 }] } }), { A }),
    ["risky request-default-changed"],
  ],
  [
    "reference wrapped in a union",
    given(object({ a: ref("A") }), { A }),
    given(object({ a: { oneOf: [ref("A"), text] } }), { A }),
    ["breaking response-union-member-added"],
  ],
  [
    "a base of three schemas edited: one finding",
    given({ anyOf: subtypes() }, { Base: object({ t: text }) }),
    given({ anyOf: subtypes() }, { Base: object({ t: { type: "integer" } }) }),
    ["breaking response-type-changed"],
  ],
  [
    "a property of a base removed: one finding",
    given({ anyOf: subtypes() }, { Base: object({ t: text, u: text }) }),
    given({ anyOf: subtypes() }, { Base: object({ t: text }) }),
    ["breaking response-property-removed"],
  ],
  [
    "edit in a circle: one finding",
    given(ref("Node"), { Node: node("Node") }),
    given(ref("Node"), { Node: { ...node("Node"), required: ["value"] } }),
    ["safe response-property-became-required"],
  ],
  [
    "mapping of a discriminator to a renamed schema",
    given(
      { oneOf: [ref("A"), ref("B")], discriminator: { propertyName: "t", mapping: { a: "#/components/schemas/A" } } },
      { A, B: object({ t: text }) },
    ),
    given(
      { oneOf: [ref("C"), ref("B")], discriminator: { propertyName: "t", mapping: { a: "#/components/schemas/C" } } },
      { C: A, B: object({ t: text }) },
    ),
    [],
  ],
  [
    "mapping of a discriminator changed",
    given(
      {
        oneOf: [ref("A"), ref("B")],
        discriminator: { propertyName: "t", mapping: { a: "#/components/schemas/A", b: "#/components/schemas/B" } },
      },
      { A, B: object({ t: text }) },
    ),
    given(
      {
        oneOf: [ref("A"), ref("B")],
        discriminator: { propertyName: "t", mapping: { a: "#/components/schemas/B", c: "#/components/schemas/A" } },
      },
      { A, B: object({ t: text }) },
    ),
    [
      "breaking response-discriminator-mapping-changed",
      "breaking response-discriminator-mapping-removed",
      "risky response-discriminator-mapping-added",
    ],
  ],
  [
    "used in both directions: judged in each",
    bothWays({ A: object({ a: text }) }),
    bothWays({ A: object({ a: text }, { required: ["a"] }) }),
    ["breaking! request-property-became-required", "safe response-property-became-required"],
  ],
];

function subtypes(): object[] {
  return ["x", "y", "z"].map((name) => ({ allOf: [ref("Base"), object({ [name]: text }, { required: [name] })] }));
}

function bothWays(schemas: Json): Json {
  const content = { "application/json": { schema: ref("A") } };
  return operation(
    { requestBody: { content }, responses: { "200": { description: "", content } } },
    { components: { schemas } },
  );
}
