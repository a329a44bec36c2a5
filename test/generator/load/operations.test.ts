import { expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument, SpecOperation } from "../../../generator/model.ts";
import { document, folderOf, load, withOperation } from "./document-in.ts";

const ok = { "200": { description: "ok" } };
const codes = (api: ApiDocument): string[] => api.diagnostics.map(({ code }) => code);
const first = (api: ApiDocument): SpecOperation => api.operations[0] as SpecOperation;

test("operations come in the order of the document; ids that stand twice give way to method and path", async () => {
  const get = (operationId?: string): object => ({
    get: { ...(operationId === undefined ? {} : { operationId }), responses: ok },
  });
  const paths = {
    "/b": get("x"),
    "/a": get("same"),
    "/c": get("same"),
    "/d#part": get(),
    "x-note": {},
    "e?list": get("GET /a"),
  };
  const api = await load({ "a.json": document({ paths }) });
  expect(api.operations.map(({ key }) => key)).toEqual(["x", "GET /a", "GET /c", "GET /d#part", "GET /e?list"]);
  expect(api.operations.map(({ operationId }) => operationId)).toEqual(["x", "same", "same", undefined, undefined]);
  expect(api.diagnostics).toMatchObject([
    { code: "S021", line: 30, column: 9 },
    { code: "S020", line: 48, column: 5 },
  ]);
  expect(Object.keys(api.bundled["paths"] as object)).toContain("/e?list");
});

test("parameters: those of the path first, overridden by the operation's, undeclared names added", async () => {
  const api = await load({
    "a.json": document({
      paths: {
        "/{a}/{b}.json": {
          parameters: [
            { $ref: "#/components/parameters/Page" },
            { name: "X-Trace", in: "header", schema: { type: "string" } },
          ],
          get: {
            responses: ok,
            parameters: [
              { name: "a", in: "path", schema: { type: "integer" } },
              { name: "x-trace", in: "header", required: true, schema: { type: "integer" } },
              {
                name: "filter",
                in: "query",
                content: { "application/json": { schema: { type: "object" }, example: { q: 1 } } },
              },
              { name: "Authorization", in: "header", schema: {} },
              { name: "gone", in: "path", required: true, schema: {} },
              { name: "body", in: "body" },
            ],
          },
        },
      },
      components: {
        parameters: {
          Page: {
            name: "page[at]",
            in: "query",
            style: "deepObject",
            explode: true,
            schema: {},
            examples: { one: { value: 1 } },
          },
        },
      },
    }),
  });
  expect(first(api).parameters).toMatchObject([
    { name: "b", in: "path", required: true, schema: { type: "string" } },
    { name: "page[at]", style: "deepObject", explode: true, example: 1, pointer: "/components/parameters/Page" },
    { name: "x-trace", required: true, schema: { type: "integer" } },
    { name: "a", in: "path", required: true, pointer: "/paths/~1{a}~1{b}.json/get/parameters/0" },
    { name: "filter", contentType: "application/json", schema: { type: "object" }, example: { q: 1 } },
  ]);
  expect(first(api).parameters).toHaveLength(5);
  expect(
    codes(api)
      .filter((code) => code !== "S020")
      .sort(),
  ).toEqual(["S022", "S023", "S023"]);
  const bundled = JSON.stringify(api.bundled["paths"]);
  expect(bundled).toContain('{"name":"b","in":"path","required":true,"schema":{"type":"string"}}');
});

const form = (schema: object): object => ({ content: { "application/x-www-form-urlencoded": { schema } } });
const closed = { type: "object", properties: {}, additionalProperties: false };
test.each<[string, "get" | "post", object, boolean, string[]]>([
  ["closed empty form of GET", "get", form(closed), false, []],
  ["open empty form of GET", "get", form({ type: "object", properties: {} }), false, []],
  ["closed empty form of POST", "post", form(closed), false, []],
  ["open empty form of POST", "post", form({ type: "object", properties: {} }), true, []],
  ["required empty form of POST", "post", { ...form(closed), required: true }, true, []],
  ["real body of GET", "get", form({ type: "object", properties: { a: {} } }), false, ["S024"]],
  ["form by reference", "post", { $ref: "#/components/requestBodies/B" }, true, []],
])("%s", async (_, method, requestBody, kept, found) => {
  const components = { requestBodies: { B: form({ type: "object", properties: { a: {} } }) } };
  const api = await load({
    "a.json": document({ paths: { "/a": { [method]: { responses: ok, requestBody } } }, components }),
  });
  expect(first(api).requestBody !== undefined).toBe(kept);
  expect(codes(api)).toEqual(found);
});

