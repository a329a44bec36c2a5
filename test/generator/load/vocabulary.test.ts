import { expect, test } from "vitest";
import type { ApiDocument, JsonObject } from "../../../generator/model.ts";
import { document, type Files, load, refusal } from "./document-in.ts";

const withSchemas = (schemas: object, parts: object = {}, openapi = "3.1.0"): object =>
  document({ components: { schemas }, ...parts }, openapi);
const schemaOf = (api: ApiDocument, name: string): unknown => JSON.parse(JSON.stringify(api.schemas.get(name) ?? null));
const to = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const text = { type: "string" };

test.each<[string, object, Record<string, unknown>]>([
  ["$anchor", { A: { $anchor: "here", ...text }, S: { $ref: "#here" } }, { S: to("A"), A: text }],
  [
    "$anchor of a part",
    { A: { $defs: { Part: { $anchor: "part", ...text } } }, S: { items: { $ref: "#part" } } },
    { S: { items: to("Part") }, Part: text },
  ],
  ["$dynamicAnchor by $ref", { A: { $dynamicAnchor: "node", ...text }, S: { $ref: "#node" } }, { S: to("A") }],
  [
    "$id, absolute",
    { A: { $id: "https://example.com/schemas/a", ...text }, S: { $ref: "https://example.com/schemas/a" } },
    { S: to("A") },
  ],
  [
    "$id, relative, and its anchor",
    { A: { $id: "a.json", $defs: { P: { $anchor: "p", ...text } } }, S: { items: { $ref: "a.json#p" } } },
    { S: { items: to("P") }, P: text },
  ],
  [
    "a pointer inside of $id",
    { A: { $id: "https://example.com/a", properties: { x: { $ref: "#/$defs/X" } }, $defs: { X: text } } },
    { A: { properties: { x: to("X") } }, X: text },
  ],
  [
    "a pointer of the document inside of $id",
    { A: { $id: "https://example.com/a", properties: { x: to("B") } }, B: text },
    { A: { properties: { x: to("B") } } },
  ],
  [
    "$id inside of $id",
    { A: { $id: "https://example.com/v1/a", $defs: { B: { $id: "b", ...text } }, items: { $ref: "/v1/b" } } },
    { A: { items: to("B") }, B: text },
  ],
  [
    "the same anchor in two resources",
    {
      A: { $id: "https://example.com/a", $anchor: "x", items: { $ref: "#x" } },
      B: { $id: "https://example.com/b", $anchor: "x", items: { $ref: "#x" } },
    },
    { A: { items: to("A") }, B: { items: to("B") } },
  ],
  [
    "a property called $id",
    { S: { properties: { $id: text, $anchor: text } } },
    { S: { properties: { $id: text, $anchor: text } } },
  ],
  [
    "$defs",
    { S: { $defs: { In: text }, items: { $ref: "#/components/schemas/S/$defs/In" } } },
    { S: { items: to("In") }, In: text },
  ],
])("%s", async (_, schemas, wanted) => {
  const api = await load({ "a.json": withSchemas(schemas) });
  for (const [name, schema] of Object.entries(wanted)) expect([name, schemaOf(api, name)]).toEqual([name, schema]);
  expect(api.diagnostics).toEqual([]);
  const bundled = JSON.stringify((api.bundled["components"] as JsonObject)["schemas"]);
  expect(bundled).not.toMatch(/"\$(id|anchor|dynamicAnchor)":"/);
});

test("$dynamicRef is a reference to the first such anchor, with a warning", async () => {
  const tree = { $dynamicAnchor: "node", properties: { children: { items: { $dynamicRef: "#node" } } } };
  const api = await load({ "a.json": withSchemas({ Tree: tree }) });
  expect(schemaOf(api, "Tree")).toEqual({ properties: { children: { items: to("Tree") } } });
  expect(api.diagnostics).toMatchObject([
    {
      code: "S030",
      excerpt: { text: expect.stringContaining("$dynamicRef") },
      message: expect.stringContaining("$dynamicRef"),
    },
  ]);
});

test.each<[string, Files]>([
  [
    "in another file",
    { "a.json": withSchemas({ S: { $ref: "m.json#here" } }), "m.json": { $defs: { S: { $anchor: "here", ...text } } } },
  ],
  [
    "by $self",
    {
      "a.json": withSchemas(
        { A: text, S: { $ref: "https://example.com/api#/components/schemas/A" } },
        { $self: "https://example.com/api" },
        "3.2.0",
      ),
    },
  ],
])("a name %s", async (_, files) => {
  const api = await load(files);
  expect(api.schemas.get("S")).toEqual(Object.keys(files).length > 1 ? text : to("A"));
  expect(api.diagnostics).toEqual([]);
});

test("an identifier that is not there is looked for nowhere else", async () => {
  const found = await refusal({
    "a.json": withSchemas({ A: { $id: "https://example.com/a" }, S: { $ref: "https://example.com/b" } }),
  });
  expect(found).toMatchObject([{ code: "S011", message: expect.stringContaining("never fetched") }]);
});

test.each<[string, object, object, string[]]>([
  [
    "unevaluatedProperties: false",
    { properties: { a: {} }, unevaluatedProperties: false },
    { properties: { a: {} }, additionalProperties: false },
    [],
  ],
  ["unevaluatedProperties of a type", { unevaluatedProperties: text }, { additionalProperties: text }, []],
  [
    "unevaluatedProperties: false beside allOf",
    { allOf: [{ properties: {} }], unevaluatedProperties: false },
    { allOf: [{ properties: {} }] },
    [],
  ],
  [
    "unevaluatedProperties of a type beside allOf",
    { allOf: [{ properties: {} }], unevaluatedProperties: text },
    { allOf: [{ properties: {} }] },
    ["S030"],
  ],
  [
    "additionalProperties first",
    { additionalProperties: true, unevaluatedProperties: false },
    { additionalProperties: true },
    [],
  ],
  [
    "unevaluatedItems: false",
    { prefixItems: [text], unevaluatedItems: false },
    { prefixItems: [text], items: { not: {} } },
    [],
  ],
  [
    "unevaluatedItems beside allOf",
    { allOf: [{ items: true }], unevaluatedItems: false },
    { allOf: [{ items: {} }] },
    ["S030"],
  ],
  ["const: null", { const: null }, { const: null }, []],
  ["patternProperties", { patternProperties: { "^x-": text } }, { patternProperties: { "^x-": text } }, []],
  ["boolean members", { properties: { no: false }, not: true }, { properties: { no: { not: {} } }, not: {} }, []],
  ["if, then, else", JSON.parse('{"if":true,"then":{"minLength":1},"else":{}}'), {}, ["S030", "S030", "S030"]],
  ["contains", { type: "array", contains: text, minContains: 2 }, { type: "array" }, ["S030", "S030"]],
  ["dependentRequired", { dependentRequired: { a: ["b"] } }, {}, ["S030"]],
  ["dependentSchemas", { dependentSchemas: { a: {} } }, {}, ["S030"]],
  ["propertyNames", { type: "object", propertyNames: { pattern: "^a" } }, { type: "object" }, ["S030"]],
])("%s", async (_, given, wanted, codes) => {
  const api = await load({ "a.json": withSchemas({ S: given }) });
  const { conditions: kept, ...checked } = api.schemas.get("S") ?? {};
  expect(kept === undefined || codes.length > 0 || Object.hasOwn(given, "unevaluatedProperties")).toBe(true);
  expect(checked).toEqual(wanted);
  expect(api.diagnostics.map(({ code }) => code)).toEqual(codes);
});

test("one warning a keyword, however often it stands there", async () => {
  const schema = { contains: text, propertyNames: text };
  const api = await load({ "a.json": withSchemas({ A: schema, B: schema, C: schema }) });
  expect(api.diagnostics.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^the keyword contains .*\(3 places\)$/),
    expect.stringMatching(/^the keyword propertyNames .*\(3 places\)$/),
  ]);
});

