import { describe, expect, test } from "vitest";
import { captureRequest } from "../../runtime/contract/capture.ts";
import type { ContractCase } from "../../runtime/contract/case.ts";
import { checkRequest } from "../../runtime/contract/check-request.ts";
import { listOperations } from "../../runtime/contract/document.ts";
import { widenCase } from "../../runtime/contract/widen-case.ts";

type Json = Readonly<Record<string, unknown>>;

/** A document of one operation, and the case that wants `value` for its one parameter. */
function checkParameter(parameter: Json, target: RequestInit & { url: string }, value: unknown): Promise<string[]> {
  const path = parameter["in"] === "path" ? "/things/{p}" : "/things";
  const document = {
    servers: [{ url: "/api" }],
    paths: { [path]: { get: { parameters: [{ name: "p", ...parameter }], responses: {} } } },
  };
  const name = String(parameter["name"] ?? "p");
  const parameters = value === undefined ? [] : [{ in: String(parameter["in"]), name, value }];
  return check(document, target, { method: "GET", path, parameters });
}

async function check(
  document: object,
  { url, ...init }: RequestInit & { url: string },
  request: ContractCase["request"],
  key?: string,
): Promise<string[]> {
  const captured = await captureRequest(new Request(`https://things.example${url}`, init));
  return checkRequest(
    document,
    captured,
    { id: "t", call: ["t"], request, response: { status: 200 } },
    key === undefined ? {} : { key },
  );
}

const list = { type: "array", items: { type: "integer" } };
const color = {
  type: "object",
  properties: { R: { type: "integer" }, G: { type: "integer" } },
  additionalProperties: false,
};

