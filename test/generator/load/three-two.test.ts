import { expect, test } from "vitest";
import type { ApiDocument, JsonObject } from "../../../generator/model.ts";
import { document, load, refusal, withOperation } from "./document-in.ts";

const ok = { "200": { description: "ok" } };
const at = (api: ApiDocument, ...tokens: string[]): unknown =>
  tokens.reduce<unknown>((value, token) => (value as JsonObject | undefined)?.[token], api.bundled);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const messages = (api: ApiDocument): string[] => api.diagnostics.map(({ code, message }) => `${code} ${message}`);

test("QUERY and other methods are operations; references in them are resolved", async () => {
  const body = { content: { "application/json": { schema: { $ref: "#/components/schemas/Filter" } } } };
  const api = await load({
    "a.json": document(
      {
        paths: {
          "/things": {
            parameters: [{ name: "page", in: "query", schema: { type: "integer" } }],
            query: { operationId: "search", requestBody: body, responses: ok },
            get: { responses: ok },
            additionalOperations: { COPY: { operationId: "copy", responses: ok }, "X-SYNC": { responses: ok } },
          },
        },
        components: { schemas: { Filter: { type: "object" } } },
      },
      "3.2.0",
    ),
  });
  expect(api.operations.map(({ key, method }) => [key, method])).toEqual([
    ["GET /things", "get"],
    ["search", "query"],
    ["copy", "copy"],
    ["X-SYNC /things", "x-sync"],
  ]);
  expect(api.operations[1]?.requestBody?.content[0]?.schema).toEqual({ $ref: "#/components/schemas/Filter" });
  expect(api.operations[2]?.parameters).toMatchObject([{ name: "page" }]);
  expect(api.operations[2]?.pointer).toBe("/paths/~1things/additionalOperations/COPY");
  expect(api.locate(api.operations[2]?.pointer ?? "").excerpt?.text.trim()).toMatch(/^"COPY"/);
  expect(api.bundled["openapi"]).toBe("3.2.0");
  expect(api.diagnostics).toEqual([]);
});

test.each(["CONNECT", "TRACK", "Copy", "GET", "A B"])("the method %s is left out with a warning", async (method) => {
  const paths = { "/things": { additionalOperations: { [method]: { responses: ok } } } };
  const api = await load({ "a.json": document({ paths }, "3.2.0") });
  expect(api.operations).toEqual([]);
  expect(messages(api)).toEqual([expect.stringContaining(`S024 the operation ${method} /things is left out`)]);
  expect(await refusal({ "a.json": document({ paths }, "3.2.0") }, true)).toHaveLength(1);
});

test("before 3.2 these keys are no operations", async () => {
  const api = await load({ "a.json": document({ paths: { "/a": { query: { responses: ok } } } }) });
  expect(api.operations).toEqual([]);
  expect(messages(api)).toEqual([expect.stringMatching(/^S020 .*may not have "query"/)]);
});

test("streamed items keep their schema, in media types that stand in components too", async () => {
  const events = { itemSchema: { $ref: "#/components/schemas/Event" } };
  const api = await load({
    "a.json": withOperation(
      {
        responses: {
          "200": {
            description: "",
            content: {
              "text/event-stream": { $ref: "#/components/mediaTypes/Events" },
              "application/jsonl": events,
            },
          },
        },
      },
      { components: { mediaTypes: { Events: events }, schemas: { Event: { type: "object" } } } },
      "3.2.0",
    ),
  });
  const itemSchema = { $ref: "#/components/schemas/Event" };
  expect(api.operations[0]?.responses[0]?.content).toEqual([
    { contentType: "text/event-stream", itemSchema },
    { contentType: "application/jsonl", itemSchema },
  ]);
  expect(at(api, "components")).toEqual({ schemas: { Event: { type: "object" } } });
  expect(api.diagnostics).toEqual([]);
});

const form = (schema: object, more: object = {}): object => ({
  name: "all",
  in: "querystring",
  content: { "application/x-www-form-urlencoded": { schema, ...more } },
});
const twoMembers = {
  type: "object",
  required: ["q"],
  properties: { q: { type: "string" }, ids: { type: "array", items: { type: "integer" } }, f: { type: "object" } },
};