test.each<[string, object, object | undefined]>([
  [
    "if, then, else",
    JSON.parse('{"if":true,"then":{"minLength":1},"else":false}'),
    JSON.parse('{"if":{},"then":{"minLength":1},"else":{"not":{}}}'),
  ],
  ["contains", { contains: text, minContains: 2, maxContains: 3 }, { contains: text, minContains: 2, maxContains: 3 }],
  ["dependentRequired", { dependentRequired: { a: ["b"] } }, { dependentRequired: { a: ["b"] } }],
  ["dependentSchemas", { dependentSchemas: { a: text } }, { dependentSchemas: { a: text } }],
  [
    "dependencies of older drafts",
    { dependencies: { a: ["b"], c: text } },
    { dependentRequired: { a: ["b"] }, dependentSchemas: { c: text } },
  ],
  ["propertyNames", { propertyNames: { pattern: "^a" } }, { propertyNames: { pattern: "^a" } }],
  ["unevaluatedProperties alone", { unevaluatedProperties: false }, undefined],
  [
    "unevaluated… beside a composition",
    { allOf: [text], unevaluatedProperties: false, unevaluatedItems: text },
    { unevaluatedProperties: { not: {} }, unevaluatedItems: text },
  ],
  ["a media type", { contentMediaType: "application/json" }, { contentMediaType: "application/json" }],
  ["what format says", { type: "string", contentEncoding: "base64" }, undefined],
  ["wrong forms", JSON.parse('{"if":1,"contains":"a","minContains":"2","dependentSchemas":[1]}'), undefined],
])("kept to be compared: %s", async (_, given, wanted) => {
  const api = await load({ "a.json": withSchemas({ S: given }) });
  expect(api.schemas.get("S")?.conditions).toEqual(wanted);
});
