import { expect, test } from "vitest";
import { document } from "../load/document-in.ts";
import { errorsOf, infer, loadTree, query, withList } from "./infer-harness.ts";

type Tree = Record<string, unknown>;
const ok = { "200": { description: "ok" } };

test.each<[string, readonly Tree[], Tree | undefined, string]>([
  [
    "an https server without its last slash",
    [{ url: "https://api.acme.example/v1/" }],
    { default: { url: "https://api.acme.example/v1", default: true } },
    "credentials travel to these hosts only",
  ],
  [
    "the first that can be trusted is the default",
    [{ url: "http://api.acme.example" }, { url: "https://api.acme.example", description: "Live" }],
    { live: { url: "https://api.acme.example", default: true } },
    "# # the document's servers; credentials need https",
  ],
  ["http alone is asked about", [{ url: "http://api.acme.example" }], undefined, "does https work?"],
  ["an address", [{ url: "https://10.0.0.1/v1" }], undefined, "a host must be a name, not an address"],
  ["a wildcard", [{ url: "https://*.acme.example" }], undefined, "a host must not be a wildcard"],
  ["a path alone", [{ url: "/v1" }], undefined, "url: https://api.example.com"],
  [
    "a variable whose values leave the host",
    [{ url: "https://{r}.acme.example", variables: { r: { default: "eu", enum: ["eu", "evil.example/"] } } }],
    undefined,
    "lets through what would change the host",
  ],
  ["a variable that is not described", [{ url: "https://{r}.acme.example" }], undefined, "is not described"],
])("servers: %s", async (_, servers, active, told) => {
  const tree = document({ servers, paths: { "/things": { get: { operationId: "list", responses: ok } } } });
  const { data, text } = await infer(tree);
  expect(data["servers"]).toEqual(active);
  expect(text).toContain(told);
  expect(await errorsOf(text, await loadTree(tree))).toEqual([]);
});

test("servers of single operations are declared too; one that cannot be makes the whole list a suggestion", async () => {
  const get = (url: string): object => ({ "/up": { get: { operationId: "up", responses: ok, servers: [{ url }] } } });
  const tree = withList({}, { paths: get("https://up.acme.example") });
  const { data } = await infer(tree);
  expect(data["servers"]).toEqual({
    default: { url: "https://api.acme.example", default: true },
    server2: { url: "https://up.acme.example" },
  });
  const bad = withList({}, { paths: get("http://up.acme.example") });
  const second = await infer(bad);
  expect(second.data["servers"]).toBeUndefined();
  expect(second.text).toContain("some operations have servers that cannot be trusted");
  expect(await errorsOf(second.text, await loadTree(bad))).toEqual([]);
});

test("a host variable gets an anchored pattern that fits its default", async () => {
  const servers = [{ url: "https://{shop}.acme.example", variables: { shop: { default: "demo-1" } } }];
  const { data } = await infer(withList({}, { servers }));
  expect(data["serverVariables"]).toEqual({ shop: { pattern: "^[a-z0-9][a-z0-9-]*$", default: "demo-1" } });
});

const header = (name: string, schema: object): Tree => ({ name, in: "header", schema });

test.each<[string, Tree, string, Tree | undefined, string | undefined]>([
  [
    "one value",
    header("Api-Version", { enum: ["7"] }),
    "x",
    { in: "header", name: "Api-Version", value: "7" },
    undefined,
  ],
  [
    "the label among dates",
    header("when", { type: "string", enum: ["2026-01-01", "2026-07-01"] }),
    "2026-07-01",
    { in: "header", name: "when", value: "2026-07-01" },
    undefined,
  ],
  [
    "the label as default",
    query("revision", { type: "string", default: "2026-07-01" }),
    "2026-07-01",
    { in: "query", name: "revision", value: "2026-07-01" },
    undefined,
  ],
  ["another default", header("Api-Version", { type: "string", default: "6" }), "7", undefined, "is this the version"],
  ["any value", header("Api-Version", { type: "string" }), "7", undefined, undefined],
  ["a header with one value that is no version", header("Prefer", { enum: ["minimal"] }), "7", undefined, undefined],
])("version pin: %s", async (_, parameter, version, pin, question) => {
  const tree = withList({ parameters: [parameter] });
  const { data, text } = await infer(tree, version);
  expect(data["versions"]).toEqual(pin && { [version]: { pin } });
  expect(text.includes("pin:")).toBe(pin !== undefined || question !== undefined);
  if (question) expect(text).toContain(question);
  expect(await errorsOf(text, await loadTree(tree), version)).toEqual([]);
});

const post = (operation: Tree): object =>
  withList({}, { paths: { "/pay": { post: { operationId: "pay", responses: ok, ...operation } } } });

test.each<[string, Tree, readonly string[]]>([
  [
    "its usual name",
    { parameters: [header("Idempotency-Key", { type: "string" })] },
    ["name: Idempotency-Key", "how long may a key be?"],
  ],
  [
    "another name that is described so",
    {
      parameters: [
        { ...header("Acme-Request-Id", { maxLength: 40 }), description: "The server stores keys for 6 hours" },
      ],
    },
    ["name: Acme-Request-Id", "maxLength: 40", "The server stores keys for 6 hours"],
  ],
  [
    "a property of the body",
    {
      requestBody: {
        content: {
          "application/json": { schema: { type: "object", properties: { idempotency_key: { type: "string" } } } },
        },
      },
    },
    ["in: body", "name: idempotency_key"],
  ],
])("an idempotency key by %s is always a question", async (_, operation, told) => {
  const { data, text } = await infer(post(operation));
  expect(data["rules"]).toBeUndefined();
  for (const words of [...told, "# ", "a key that is ignored is false safety", "retention: 24h"])
    expect(text).toContain(words);
});

