import { expect, test } from "vitest";
import type { ApiDocument, JsonObject, SpecOperation } from "../../../generator/model.ts";
import { document, load } from "./document-in.ts";

const ok = { "200": { description: "ok" } };
const codes = (api: ApiDocument): string[] => api.diagnostics.map(({ code }) => code);

async function only(operation: object, parts: object = {}, item: object = {}): Promise<[SpecOperation, string[]]> {
  const paths = { "/a": { ...item, post: { responses: ok, ...operation } } };
  const api = await load({ "a.json": document({ paths, ...parts }) });
  return [api.operations[0] as SpecOperation, codes(api)];
}

const securitySchemes = {
  key: { type: "apiKey", in: "header", name: "X-Key" },
  app: { type: "apiKey", in: "header", name: "X-App" },
  token: { type: "http", scheme: "bearer" },
};
test.each<[string, unknown, unknown, string[][], string[]]>([
  ["the document's", [{ key: [] }], undefined, [["key"]], []],
  ["the operation's own", [{ key: [] }], [{ token: [] }], [["token"]], []],
  ["either", [], [{ key: [] }, { token: [] }], [["key"], ["token"]], []],
  ["both", [], [{ key: [], app: [] }], [["key", "app"]], []],
  ["both, or another", [], [{ key: [], app: [] }, { token: ["read"] }], [["key", "app"], ["token"]], []],
  ["optional", [], [{ key: [] }, {}], [["key"], []], []],
  ["none", [{ key: [] }], [], [], []],
  ["nothing said", undefined, undefined, [], []],
  ["not a list", [{ key: [] }], {}, [["key"]], ["S020"]],
  ["a scheme that is not there", [], [{ gone: [] }, { key: [] }], [["key"]], ["S025"]],
])("security: %s", async (_, top, own, wanted, found) => {
  const parts = { components: { securitySchemes }, ...(top === undefined ? {} : { security: top }) };
  const [operation, diagnostics] = await only(own === undefined ? {} : { security: own }, parts);
  expect(operation.security).toEqual(wanted);
  expect(diagnostics).toEqual(found);
});

const server = (name: string): object => ({ url: `https://${name}.example.com` });
test.each<[string, object, object, string[]]>([
  ["the document's", {}, {}, []],
  ["the path's", { servers: [server("path")] }, {}, ["https://path.example.com"]],
  ["the operation's", { servers: [server("path")] }, { servers: [server("own")] }, ["https://own.example.com"]],
  ["several", {}, { servers: [server("a"), server("b")] }, ["https://a.example.com", "https://b.example.com"]],
])("servers: %s", async (_, item, operation, wanted) => {
  const [{ servers }] = await only(operation, { servers: [server("top")] }, item);
  expect(servers.map(({ url }) => url)).toEqual(wanted);
});

test.each<[string, string[], string[], string[]]>([
  ["exact before range before default", ["default", "4XX", "404"], ["404", "4XX", "default"], []],
  ["ranges in small letters", ["2xx"], ["2XX"], ["S020"]],
  ["no status", ["200", "6XX", "ok"], ["200"], ["S020", "S027", "S027"]],
])("responses: %s", async (_, given, wanted, found) => {
  const responses = Object.fromEntries(given.map((status) => [status, { description: status }]));
  const [operation, diagnostics] = await only({ responses });
  expect(new Set(operation.responses.map(({ status }) => status))).toEqual(new Set(wanted));
  expect([...diagnostics].sort()).toEqual(found);
});

test.each([
  ["application/json; charset=utf-8"],
  ["application/vnd.api+json;version=2"],
  ["*/*"],
  ["image/*"],
  ["text/plain"],
])("the media type %s is kept as it is written", async (type) => {
  const content = { [type]: { schema: { type: "string" } } };
  const [operation] = await only({ requestBody: { content }, responses: { "200": { description: "", content } } });
  for (const holder of [operation.requestBody, operation.responses[0]]) {
    expect(holder?.content).toEqual([{ contentType: type, schema: { type: "string" } }]);
  }
});

test("media types that differ in case only are one; the first counts", async () => {
  const content = { "Application/JSON": { schema: { type: "string" } }, "application/json": {} };
  const [operation] = await only({ requestBody: { content } });
  expect(operation.requestBody?.content).toEqual([{ contentType: "application/json", schema: { type: "string" } }]);
});

test("webhooks, callbacks and links stay in the bundle, their references resolved", async () => {
  const event = { requestBody: { content: { "application/json": { schema: { $ref: "event.json" } } } }, responses: ok };
  const api = await load({
    "a.json": document({
      paths: {
        "/a": {
          post: {
            callbacks: { done: { "{$request.body#/url}": { post: event } } },
            responses: {
              "200": { description: "", links: { next: { operationId: "x" }, more: { $ref: "#/components/links/L" } } },
            },
          },
        },
      },
      webhooks: { made: { post: event } },
      components: { links: { L: { operationId: "y" } } },
    }),
    "event.json": { type: "object" },
  });
  expect(api.operations).toHaveLength(1);
  const at = (...tokens: string[]): unknown =>
    tokens.reduce<unknown>((value, token) => (value as JsonObject | undefined)?.[token], api.bundled);
  const body = ["requestBody", "content", "application/json", "schema"];
  const reference = { $ref: "#/components/schemas/event" };
  expect(at("webhooks", "made", "post", ...body)).toEqual(reference);
  expect(at("paths", "/a", "post", "callbacks", "done", "{$request.body#/url}", "post", ...body)).toEqual(reference);
  expect(at("paths", "/a", "post", "responses", "200", "links")).toEqual({
    next: { operationId: "x" },
    more: { $ref: "#/components/links/L" },
  });
  expect(at("components", "links", "L")).toEqual({ operationId: "y" });
  expect(codes(api)).toEqual([]);
});