describe("parameters are read by their own style", () => {
  const at = (place: string, schema: Json, more: Json = {}): Json => ({ in: place, schema, ...more });
  const table: readonly (readonly [parameter: Json, url: string, value: unknown])[] = [
    [at("path", { type: "integer" }), "/api/things/5", 5],
    [at("path", { type: "string" }), "/api/things/a%2Fb%20c", "a/b c"],
    [at("path", list), "/api/things/3,4", [3, 4]],
    [at("path", color), "/api/things/R,1,G,2", { R: 1, G: 2 }],
    [at("path", color, { explode: true }), "/api/things/R=1,G=2", { R: 1, G: 2 }],
    [at("path", { type: "string" }, { style: "label" }), "/api/things/.x", "x"],
    [at("path", list, { style: "label", explode: true }), "/api/things/.3.4", [3, 4]],
    [at("path", list, { style: "label" }), "/api/things/.3,4", [3, 4]],
    [at("path", list, { style: "matrix" }), "/api/things/;p=3,4", [3, 4]],
    [at("path", list, { style: "matrix", explode: true }), "/api/things/;p=3;p=4", [3, 4]],
    [at("path", color, { style: "matrix", explode: true }), "/api/things/;R=1;G=2", { R: 1, G: 2 }],
    [at("header", { type: "integer" }, { style: "form" }), "/api/things", undefined],
    [at("path", color, { style: "form" }), "/api/things/R,1,G,2", { R: 1, G: 2 }],
    [at("query", { type: "string" }), "/api/things?p=a+b%26c", "a b&c"],
    [at("query", { type: "boolean" }), "/api/things?p=true", true],
    [at("query", { type: ["integer", "null"] }), "/api/things?p=", null],
    [at("query", list), "/api/things?p=3&p=4", [3, 4]],
    [at("query", list), "/api/things?p=3", [3]],
    [
      at("query", { type: "array", items: { type: "string" } }, { explode: false }),
      "/api/things?p=a%2Cb,c",
      ["a,b", "c"],
    ],
    [at("query", { type: "array", items: color }), "/api/things?p=%7B%22R%22%3A1%7D", [{ R: 1 }]],
    [at("query", list, { style: "spaceDelimited", explode: false }), "/api/things?p=3%204", [3, 4]],
    [at("query", list, { style: "pipeDelimited", explode: false }), "/api/things?p=3%7C4", [3, 4]],
    [at("query", color), "/api/things?R=1&G=2", { R: 1, G: 2 }],
    [at("query", color, { explode: false }), "/api/things?p=R,1,G,2", { R: 1, G: 2 }],
    [at("query", color, { style: "deepObject" }), "/api/things?p[R]=1&p%5BG%5D=2", { R: 1, G: 2 }],
    [at("query", { type: "object" }, { style: "deepObject" }), "/api/things?p[a][b]=1", { a: { b: "1" } }],
    [at("query", list, { style: "deepObject" }), "/api/things?p[0]=3&p[1]=4", [3, 4]],
    [at("query", list, { style: "deepObject" }), "/api/things?p[]=3&p[]=4", [3, 4]],
    [at("query", { anyOf: [color, { type: "integer" }] }, { style: "deepObject" }), "/api/things?p=7", 7],
    [at("query", { type: "integer" }, { name: "page[size]" }), "/api/things?page%5Bsize%5D=9", 9],
    [{ in: "query", content: { "application/json": { schema: color } } }, "/api/things?p=%7B%22R%22%3A1%7D", { R: 1 }],
    [at("query", { type: "integer" }), "/api/things", undefined],
  ];
  test.each(table)("%j %s", async (parameter, url, value) => {
    expect(await checkParameter(parameter, { url }, value)).toEqual([]);
  });

  test("headers and cookies", async () => {
    const headers = { "X-P": " 3,4", cookie: "other=1; p=3; p=4" };
    const header = { in: "header", name: "x-p", schema: list };
    expect(await checkParameter(header, { url: "/api/things", headers }, [3, 4])).toEqual([]);
    const cookie = { in: "cookie", schema: list };
    expect(await checkParameter(cookie, { url: "/api/things", headers }, [3, 4])).toEqual([]);
  });

  const wrong: readonly (readonly [parameter: Json, url: string, value: unknown, problem: RegExp])[] = [
    [at("path", list, { style: "matrix" }), "/api/things/3,4", [3, 4], /does not follow style matrix/],
    [at("query", list), "/api/things?p=3,4", [3, 4], /must be integer/],
    [at("query", list, { explode: false }), "/api/things?p=3&p=4", [3, 4], /was sent 2 times, though/],
    [at("query", list), "/api/things?p[]=3", [3], /"p\[\]" is not in the document/],
    [at("query", color, { style: "deepObject" }), "/api/things?p[B]=1", { B: 1 }, /additional properties: "B"/],
    [at("query", { type: "string" }), "/api/things?p=a", undefined, /was sent as "a", not wanted/],
    [{ in: "query", content: { "application/json": { schema: color } } }, "/api/things?p=%7B", {}, /is not JSON/],
    [at("path", { type: "string" }), "/other/things/x", "x", /is no operation of the document/],
    [at("path", { type: "string" }), "/api/things/x/y", "x", /is no operation of the document/],
  ];
  test.each(wrong)("wrong: %j %s", async (parameter, url, value, problem) => {
    expect((await checkParameter(parameter, { url }, value)).join("\n")).toMatch(problem);
  });
});

describe("constants of the policy", () => {
  const document = { servers: [{ url: "/" }], paths: { "/a": { get: { responses: {} } } } };
  const wanted = (from?: string) => ({
    method: "GET",
    path: "/a",
    parameters: [{ in: "query", name: "v", value: "2", ...(from === undefined ? {} : { from }) }],
  });
  test.each([
    ["/a?v=2", "policy", ""],
    ["/a?v=3", "policy", 'query parameter "v" is "3", wanted "2"'],
    ["/a", "policy", 'query parameter "v" is undefined, wanted "2"'],
    ["/a?v=2", undefined, 'query parameter "v" of the case is not in the document\nquery parameter "v" is not in'],
  ])("%s from %s", async (url, from, problem) => {
    const problems = (await check(document, { url }, wanted(from))).join("\n");
    expect(problems.startsWith(problem) && (problem === "") === (problems === "")).toBe(true);
  });
});