test("a request id that says nothing of repeats is none", async () => {
  expect((await infer(post({ parameters: [header("X-Request-Id", { type: "string" })] }))).text).not.toContain("keyed");
});

test("limits: 429, headers and extensions are told, and never active", async () => {
  const headers = { "RateLimit-Reset": { description: "unit unknown", schema: { type: "integer" } } };
  const { data, text } = await infer(
    withList({
      "x-acme-ratelimit": { burst: "10/s", steady: "150/m" },
      responses: { ...ok, "429": { description: "no", headers } },
    }),
  );
  expect(Object.keys(data)).toEqual(["policy", "provider", "servers"]);
  expect(text).toContain("fromExtension: x-acme-ratelimit");
  expect(text).toContain("burst: { per: 1s, max: 10, default: 10 }");
  expect(text).toContain("steady: { per: 1m, max: 150, default: 150 }");
  expect(text).toContain("limitedBy: [ endpoint ]");
  expect(text).toContain(
    'seconds from now (delaySeconds), or a moment (epochSeconds, iso8601)? the document says: "unit unknown"',
  );
  expect(text).toContain("429 is an answer of listThings; x-acme-ratelimit of listThings");
});

const speakeasy = (type: string, inputs: readonly object[], outputs: object): Tree => ({
  "x-speakeasy-pagination": { type, inputs, outputs },
});
test.each<[string, Tree, string]>([
  [
    "inputs and outputs, counted",
    speakeasy("offsetLimit", [{ name: "page", in: "parameters", type: "page" }], { results: "$.data.rows" }),
    "{ style: page, items: $response.body#/data/rows, param: $request.query.page }",
  ],
  [
    "inputs and outputs, with a cursor",
    speakeasy(
      "cursor",
      [
        { name: "since", in: "parameters", type: "cursor" },
        { name: "n", type: "limit" },
      ],
      { nextCursor: "$.next" },
    ),
    "{ style: cursor, items: auto, cursor: { from: $response.body#/next, to: $request.query.since }, pageSize: { param: $request.query.n } }",
  ],
  [
    "inputs and outputs, with a URL",
    speakeasy("url", [], { nextUrl: "$.links.next" }),
    "{ style: nextUrl, items: auto, cursor: { from: $response.body#/links/next } }",
  ],
  [
    "expressions",
    {
      "x-fern-pagination": { cursor: "$request.cursor", next_cursor: "$response.page.next", results: "$response.data" },
    },
    "{ style: cursor, items: $response.body#/data, cursor: { from: $response.body#/page/next, to: $request.query.cursor } }",
  ],
  [
    "request and response",
    {
      "x-scalar-pagination": {
        name: "p",
        type: "offset",
        request: { offset: { type: "offset", param: "from" } },
        response: { rows: { type: "items" } },
      },
    },
    "{ style: offset, items: $response.body#/rows, param: $request.query.from }",
  ],
])("a pagination hint with %s, in the words of the policy", async (_, extension, paginator) => {
  const { data, text } = await infer(withList(extension));
  expect(data["operations"]).toBeUndefined();
  expect(text).toContain(`#   listThings: { pagination: ${paginator} }`);
});

test.each<[string, Tree, string]>([
  [
    "retries",
    { "x-speakeasy-retries": { backoff: { initialInterval: 1500, maxElapsedTime: 120000 } } },
    "{ retry: { backoff: { initial: 1500ms } }, timeouts: { deadline: 2m } }",
  ],
  ["no retries", { "x-fern-retries": { disabled: true } }, "{ retry: none }"],
  ["harmless repeats", { "x-fern-idempotent": true }, "{ idempotency: { class: idempotent"],
  ["our own words", { "x-couplet-policy": { timeouts: { attempt: "5s" } } }, "{ timeouts: { attempt: 5s } }"],
  [
    "what nobody can translate",
    { "x-redocly-pagination": { how: "odd" } },
    "say in the policy's words what this means: \"{'how':'odd'}\"",
  ],
])("a hint of %s is a comment", async (_, extension, told) => {
  const { data, text, counts } = await infer(withList(extension));
  expect(Object.keys(data)).toEqual(["policy", "provider", "servers"]);
  expect(text).toContain(told);
  expect(counts.suggestions).toBe(1);
});

test("a key header that the whole document names is a suggestion for all", async () => {
  const { text } = await infer(withList({}, { "x-fern-idempotency-headers": [{ header: "Once", name: "once" }] }));
  expect(text).toContain("key: { in: header, name: Once, generate: uuid4, maxLength: 255 }");
});

test("a limit that the whole document names is told as such", async () => {
  const { text } = await infer(withList({}, { "x-rate-limit": "5/m" }));
  expect(text).toContain("x-rate-limit of the document: \"'5/m'\"");
  expect(text).toContain("limit: { amount: 5, per: 1m }");
});
