import { api, type Json, operation, type Row } from "../api-pair.ts";

const key = { type: "apiKey", in: "header", name: "X-Key" };
const flow = (more: object = {}): object => ({
  tokenUrl: "https://a.example/token",
  scopes: { r: "", w: "" },
  ...more,
});
const oauth = (more: object = {}): object => ({ type: "oauth2", flows: { clientCredentials: flow(more) } });
const schemes = { key, other: { type: "http", scheme: "bearer" }, oauth: oauth() };
/** An operation that asks for one of `security`. */
const asking = (security: unknown, more: object = {}): Json =>
  operation({ security }, { components: { securitySchemes: { ...schemes, ...more } } });
/** A document with one scheme that no operation names. */
const having = (scheme?: object): Json => api({ components: { securitySchemes: scheme ? { s: scheme } : {} } });
const servers = (...list: object[]): Json => api({ servers: list });
const a = { url: "https://a.example" };
const b = { url: "https://b.example" };

/** F06, and what others leave out: schemes, servers, webhooks, callbacks (F07). */
export const access: readonly Row[] = [
  ["security added", asking([]), asking([{ key: [] }]), ["breaking! security-added"]],
  ["anonymous calls are refused", asking([{}, { key: [] }]), asking([{ key: [] }]), ["breaking! security-added"]],
  ["security removed", asking([{ key: [] }]), asking([]), ["risky security-removed"]],
  ["another scheme", asking([{ key: [] }]), asking([{ other: [] }]), ["breaking! security-changed"]],
  ["one more scheme at once", asking([{ key: [] }]), asking([{ key: [], other: [] }]), ["breaking! security-changed"]],
  [
    "alternative added",
    asking([{ key: [] }]),
    asking([{ key: [] }, { other: [] }]),
    ["safe security-alternative-added"],
  ],
  [
    "alternative removed",
    asking([{ key: [] }, { other: [] }]),
    asking([{ key: [] }]),
    ["risky security-alternative-removed"],
  ],
  ...(
    [
      ["the one that calls use", [["key"]], "breaking! security-alternative-removed"],
      ["one that no call uses", [["other"]], "safe security-alternative-removed"],
      ["one of those that calls choose from", [["key"], ["other"]], "risky security-alternative-removed"],
    ] as const
  ).map(
    ([what, chosen, finding]): Row => [
      `alternative removed: ${what}`,
      asking([{ key: [] }, { other: [] }]),
      asking([{ other: [] }]),
      [finding],
      { policy: { alternatives: { "POST /things": chosen } } },
    ],
  ),
  [
    "all alternatives removed that calls choose from",
    asking([{ key: [] }, { other: [] }, { oauth: [] }]),
    asking([{ oauth: [] }]),
    ["breaking! security-alternative-removed", "breaking! security-alternative-removed"],
    { policy: { alternatives: { "POST /things": [["key"], ["other"]] } } },
  ],
  [
    "an alternative of the whole document that one operation uses, and the first does not",
    api({ security: [{ key: [] }, { other: [] }], paths: twoPaths(), components: { securitySchemes: schemes } }),
    api({ security: [{ other: [] }], paths: twoPaths(), components: { securitySchemes: schemes } }),
    ["breaking! security-alternative-removed"],
    { policy: { alternatives: { "GET /a": [["other"]], "GET /b": [["key"]] } } },
  ],
  ["scope added", asking([{ oauth: ["r"] }]), asking([{ oauth: ["r", "w"] }]), ["breaking! security-scope-added"]],
  [
    "scope removed: a token that may do more is as good",
    asking([{ oauth: ["r", "w"] }]),
    asking([{ oauth: ["r"] }]),
    ["safe security-scope-removed"],
  ],
  ["other order", asking([{ key: [] }, { other: [] }]), asking([{ other: [] }, { key: [] }]), []],
  [
    "security of the whole document: one finding",
    api({ security: [], paths: twoPaths(), components: { securitySchemes: schemes } }),
    api({ security: [{ key: [] }], paths: twoPaths(), components: { securitySchemes: schemes } }),
    ["breaking! security-added"],
  ],
  ["scheme removed", having(key), having(), ["risky security-scheme-removed"]],
  ["scheme added", having(), having(key), ["safe security-scheme-added"]],
  [
    "scheme of another type",
    having(key),
    having({ type: "http", scheme: "bearer" }),
    ["breaking! security-scheme-type-changed"],
  ],
  [
    "key under another name",
    having(key),
    having({ ...key, name: "X-Other" }),
    ["breaking! security-scheme-place-changed"],
  ],
  ["key in another place", having(key), having({ ...key, in: "query" }), ["breaking! security-scheme-place-changed"]],
  [
    "another HTTP scheme",
    having({ type: "http", scheme: "basic" }),
    having({ type: "http", scheme: "bearer" }),
    ["breaking! security-scheme-http-changed"],
  ],
  [
    "HTTP scheme in other letters",
    having({ type: "http", scheme: "Bearer" }),
    having({ type: "http", scheme: "bearer" }),
    [],
  ],
  [
    "bearer format",
    having({ type: "http", scheme: "bearer" }),
    having({ type: "http", scheme: "bearer", bearerFormat: "JWT" }),
    ["safe security-scheme-format-changed"],
  ],
  [
    "URL of OpenID Connect",
    having({ type: "openIdConnect", openIdConnectUrl: "https://a.example" }),
    having({ type: "openIdConnect", openIdConnectUrl: "https://b.example" }),
    ["risky security-scheme-url-changed"],
  ],
  [
    "token URL",
    having(oauth()),
    having(oauth({ tokenUrl: "https://b.example/token" })),
    ["risky security-scheme-url-changed"],
  ],
  [
    "refresh URL",
    having(oauth()),
    having(oauth({ refreshUrl: "https://b.example/token" })),
    ["risky security-scheme-url-changed"],
  ],
  ["flow added", having({ type: "oauth2", flows: {} }), having(oauth()), ["safe security-flow-added"]],
  ["flow removed", having(oauth()), having({ type: "oauth2", flows: {} }), ["breaking! security-flow-removed"]],
  [
    "scope of a scheme added",
    having(oauth()),
    having(oauth({ scopes: { r: "", w: "", x: "" } })),
    ["safe security-scheme-scope-added"],
  ],
  [
    "scope of a scheme removed",
    having(oauth()),
    having(oauth({ scopes: { r: "" } })),
    ["risky security-scheme-scope-removed"],
  ],
  ["server changed", servers(a), servers(b), ["breaking! server-removed", "safe server-added"]],
  ["server added", servers(a), servers(a, b), ["safe server-added"]],
  ["second server removed", servers(a, b), servers(a), ["risky server-removed"]],
  ["other order of servers", servers(a, b), servers(b, a), ["risky server-preference-changed"]],
  ["last slash and description", servers(a), servers({ url: "https://a.example/", description: "live" }), []],
  [
    "default of a server's variable",
    servers(variable("eu")),
    servers(variable("us")),
    ["risky server-variable-default-changed"],
  ],
  [
    "value of a server's variable removed",
    servers(variable("eu", ["eu", "us"])),
    servers(variable("eu", ["eu"])),
    ["risky server-variable-value-removed"],
  ],
  [
    "value of a server's variable added",
    servers(variable("eu", ["eu"])),
    servers(variable("eu", ["eu", "us"])),
    ["safe server-variable-value-added"],
  ],
  [
    "server of one operation",
    operation({ servers: [a] }, { servers: [a] }),
    operation({ servers: [b] }, { servers: [a] }),
    ["breaking! server-removed", "safe server-added"],
  ],
  [
    "the document's server written at the operation",
    operation({}, { servers: [a] }),
    operation({ servers: [a] }, { servers: [a] }),
    [],
  ],
  [
    "webhook removed",
    api({ webhooks: { w: hook({ type: "string" }) } }),
    api({ webhooks: {} }),
    ["risky webhook-removed"],
  ],
  ["webhook added", api({}), api({ webhooks: { w: hook({ type: "string" }) } }), ["safe webhook-added"]],
  [
    "a webhook gives: widening breaks",
    api({ webhooks: { w: hook({ type: "integer" }) } }),
    api({ webhooks: { w: hook({ type: "number" }) } }),
    ["breaking response-type-widened"],
  ],
  [
    "a webhook gives: narrowing does not",
    api({ webhooks: { w: hook({ type: "number" }) } }),
    api({ webhooks: { w: hook({ type: "integer" }) } }),
    ["safe response-type-narrowed"],
  ],
  [
    "a webhook waits for another answer",
    api({ webhooks: { w: hook({}) } }),
    api({ webhooks: { w: hook({}, "202") } }),
    ["risky sent-request-changed"],
  ],
  [
    "callback removed",
    operation({ callbacks: { c: { "{$request.body#/url}": hook({}) } } }),
    operation({}),
    ["risky callback-removed"],
  ],
  [
    "callback added",
    operation({}),
    operation({ callbacks: { c: { "{$request.body#/url}": hook({}) } } }),
    ["safe callback-added"],
  ],
  [
    "a callback gives",
    operation({ callbacks: { c: { "{$request.body#/url}": hook({ type: "string" }) } } }),
    operation({ callbacks: { c: { "{$request.body#/url}": hook({ type: ["string", "null"] }) } } }),
    ["breaking response-became-nullable"],
  ],
  [
    "unused schema removed",
    api({ components: { schemas: { A: { type: "string" } } } }),
    api({}),
    ["safe schema-removed"],
  ],
  ["unused schema added", api({}), api({ components: { schemas: { A: { type: "string" } } } }), ["safe schema-added"]],
  [
    "unused schema changed",
    api({ components: { schemas: { A: { type: "string" } } } }),
    api({ components: { schemas: { A: { type: "integer" } } } }),
    ["safe schema-changed"],
  ],
  [
    "unused schema renamed",
    api({ components: { schemas: { A: { type: "string" } } } }),
    api({ components: { schemas: { B: { type: "string" } } } }),
    [],
  ],
];

function twoPaths(): object {
  const get = { responses: { "204": { description: "" } } };
  return { "/a": { get }, "/b": { get } };
}

function variable(preset: string, values?: readonly string[]): object {
  const region = { default: preset, ...(values ? { enum: values } : {}) };
  return { url: "https://{region}.example", variables: { region } };
}

function hook(schema: object, status = "200"): object {
  const requestBody = { content: { "application/json": { schema } } };
  return { post: { requestBody, responses: { [status]: { description: "" } } } };
}
