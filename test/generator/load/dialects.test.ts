import { expect, test } from "vitest";
import type { JsonObject, Schema } from "../../../generator/model.ts";
import { document, load, withOperation } from "./document-in.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function schemaIn(
  openapi: string,
  schema: unknown,
): Promise<{ schema: unknown; bundled: unknown; codes: string[] }> {
  const api = await load({
    "a.json": document({ components: { schemas: { S: schema, R: { type: "string" } } } }, openapi),
  });
  const bundled = (api.bundled["components"] as JsonObject)["schemas"] as JsonObject;
  return { schema: plain(api.schemas.get("S")), bundled: bundled["S"], codes: api.diagnostics.map(({ code }) => code) };
}

const R = { $ref: "#/components/schemas/R" };
const NULL = { type: "null" };

test.each<[string, string, unknown, unknown]>([
  ["nullable type", "3.0.3", { type: "string", nullable: true }, { type: ["string", "null"] }],
  ["nullable: false", "3.0.3", { type: "string", nullable: false }, { type: "string" }],
  ["nullable beside $ref", "3.0.3", { ...R, nullable: true }, { anyOf: [R, NULL] }],
  ["nullable allOf", "3.0.3", { allOf: [R], nullable: true, description: "d" }, { description: "d", anyOf: [R, NULL] }],
  [
    "nullable anyOf",
    "3.0.3",
    { anyOf: [R, { type: "integer" }], nullable: true },
    { anyOf: [R, { type: "integer" }, NULL] },
  ],
  ["nullable oneOf", "3.0.3", { oneOf: [R], nullable: true }, { oneOf: [R, NULL] }],
  [
    "nullable enum",
    "3.0.3",
    { type: "string", enum: ["a"], nullable: true },
    { type: ["string", "null"], enum: ["a", null] },
  ],
  ["untyped nullable enum", "3.0.3", { enum: ["a"], nullable: true }, { enum: ["a", null] }],
  [
    "untyped nullable object",
    "3.0.3",
    { properties: { a: {} }, nullable: true },
    { anyOf: [{ properties: { a: {} } }, NULL] },
  ],
  ["enum with null", "3.0.3", { type: "string", enum: ["a", null] }, { type: ["string", "null"], enum: ["a", null] }],
  [
    "exclusive minimum",
    "3.0.3",
    { type: "number", minimum: 1, exclusiveMinimum: true },
    { type: "number", exclusiveMinimum: 1 },
  ],
  ["inclusive maximum", "3.0.3", { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
  ["example", "3.0.3", { type: "string", example: "x" }, { type: "string", examples: ["x"] }],
  [
    "property called example",
    "3.0.3",
    { properties: { example: { type: "string" } } },
    { properties: { example: { type: "string" } } },
  ],
  [
    "binary",
    "3.0.3",
    { properties: { f: { type: "string", format: "binary" } } },
    { properties: { f: { type: "string", format: "binary" } } },
  ],
  ["byte", "3.0.3", { type: "string", format: "byte" }, { type: "string", format: "byte" }],
  ["nullable left in 3.1", "3.1.0", { type: "string", nullable: true }, { type: ["string", "null"] }],
  ["boolean exclusive in 3.1", "3.1.0", { minimum: 2, exclusiveMinimum: true }, { exclusiveMinimum: 2 }],
  ["example in 3.1", "3.1.0", { example: { a: 1 } }, { examples: [{ a: 1 }] }],
  ["true", "3.1.0", true, {}],
  ["false", "3.1.0", false, { not: {} }],
  [
    "boolean members",
    "3.1.0",
    { items: false, additionalProperties: false, properties: { a: true } },
    { items: { not: {} }, additionalProperties: false, properties: { a: {} } },
  ],
  ["content keywords", "3.1.0", { contentMediaType: "application/octet-stream" }, { type: "string", format: "binary" }],
  ["base64", "3.1.0", { type: "string", contentEncoding: "base64" }, { type: "string", format: "byte" }],
  ["one type in a list", "3.1.0", { type: ["string"] }, { type: "string" }],
  [
    "const and tuples",
    "3.1.0",
    { const: 1, prefixItems: [{ type: "string" }] },
    { const: 1, prefixItems: [{ type: "string" }] },
  ],
  [
    "old tuples",
    "3.1.0",
    { items: [{ type: "string" }], additionalItems: false },
    { prefixItems: [{ type: "string" }], items: { not: {} } },
  ],
])("%s (%s)", async (_, openapi, given, wanted) => {
  expect((await schemaIn(openapi, given)).schema).toEqual(wanted);
});

test.each<[string, unknown, unknown, string]>([
  ["unknown type", { type: "file", maxLength: 3 }, { maxLength: 3 }, "S031"],
  ["draft 3 required", { required: true }, {}, "S031"],
  ["properties that are none", { properties: null }, {}, "S031"],
  ["a schema that is none", { items: "string" }, { items: {} }, "S031"],
  [
    "conditional",
    { if: { type: "string" }, type: "string" },
    { type: "string", conditions: { if: { type: "string" } } },
    "S030",
  ],
  ["rounded integer", { enum: [2 ** 60] }, { enum: [2 ** 60] }, "S031"],
])("%s is read as far as it is clear, with a warning", async (_, given, wanted, code) => {
  const { schema, codes } = await schemaIn("3.1.0", given);
  expect(schema).toEqual(wanted);
  expect(codes).toContain(code);
});

test("the bundle says null as the normalised schema does", async () => {
  const given: Schema & { nullable: true } = { anyOf: [{ type: "string" }], nullable: true };
  expect((await schemaIn("3.0.3", given)).bundled).toEqual({ anyOf: [{ type: "string" }, NULL] });
});

test("a version that is a number is read with a warning", async () => {
  const api = await load({ "a.yaml": "openapi: 3.0\ninfo: {title: 12, version: 1.10}\npaths: {}\n" });
  expect(api).toMatchObject({ title: "12", version: "1.10" });
  expect(api.diagnostics).toMatchObject([{ code: "S007", line: 1, column: 1 }]);
});

test("3.2 that 3.1 can say is read", async () => {
  const parts = { tags: [{ name: "a", kind: "nav" }], $self: "https://example.com/a" };
  const api = await load({ "a.json": withOperation({ responses: { "200": { summary: "fine" } } }, parts, "3.2.0") });
  expect(api.operations[0]?.responses[0]?.description).toBe("fine");
  expect(api.bundled["openapi"]).toBe("3.1.1");
  expect(api.diagnostics).toEqual([]);
});

const swagger = (parts: object): object => ({
  swagger: "2.0",
  info: { title: "a", version: "1" },
  host: "api.example.com",
  basePath: "/v3",
  paths: {},
  ...parts,
});
const ok = { "200": { description: "ok" } };
const inPaths = (operation: object, item: object = {}): object => ({
  paths: { "/a": { ...item, post: { responses: ok, ...operation } } },
});

test.each<[string, object, string[], string[]]>([
  ["schemes", { schemes: ["http", "https"] }, ["https://api.example.com/v3", "http://api.example.com/v3"], []],
  ["no schemes", {}, ["https://api.example.com/v3"], ["S026"]],
  ["no host", { host: undefined }, ["/v3"], ["S026"]],
])("2.0 servers: %s", async (_, parts, urls, codes) => {
  const api = await load({ "a.json": swagger(parts) });
  expect(api.servers.map(({ url }) => url)).toEqual(urls);
  expect(api.diagnostics.map(({ code }) => code)).toEqual(codes);
});

const text = { in: "formData", name: "note", type: "string", required: true };
const file = { in: "formData", name: "scan", type: "file" };
test.each<[string, object, string[]]>([
  ["without consumes", { parameters: [text] }, ["application/x-www-form-urlencoded"]],
  ["with JSON only", { consumes: ["application/json"], parameters: [text] }, ["application/x-www-form-urlencoded"]],
  ["multipart", { consumes: ["multipart/form-data"], parameters: [text] }, ["multipart/form-data"]],
  [
    "with a file",
    { consumes: ["application/x-www-form-urlencoded"], parameters: [text, file] },
    ["multipart/form-data"],
  ],
  ["empty consumes", { consumes: [], parameters: [{ in: "body", name: "b", schema: {} }] }, ["application/json"]],
])("2.0 bodies: %s", async (_, operation, types) => {
  const api = await load({ "a.json": swagger(inPaths(operation)) });
  expect(api.operations[0]?.requestBody?.content.map(({ contentType }) => contentType)).toEqual(types);
  expect(api.operations[0]?.parameters).toEqual([]);
});

test("2.0 parameters, files, references and security", async () => {
  const api = await load({
    "a.json": swagger({
      ...inPaths(
        {
          consumes: ["multipart/form-data"],
          security: [{ key: [] }],
          parameters: [
            { in: "query", name: "ids", type: "array", items: { type: "string" }, collectionFormat: "pipes" },
            { in: "query", name: "tags", type: "array", items: { type: "string" }, collectionFormat: "multi" },
            { in: "header", name: "X-Codes", type: "array", items: { type: "integer" } },
            { $ref: "#/parameters/scan" },
            { name: "lost" },
          ],
          responses: {
            "200": { description: "", schema: { $ref: "#/definitions/Pet" } },
            "404": { $ref: "#/responses/Gone" },
          },
        },
        { parameters: [{ in: "formData", name: "shared", type: "string" }] },
      ),
      parameters: { scan: file },
      responses: { Gone: { description: "gone", schema: { type: "file" } } },
      definitions: { Pet: { type: "object", properties: { name: { type: "string", "x-nullable": true } } } },
      securityDefinitions: {
        key: { type: "apiKey", in: "header", name: "X-Key" },
        o: { type: "oauth2", flow: "application", tokenUrl: "https://example.com/t", scopes: { a: "" } },
        b: { type: "basic" },
      },
    }),
  });
  const operation = api.operations[0];
  expect(operation?.parameters).toMatchObject([
    { name: "ids", style: "pipeDelimited", explode: false },
    { name: "tags", style: "form", explode: true },
    { name: "X-Codes", style: "simple", explode: false, schema: { type: "array", items: { type: "integer" } } },
  ]);
  expect(plain(operation?.requestBody?.content[0]?.schema)).toMatchObject({
    properties: { scan: { type: "string", format: "binary" }, shared: { type: "string" } },
  });
  expect(operation?.responses).toMatchObject([
    { status: "200", content: [{ contentType: "application/json", schema: { $ref: "#/components/schemas/Pet" } }] },
    { status: "404", description: "gone" },
  ]);
  expect(plain(api.schemas.get("Pet"))).toEqual({ type: "object", properties: { name: { type: ["string", "null"] } } });
  expect(operation?.security).toEqual([["key"]]);
  expect(api.securitySchemes).toMatchObject([
    { name: "key", type: "apiKey", in: "header", parameter: "X-Key" },
    { name: "o", type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://example.com/t", scopes: ["a"] } } },
    { name: "b", type: "http", scheme: "basic" },
  ]);
  expect(api.diagnostics.map(({ code }) => code)).toContain("S023");
  expect(api.locate("/components/schemas/Pet/properties/name").excerpt?.text.trim()).toBe('"name": {');
});
