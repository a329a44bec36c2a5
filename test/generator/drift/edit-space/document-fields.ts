import { api, type Json, operation } from "../api-pair.ts";

/** Documents without the field, with it, and with another value; `undefined` where a field is never absent. */
export type FieldOfDocument = readonly [absent: Json | undefined, one: Json, other?: Json];

const text = { type: "string" };
const number = { type: "integer" };
const ok = { responses: { "204": { description: "" } } };
const parameter = (parts: object): Json =>
  operation({ parameters: [{ name: "q", in: "query", schema: { type: "array" }, ...parts }] });
const answer = (parts: object): Json => operation({ responses: { "200": { description: "", ...parts } } });
const json = (schema: object): Json => ({ "application/json": { schema } });
const media = (parts: object, openapi = "3.1.0"): Json => ({
  ...operation({
    requestBody: {
      content: {
        "multipart/form-data": { schema: { type: "object", properties: { a: { type: "array" } } }, ...parts },
      },
    },
  }),
  openapi,
});
const scheme = (parts: object): Json => api({ components: { securitySchemes: { s: parts } } });
const key = { type: "apiKey", in: "header", name: "X-Key" };
const flow = (parts: object): Json =>
  scheme({ type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://a.example", scopes: {}, ...parts } } });
const server = (parts: object): Json => api({ servers: [{ url: "https://{a}.example", ...parts }] });
const variable = (preset: string): object => ({ variables: { a: { default: preset } } });
const schemes = { k: key, b: { type: "http", scheme: "basic" }, o: { type: "oauth2", flows: {} } };
const asking = (security: unknown): Json => operation({ security }, { components: { securitySchemes: schemes } });
const hook = (schema: object): object => ({
  post: { requestBody: { content: json(schema) }, responses: { "200": { description: "" } } },
});
const extended = (value?: string): Json => operation(value === undefined ? {} : { "x-sunset": value });
const header = (schema: object): object => ({ "X-A": { schema } });

/** Each field of the interfaces of the model that `ApiDocument` is made of. */
export const documentFields: Readonly<Record<string, Readonly<Record<string, FieldOfDocument>>>> = {
  ApiDocument: {
    title: [undefined, api({}), api({ info: { title: "U", version: "1" } })],
    version: [undefined, api({}), api({ info: { title: "T", version: "2" } })],
    description: [api({}), api({ info: { title: "T", version: "1", description: "a" } })],
    servers: [
      api({}),
      api({ servers: [{ url: "https://a.example" }] }),
      api({ servers: [{ url: "https://b.example" }] }),
    ],
    tags: [api({}), api({ tags: [{ name: "a" }] }), api({ tags: [{ name: "b" }] })],
    securitySchemes: [api({}), scheme(key), scheme({ type: "http", scheme: "basic" })],
    schemas: [api({}), api({ components: { schemas: { A: text } } }), api({ components: { schemas: { A: number } } })],
    operations: [api({}), api({ paths: { "/a": { get: ok } } }), api({ paths: { "/b": { get: ok } } })],
    webhooks: [api({}), api({ webhooks: { w: hook(text) } }), api({ webhooks: { w: hook(number) } })],
    bundled: [undefined, api({}), api({ "x-a": 1 })],
    sha256: [undefined, api({}), api({ "x-a": 1 })],
    file: [undefined, api({})],
    files: [undefined, api({})],
    diagnostics: [undefined, api({})],
  },
  SpecOperation: {
    key: [undefined, operation({ operationId: "a" }), operation({ operationId: "b" })],
    operationId: [operation({}), operation({ operationId: "a" }), operation({ operationId: "b" })],
    method: [undefined, api({ paths: { "/a": { get: ok } } }), api({ paths: { "/a": { put: ok } } })],
    path: [undefined, api({ paths: { "/a": { get: ok } } }), api({ paths: { "/b": { get: ok } } })],
    tags: [operation({}), operation({ tags: ["a"] }), operation({ tags: ["b"] })],
    summary: [operation({}), operation({ summary: "a" }), operation({ summary: "b" })],
    description: [operation({}), operation({ description: "a" }), operation({ description: "b" })],
    deprecated: [operation({}), operation({ deprecated: true })],
    docs: [operation({}), operation({ externalDocs: { url: "https://a.example" } })],
    parameters: [operation({}), parameter({}), parameter({ name: "r" })],
    requestBody: [
      operation({}),
      operation({ requestBody: { content: json(text) } }),
      operation({ requestBody: { content: json(number) } }),
    ],
    responses: [undefined, operation({}), operation({ responses: { "200": { description: "" } } })],
    security: [asking([]), asking([{ k: [] }]), asking([{ b: [] }])],
    scopes: [asking([{ o: [] }]), asking([{ o: ["a"] }]), asking([{ o: ["b"] }])],
    callbacks: [
      operation({}),
      operation({ callbacks: { c: { "{$url}": hook(text) } } }),
      operation({ callbacks: { c: { "{$url}": hook(number) } } }),
    ],
    servers: [
      operation({}),
      operation({ servers: [{ url: "https://a.example" }] }),
      operation({ servers: [{ url: "https://b.example" }] }),
    ],
    pointer: [undefined, operation({})],
    extensions: [extended(), extended("2027-01-31"), extended("2027-02-28")],
  },
  SpecParameter: {
    name: [undefined, parameter({}), parameter({ name: "r" })],
    in: [undefined, parameter({}), parameter({ in: "header" })],
    required: [parameter({}), parameter({ required: true })],
    deprecated: [parameter({}), parameter({ deprecated: true })],
    description: [parameter({}), parameter({ description: "a" }), parameter({ description: "b" })],
    schema: [undefined, parameter({ schema: text }), parameter({ schema: number })],
    example: [parameter({}), parameter({ example: [] }), parameter({ example: ["a"] })],
    style: [
      parameter({}),
      parameter({ style: "pipeDelimited", explode: false }),
      parameter({ style: "spaceDelimited", explode: false }),
    ],
    explode: [parameter({}), parameter({ explode: false })],
    allowReserved: [parameter({}), parameter({ allowReserved: true })],
    contentType: [parameter({}), parameter({ schema: undefined, content: json({ type: "array" }) })],
    pointer: [undefined, parameter({})],
  },
  SpecMediaType: {
    contentType: [undefined, answer({ content: json(text) }), answer({ content: { "text/plain": { schema: text } } })],
    schema: [
      answer({ content: { "application/json": {} } }),
      answer({ content: json(text) }),
      answer({ content: json(number) }),
    ],
    itemSchema: [media({}, "3.2.0"), media({ itemSchema: text }, "3.2.0"), media({ itemSchema: number }, "3.2.0")],
    example: [media({}), media({ example: {} }), media({ example: { a: [] } })],
    encoding: [
      media({}),
      media({ encoding: { a: { contentType: "text/a" } } }),
      media({ encoding: { a: { contentType: "text/b" } } }),
    ],
    bytesAsText: [undefined, media({})],
  },
  SpecResponse: {
    status: [undefined, answer({}), operation({ responses: { "201": { description: "" } } })],
    description: [undefined, answer({}), answer({ description: "b" })],
    content: [answer({}), answer({ content: json(text) }), answer({ content: json(number) })],
    headers: [answer({}), answer({ headers: header(text) }), answer({ headers: header(number) })],
    links: [answer({}), answer({ links: { l: { operationId: "a" } } }), answer({ links: { l: { operationId: "b" } } })],
  },
  SpecServer: {
    url: [undefined, server({}), server({ url: "https://b.example" })],
    description: [server({}), server({ description: "a" }), server({ description: "b" })],
    variables: [server({}), server(variable("a")), server(variable("b"))],
  },
  SecurityScheme: {
    name: [undefined, scheme(key), api({ components: { securitySchemes: { t: key } } })],
    type: [undefined, scheme(key), scheme({ type: "mutualTLS" })],
    in: [undefined, scheme(key), scheme({ ...key, in: "query" })],
    parameter: [undefined, scheme(key), scheme({ ...key, name: "X-Other" })],
    scheme: [undefined, scheme({ type: "http", scheme: "basic" }), scheme({ type: "http", scheme: "bearer" })],
    bearerFormat: [
      scheme({ type: "http", scheme: "bearer" }),
      scheme({ type: "http", scheme: "bearer", bearerFormat: "a" }),
      scheme({ type: "http", scheme: "bearer", bearerFormat: "b" }),
    ],
    openIdConnectUrl: [
      scheme({ type: "openIdConnect" }),
      scheme({ type: "openIdConnect", openIdConnectUrl: "https://a.example" }),
      scheme({ type: "openIdConnect", openIdConnectUrl: "https://b.example" }),
    ],
    description: [scheme(key), scheme({ ...key, description: "a" }), scheme({ ...key, description: "b" })],
    flows: [
      scheme({ type: "oauth2", flows: {} }),
      flow({}),
      scheme({ type: "oauth2", flows: { password: { tokenUrl: "https://a.example", scopes: {} } } }),
    ],
  },
  OAuthFlow: {
    tokenUrl: [undefined, flow({}), flow({ tokenUrl: "https://b.example" })],
    authorizationUrl: [
      flow({}),
      flow({ authorizationUrl: "https://a.example" }),
      flow({ authorizationUrl: "https://b.example" }),
    ],
    refreshUrl: [flow({}), flow({ refreshUrl: "https://a.example" }), flow({ refreshUrl: "https://b.example" })],
    scopes: [flow({}), flow({ scopes: { a: "" } }), flow({ scopes: { b: "" } })],
  },
};

/** Fields that are never told, and why. */
export const silentDocumentFields: Readonly<Record<string, string>> = {
  "ApiDocument.title": "words",
  "ApiDocument.version": "info.version tells a client nothing reliable",
  "ApiDocument.description": "words",
  "ApiDocument.tags": "words about tags; those of operations count",
  "ApiDocument.bundled": "the same document, not normalised",
  "ApiDocument.sha256": "of the bytes",
  "ApiDocument.file": "where the document lies",
  "ApiDocument.files": "where the document lies",
  "ApiDocument.diagnostics": "mistakes of the document, told by the loader",
  "SpecOperation.summary": "words",
  "SpecOperation.description": "words",
  "SpecOperation.docs": "words",
  "SpecOperation.pointer": "a place",
  "SpecParameter.description": "words",
  "SpecParameter.example": "examples bind nobody",
  "SpecParameter.pointer": "a place",
  "SpecMediaType.example": "examples bind nobody",
  "SpecMediaType.bytesAsText": "made by the planner",
  "SpecResponse.description": "words",
  "SpecServer.description": "words",
  "SecurityScheme.description": "words",
};