describe("paths", () => {
  const answers = { get: { responses: {} } };
  const document = {
    servers: [{ url: "https://things.example/{base}" }],
    paths: { "/a/{x}": answers, "/a/mine": answers, "/a/{x}.json": answers, "/q?action=on": answers },
  };
  test.each([
    ["/v/a/mine", "/a/mine", /^$/],
    ["/v/a/mine", "/a/{x}", /is GET \/a\/mine, not GET \/a\/{x}/],
    ["/v/w/a/z.json", "/a/{x}.json", /^$/],
    ["/v/q?action=on", "/q?action=on", /^$/],
    ["/v/q?action=off", "/q?action=on", /is no operation/],
  ])("%s as %s", async (url, path, problem) => {
    expect((await check(document, { url }, { method: "GET", path, parameters: [] })).join("\n")).toMatch(problem);
  });
});

test.each([
  ["/grün", "/größe", "/gr%C3%BCn/gr%C3%B6%C3%9Fe"],
  ["/gr%C3%BCn", "/gr%C3%B6%C3%9Fe", "/gr%C3%BCn/gr%C3%B6%C3%9Fe"],
  ["/a b", "/100%", "/a%20b/100%"],
])("the server %s and the path %s are %s in a URL", async (server, path, url) => {
  const document = {
    servers: [{ url: `https://things.example${server}` }],
    paths: { [path]: { get: { responses: {} } } },
  };
  expect(await check(document, { url }, { method: "GET", path, parameters: [] })).toEqual([]);
});

describe("form bodies", () => {
  const schema = {
    type: "object",
    properties: {
      amount: { type: "integer" },
      tags: { type: "array", items: { type: "string" } },
      codes: { type: "array", items: { type: "string" } },
      when: { anyOf: [{ type: "object", properties: { gte: { type: "integer" } } }, { type: "integer" }] },
      items: { type: "array", items: { type: "object", properties: { price: { type: "integer" } } } },
      note: { anyOf: [{ type: "string" }, { type: "null" }] },
    },
    required: ["amount"],
    additionalProperties: false,
  };
  const encoding = { codes: { style: "form", explode: false } };
  const content = { "application/x-www-form-urlencoded": { schema, encoding } };
  const document = {
    servers: [{ url: "/" }],
    paths: { "/a": { post: { requestBody: { content }, responses: {} } } },
  };
  const send = (body: string, wanted: unknown) =>
    check(
      document,
      { url: "/a", method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } },
      { method: "POST", path: "/a", parameters: [], contentType: "application/x-www-form-urlencoded", body: wanted },
    );
  test.each([
    ["amount=5", { amount: 5 }],
    ["amount=5", { amount: 5, tags: [] }],
    ["amount=5&tags[0]=a&tags[1]=b", { amount: 5, tags: ["a", "b"] }],
    ["amount=5&tags[]=a", { amount: 5, tags: ["a"] }],
    ["amount=5&codes=a,b%2Cc", { amount: 5, codes: ["a", "b,c"] }],
    ["amount=5&when[gte]=7", { amount: 5, when: { gte: 7 } }],
    ["amount=5&when=7", { amount: 5, when: 7 }],
    ["amount=5&items[0][price]=1&items[1][price]=2", { amount: 5, items: [{ price: 1 }, { price: 2 }] }],
    ["amount=5&note=", { amount: 5, note: null }],
    ["amount=5&note=7", { amount: 5, note: "7" }],
  ])("%s", async (body, wanted) => expect(await send(body, wanted)).toEqual([]));
  test.each([
    ["amount=5.5", { amount: 5.5 }, /\/amount must be integer/],
    ["tags[0]=a", { tags: ["a"] }, /must have required property 'amount'/],
    ["amount=5&x[y]=1", { amount: 5, x: { y: 1 } }, /additional properties: "x"/],
    ["amount=5&when[gte]=soon", { amount: 5, when: { gte: "soon" } }, /must be integer/],
    ["amount=5&items[0]=1", { amount: 5, items: [1] }, /must be object/],
    ["amount=5", { amount: 6 }, /body is {"amount":5}, wanted {"amount":6}/],
  ])("wrong: %s", async (body, wanted, problem) => {
    expect((await send(body, wanted)).join("\n")).toMatch(problem);
  });
});