test("bodies, responses, headers and examples", async () => {
  const api = await load({
    "a.json": withOperation(
      {
        requestBody: {
          required: true,
          content: {
            "Multipart/Form-Data": {
              schema: { type: "object", properties: { file: {} } },
              encoding: { file: { contentType: "image/png", style: "form", explode: false } },
            },
          },
        },
        responses: {
          "2xx": {
            description: "ok",
            headers: { "X-Left": { required: true, schema: { type: "integer" } }, "Content-Type": { schema: {} } },
            content: {
              "application/json; charset=utf-8": { schema: {}, examples: { a: { $ref: "#/components/examples/A" } } },
            },
          },
          default: { $ref: "#/components/responses/Error" },
          weird: { description: "?" },
        },
      },
      { components: { examples: { A: { value: { id: 1 } } }, responses: { Error: { description: "no" } } } },
    ),
  });
  const { requestBody, responses } = first(api);
  expect(requestBody).toMatchObject({
    required: true,
    content: [
      {
        contentType: "multipart/form-data",
        encoding: { file: { contentType: "image/png", style: "form", explode: false } },
      },
    ],
  });
  expect(responses).toMatchObject([
    { status: "2XX", content: [{ contentType: "application/json; charset=utf-8", example: { id: 1 } }] },
    { status: "default", description: "no", content: [], headers: {} },
  ]);
  expect(Object.keys(responses[0]?.headers ?? {})).toEqual(["X-Left"]);
  expect(codes(api)).toContain("S027");
});

test("security and servers: the document's default, the operation's own, and none", async () => {
  const op = (parts: object): object => ({ get: { responses: ok, ...parts } });
  const api = await load({
    "a.json": document({
      security: [{ key: [] }, { key: [], token: [] }, {}],
      servers: [
        { url: "https://{shop}.example.com/{v}/", variables: { shop: { default: "a", enum: ["a", "b"] } } },
        { url: "/v1" },
      ],
      paths: {
        "/a": op({}),
        "/b": op({ security: [], servers: [{ url: "https://files.example.com" }] }),
        "/c": op({ security: [{ gone: [] }, { token: [] }], servers: [{ url: "/v2" }] }),
      },
      components: {
        securitySchemes: {
          key: { type: "apiKey", in: "header", name: "X-Key" },
          token: { type: "http", scheme: "Bearer" },
          odd: { type: "magic" },
        },
      },
    }),
  });
  expect(api.operations.map(({ security }) => security)).toEqual([[["key"], ["key", "token"], []], [], [["token"]]]);
  expect(api.operations.map(({ servers }) => servers.map(({ url }) => url))).toEqual([
    [],
    ["https://files.example.com"],
    ["/v2"],
  ]);
  expect(api.securitySchemes).toEqual([
    { name: "key", type: "apiKey", in: "header", parameter: "X-Key" },
    { name: "token", type: "http", scheme: "bearer" },
  ]);
  expect(api.servers[0]).toMatchObject({ variables: { shop: { default: "a", enum: ["a", "b"] } } });
  expect(
    codes(api)
      .filter((code) => code !== "S020")
      .sort(),
  ).toEqual(["S025", "S025", "S026", "S026"]);
});

test("a mistake that a validator sees is a warning at its place", async () => {
  const api = await load({ "a.json": document({ info: { title: "a", version: "1", externalDocs: {} } }) });
  expect(api.diagnostics).toMatchObject([{ code: "S020", severity: "warning", line: 6, column: 5 }]);
  expect(api.diagnostics[0]?.message).toBe('#/info may not have "externalDocs"');
});

test("the same mistake in many places is one finding", async () => {
  const properties = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${n}`, { type: "int" }]));
  const api = await load({ "a.json": document({ components: { schemas: { A: { properties } } } }) });
  expect(api.diagnostics).toHaveLength(1);
  expect(api.diagnostics[0]?.message).toMatch(/"int" is not a type; the keyword is ignored \(100 places\)/);
});

test("a document that was checked before is not checked again, and read in the same way", async () => {
  const files = { "a.json": document({ paths: { "/a": { get: { responses: ok, stray: 1 } } } }) };
  const folder = folderOf(files);
  const [first, again] = [
    await loadDocument("a.json", { cwd: folder }),
    await loadDocument("a.json", { cwd: folder, isKnown: true }),
  ];
  expect([codes(first), codes(again)]).toEqual([["S020"], []]);
  expect(again.operations).toEqual(first.operations);
});