test.each<[string, object, object, unknown[]]>([
  [
    "with known members is a list of parameters",
    form(twoMembers, {
      encoding: { ids: { style: "pipeDelimited", explode: false }, f: { contentType: "application/json" } },
    }),
    {},
    [
      { name: "q", required: false },
      { name: "ids", style: "pipeDelimited", explode: false },
      { name: "f", contentType: "application/json" },
    ],
  ],
  [
    "by reference",
    { $ref: "#/components/parameters/All" },
    { All: { ...form({ $ref: "#/components/schemas/Two" }), required: true } },
    [{ name: "q", required: true }, { name: "ids" }, { name: "f" }],
  ],
])("a whole query %s", async (_, parameter, parameters, wanted) => {
  const parts = { components: { parameters, schemas: { Two: twoMembers } } };
  const api = await load({ "a.json": withOperation({ parameters: [parameter] }, parts, "3.2.0") });
  expect(api.operations[0]?.parameters).toMatchObject(wanted.map((one) => ({ ...(one as object), in: "query" })));
  expect(api.operations[0]?.parameters).toHaveLength(wanted.length);
  expect(api.diagnostics).toEqual([]);
  expect(api.bundled["openapi"]).toBe("3.1.1");
});

const lost = /^S008 .*left out \(POST \/things\)$/;
test.each<[string, object, object, RegExp]>([
  [
    "a query that is JSON",
    { parameters: [{ name: "j", in: "querystring", content: { "application/json": {} } }] },
    {},
    lost,
  ],
  [
    "a query of any members",
    { parameters: [form({ type: "object", properties: {}, additionalProperties: { type: "string" } })] },
    {},
    lost,
  ],
  ["a composed query", { parameters: [form({ allOf: [{ type: "object" }], properties: { a: {} } })] }, {}, lost],
  [
    "parts by position",
    { requestBody: { content: { "multipart/mixed": { schema: { type: "array" }, prefixEncoding: [{}] } } } },
    {},
    /^S008 prefixEncoding .*\(POST \/things\)$/,
  ],
  [
    "a union's default",
    {},
    {
      components: {
        schemas: {
          A: { type: "object" },
          U: { oneOf: [{ $ref: "#/components/schemas/A" }], discriminator: { propertyName: "t", defaultMapping: "A" } },
        },
      },
    },
    /^S030 .*defaultMapping/,
  ],
])("%s: one warning, at its place, naming the operation", async (_, operation, parts, message) => {
  const api = await load({ "a.json": withOperation(operation, parts, "3.2.0") });
  expect(messages(api)).toEqual([expect.stringMatching(message)]);
  expect(api.diagnostics[0]?.line).toBeGreaterThan(9);
  expect(api.operations).toHaveLength(1);
});

test("what only describes is read, or goes", async () => {
  const api = await load({
    "a.json": withOperation(
      {
        tags: ["inner"],
        security: [{ old: [] }],
        responses: {
          "200": { summary: "fine", content: { "application/json": { examples: { e: { dataValue: { a: 1 } } } } } },
        },
      },
      {
        $self: "https://example.com/a.json",
        servers: [{ url: "https://api.example.com", name: "live" }],
        tags: [{ name: "outer" }, { name: "inner", summary: "Inner", parent: "outer", kind: "nav" }],
        components: {
          securitySchemes: {
            old: {
              type: "oauth2",
              deprecated: true,
              oauth2MetadataUrl: "https://example.com/m",
              flows: { clientCredentials: { tokenUrl: "https://example.com/t", scopes: {} } },
            },
          },
        },
      },
      "3.2.0",
    ),
  });
  expect(api.servers).toMatchObject([{ url: "https://api.example.com", description: "live" }]);
  expect(api.tags).toEqual([{ name: "outer" }, { name: "inner", description: "Inner" }]);
  expect(api.operations[0]?.responses[0]).toMatchObject({ description: "fine", content: [{ example: { a: 1 } }] });
  expect(api.operations[0]?.security).toEqual([["old"]]);
  expect(plain(api.diagnostics)).toEqual([]);
  expect(api.bundled["openapi"]).toBe("3.1.1");
});