describe("forms with styles", () => {
  const properties = {
    list: { type: "array", items: { type: "string" } },
    piped: { type: "array", items: { type: "string" } },
    spaced: { type: "object", properties: { R: { type: "integer" }, G: { type: "integer" } } },
    flat: { type: "object", properties: { x: { type: "integer" }, list: { type: "string" } } },
    deep: { type: "object", properties: { x: { type: "integer" } } },
  };
  const encoding = {
    list: { explode: false },
    piped: { style: "pipeDelimited" },
    spaced: { style: "spaceDelimited" },
    flat: { allowReserved: false },
    deep: { style: "deepObject", explode: true },
  };
  const media = { schema: { type: "object", properties, additionalProperties: false }, encoding };
  const types = ["application/x-www-form-urlencoded", "multipart/form-data"];
  const content = Object.fromEntries(types.map((type) => [type, media]));
  const document = {
    servers: [{ url: "/" }],
    paths: { "/a": { post: { requestBody: { content }, responses: {} } } },
  };
  const rows: [string, unknown][] = [
    ["list=a,b", { list: ["a", "b"] }],
    ["list=a", { list: ["a"] }],
    ["piped=a%7Cb", { piped: ["a", "b"] }],
    ["spaced=R%201%20G%202", { spaced: { R: 1, G: 2 } }],
    ["x=1", { flat: { x: 1 } }],
    ["x=1&deep[x]=2", { flat: { x: 1 }, deep: { x: 2 } }],
  ];
  test.each(rows)("%s", async (text, body) => {
    const parts = new FormData();
    for (const [name, value] of new URLSearchParams(text)) parts.append(name, value);
    for (const [sent, contentType] of [[text, types[0]!] as const, [parts, types[1]!] as const]) {
      const init = { method: "POST", body: sent, headers: sent === text ? { "content-type": contentType } : {} };
      const wanted = { method: "POST", path: "/a", parameters: [], contentType, body };
      expect(await check(document, { url: "/a", ...init } as RequestInit & { url: string }, wanted)).toEqual([]);
    }
  });
});

describe("credentials", () => {
  const schemes = {
    user: { type: "http", scheme: "basic" },
    token: { type: "oauth2", flows: {} },
    key: { type: "apiKey", in: "query", name: "k" },
    session: { type: "apiKey", in: "cookie", name: "s" },
  };
  const document = (security: unknown) => ({
    servers: [{ url: "/" }],
    components: { securitySchemes: schemes },
    paths: { "/a": { get: { security, responses: {} } } },
  });
  test.each([
    [[{ user: [] }], { authorization: `Basic ${btoa("a:b")}` }, "", ""],
    [[{ user: [] }], { authorization: "Basic xyz" }, "", "base64 of user:password"],
    [[{ user: [] }], { authorization: "Bearer x" }, "", "Authorization: basic"],
    [[{ user: [] }, { token: [] }], { authorization: "Bearer x" }, "", ""],
    [[{ token: [], key: [] }], { authorization: "Bearer x" }, "", "query parameter k"],
    [[{ token: [], key: [] }], { authorization: "Bearer x" }, "?k=1", ""],
    [[{ session: [] }], { cookie: "a=1; s=2" }, "", ""],
    [[{ session: [] }], {}, "", "cookie parameter s"],
    [[{ user: [] }, {}], {}, "", ""],
    [[], {}, "", ""],
  ])("%j %j %s", async (security, headers, query, problem) => {
    const init = { url: `/a${query}`, headers: headers as Record<string, string> };
    const problems = await check(document(security), init, { method: "GET", path: "/a", parameters: [] });
    if (problem === "") expect(problems).toEqual([]);
    else expect(problems.join("\n")).toContain(problem);
  });
});

describe("an idempotency key in the body", () => {
  const schema = { type: "object", properties: { key: { type: "string" } } };
  const document = {
    servers: [{ url: "/" }],
    paths: { "/a": { post: { requestBody: { content: { "application/json": { schema } } }, responses: {} } } },
  };
  test.each([
    ["k", []],
    ["other", ['body is {"a":1,"key":"k"}, wanted {"a":1}']],
    [undefined, ['body is {"a":1,"key":"k"}, wanted {"a":1}']],
  ])("sent with the key %s", async (key, problems) => {
    const init = { method: "POST", body: '{"a":1,"key":"k"}', headers: { "content-type": "application/json" } };
    const request = { method: "POST", path: "/a", parameters: [], contentType: "application/json", body: { a: 1 } };
    expect(await check(document, { url: "/a", ...init }, request, key)).toEqual(problems);
  });
});

test("a list of one in a parameter becomes a list of two where the schema allows it", () => {
  const parameter = (name: string, schema: Json) => ({ name, in: "query", schema });
  const schemas = { a: list, b: { ...list, uniqueItems: true }, c: { type: "integer" }, d: list };
  const parameters = Object.entries(schemas).map(([name, schema]) => parameter(name, schema));
  const document = { paths: { "/a": { get: { parameters, responses: {} } } } };
  const values = { a: [1], b: [1], c: 1, d: [1, 2] };
  const wanted = {
    ...{ id: "t", call: ["t"], input: { "query.a": [1], b: [1], c: 1, d: [1, 2] }, response: { status: 200 } },
    request: {
      ...{ method: "GET", path: "/a" },
      parameters: Object.entries(values).map(([name, value]) => ({ in: "query", name, value })),
    },
  };
  const widened = widenCase(document, listOperations(document)[0]!, wanted);
  expect(widened.input).toEqual({ "query.a": [1, 1], b: [1], c: 1, d: [1, 2] });
  expect(widened.request.parameters.map((one) => one.value)).toEqual([[1, 1], [1], 1, [1, 2]]);
});

test("hostile names in a document are data", async () => {
  const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer"},"$id":{"type":"string"}}}');
  const document = {
    servers: [{ url: "/" }],
    paths: { "/a": { post: { requestBody: { content: { "application/json": { schema } } }, responses: {} } } },
  };
  const send = (body: string) =>
    check(
      document,
      { url: "/a", method: "POST", body, headers: { "content-type": "application/json" } },
      { method: "POST", path: "/a", parameters: [], contentType: "application/json", body: JSON.parse(body) },
    );
  expect(await send('{"__proto__":1,"$id":"constructor"}')).toEqual([]);
  expect((await send('{"$id":1}')).join()).toMatch(/must be string/);
});

describe("keys of one path that differ in their fragment or query", () => {
  const get = { responses: {} };
  const withId = { parameters: [{ name: "id", in: "path", schema: { type: "string" } }], get };
  const document = {
    servers: [{ url: "/" }],
    paths: { "/a/{id}": withId, "/a/{id}#more": withId, "/b": { get }, "/b?beta=true": { get } },
  };
  const id = [{ in: "path", name: "id", value: "1" }];
  test.each([
    ["/a/{id}", "/a/1", id, []],
    ["/a/{id}#more", "/a/1", id, []],
    ["/b", "/b", [], []],
    ["/b?beta=true", "/b?beta=true", [], []],
    ["/b?beta=true", "/b", [], ["GET https://things.example/b is GET /b, not GET /b?beta=true"]],
    ["/a/{id}", "/a/1%23more", id, [expect.stringContaining("parameter")]],
  ])("%s by %s", async (path, url, parameters, wanted) => {
    const problems = await check(document, { url }, { method: "GET", path, parameters });
    expect(problems.slice(0, 1)).toEqual(wanted);
  });
});
