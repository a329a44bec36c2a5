import { api, operation, query, type Row } from "../api-pair.ts";

const text = { type: "string" };
const ok = { responses: { "204": { description: "" } } };
const paths = (given: object): Record<string, unknown> => api({ paths: given });
const things = (parts: object): Record<string, unknown> => operation({ operationId: "a", ...parts });
const names = (base: string, revision: string): Row[4] => ({
  names: { base: { a: base }, revision: { a: revision, b: revision } },
});
const body = (content: object, more: object = {}): Record<string, unknown> =>
  operation({ requestBody: { content, ...more } });
const json = { schema: { type: "object", properties: { a: text } } };

const pinned = (version: string): object => ({
  parameters: [{ in: "header", name: "Version", schema: { type: "string", enum: [version], default: version } }],
});
const pinnedTo = (version: string): Row[4] => ({
  policy: { supplied: ["header:version"], constants: { "header:version": [version] } },
});

/** F01 to F05, F08 to F13. */
export const operations: readonly Row[] = [
  // F01, F02
  ["operation removed", paths({ "/a": { get: ok } }), paths({ "/a": {} }), ["breaking! operation-removed"]],
  [
    "deprecated operation removed: as bad",
    paths({ "/a": { get: { ...ok, deprecated: true } } }),
    paths({}),
    ["breaking! operation-removed"],
  ],
  [
    "path with two operations removed",
    paths({ "/a": { get: ok, put: ok } }),
    paths({}),
    ["breaking! operation-removed", "breaking! operation-removed"],
  ],
  ["operation added", paths({}), paths({ "/a": { get: ok } }), ["safe operation-added"]],
  [
    "path moved, same operationId",
    paths({ "/v1/a": { get: { ...ok, operationId: "a" } } }),
    paths({ "/v2/a": { get: { ...ok, operationId: "a" } } }),
    ["breaking! operation-path-changed"],
  ],
  [
    "method changed, same operationId",
    paths({ "/a": { put: { ...ok, operationId: "a" } } }),
    paths({ "/a": { patch: { ...ok, operationId: "a" } } }),
    ["breaking! operation-method-changed"],
  ],
  [
    "path moved, known by what it takes",
    paths({ "/v1/a": { post: { ...ok, requestBody: { content: { "application/json": json } } } } }),
    paths({ "/v2/a": { post: { ...ok, requestBody: { content: { "application/json": json } } } } }),
    ["breaking! operation-path-changed"],
  ],
  [
    "excluded operation removed",
    paths({ "/a": { get: { ...ok, operationId: "a" } } }),
    paths({}),
    [],
    { policy: { excluded: ["a"] } },
  ],
  ["a pin that moves with the policy", things(pinned("2026-04")), things(pinned("2026-07")), [], pinnedTo("2026-07")],
  [
    "a pin that the policy does not follow",
    things(pinned("2026-04")),
    things(pinned("2026-07")),
    ["breaking! supplied-value-refused"],
    pinnedTo("2026-04"),
  ],
  [
    "a pin for which any text is taken",
    things(pinned("2026-04")),
    things({ parameters: [{ in: "header", name: "Version", schema: text }] }),
    [],
    pinnedTo("2026-07"),
  ],
  ["last slash", paths({ "/a/": { get: ok } }), paths({ "/a": { get: ok } }), []],
  // F03
  ["operationId changed", things({}), things({ operationId: "b" }), ["breaking operation-id-changed"]],
  [
    "operationId changed, the name is pinned",
    things({}),
    things({ operationId: "b" }),
    ["safe operation-id-changed"],
    names("x.y", "x.y"),
  ],
  [
    "operationId changed, and the name with it",
    things({}),
    things({ operationId: "b" }),
    ["breaking operation-id-changed"],
    names("x.y", "x.z"),
  ],
  ["operationId removed", things({}), operation({}), ["breaking operation-id-changed"]],
  ["first tag changed", things({ tags: ["A"] }), things({ tags: ["B"] }), ["breaking operation-tag-changed"]],
  [
    "first tag changed, the name is pinned",
    things({ tags: ["A"] }),
    things({ tags: ["B"] }),
    ["safe operation-tag-changed"],
    names("x.y", "x.y"),
  ],
  ["second tag: names nothing", things({ tags: ["A"] }), things({ tags: ["A", "B"] }), []],
  // F04
  ["operation deprecated", things({}), things({ deprecated: true }), ["notice operation-deprecated"]],
  ["operation reactivated", things({ deprecated: true }), things({}), ["safe operation-reactivated"]],
  ["sunset set", things({}), things({ "x-sunset": "2027-01-31" }), ["notice sunset-set"]],
  [
    "sunset changed",
    things({ "x-sunset": "2027-01-31" }),
    things({ "x-sunset": "2027-06-30" }),
    ["notice sunset-changed"],
  ],
  ["sunset removed", things({ "x-sunset": "2027-01-31" }), things({}), ["notice sunset-removed"]],
  ["parameter deprecated", query({}), query({ deprecated: true }), ["notice parameter-deprecated"]],
  ["parameter reactivated", query({ deprecated: true }), query({}), ["safe parameter-reactivated"]],
  // F05
  ["info.version: says nothing", api({}), api({ info: { title: "T", version: "2" } }), []],
  [
    "title and descriptions",
    things({ summary: "a", description: "b" }),
    { ...things({ summary: "c" }), info: { title: "U", version: "1", description: "d" } },
    [],
  ],
  // F08
  ["required parameter added", operation({}), query({ required: true }), ["breaking! required-parameter-added"]],
  ["optional parameter added", operation({}), query({}), ["safe parameter-added"]],
  ["parameter removed", query({}), operation({}), ["breaking parameter-removed"]],
  [
    "required parameter added, which the policy supplies",
    operation({}),
    query({ required: true }),
    ["risky required-parameter-added"],
    { policy: { supplied: ["query:q"] } },
  ],
  [
    "parameter removed, which the policy supplies",
    query({}),
    operation({}),
    ["risky parameter-removed"],
    { policy: { supplied: ["query:q"] } },
  ],
  [
    "header removed, which the policy supplies and spells in lower case",
    operation({ parameters: [{ name: "Api-Version", in: "header", schema: text }] }),
    operation({}),
    ["risky parameter-removed"],
    { policy: { supplied: ["header:api-version"] } },
  ],
  [
    "another default of a parameter that callers may leave out",
    query({ schema: { ...text, default: "1" } }),
    query({ schema: { ...text, default: "2" } }),
    ["risky request-default-changed"],
  ],
  [
    "a default of a parameter that the policy supplies",
    query({}),
    query({ schema: { ...text, default: "2" } }),
    ["safe request-default-added"],
    { policy: { supplied: ["query:q"] } },
  ],
  [
    "no default any more of a parameter that the policy supplies",
    query({ schema: { ...text, default: "1" } }),
    query({}),
    ["safe request-default-removed"],
    { policy: { supplied: ["query:q"] } },
  ],
  [
    "another default of a parameter that the policy supplies",
    query({ schema: { ...text, default: "1" } }),
    query({ schema: { ...text, default: "2" } }),
    ["safe request-default-changed"],
    { policy: { supplied: ["query:q"] } },
  ],
  [
    "path parameter renamed",
    paths({ "/a/{id}": { get: ok } }),
    paths({ "/a/{key}": { get: ok } }),
    ["breaking path-parameter-renamed"],
  ],
  [
    "parameter moved",
    query({}),
    operation({ parameters: [{ name: "q", in: "header", schema: text }] }),
    ["breaking! parameter-moved"],
  ],
  [
    "header in other letters",
    operation({ parameters: [{ name: "X-A", in: "header", schema: text }] }),
    operation({ parameters: [{ name: "x-a", in: "header", schema: text }] }),
    [],
  ],
  // F09
  ["parameter became required", query({}), query({ required: true }), ["breaking! parameter-became-required"]],
  ["parameter became optional", query({ required: true }), query({}), ["safe parameter-became-optional"]],
  [
    "parameter became not nullable",
    query({ schema: { type: ["string", "null"] } }),
    query({}),
    ["breaking request-became-not-nullable"],
  ],
  [
    "parameter became nullable",
    query({}),
    query({ schema: { type: ["string", "null"] } }),
    ["safe request-became-nullable"],
  ],
  [
    "parameter became required, which the policy supplies",
    query({}),
    query({ required: true }),
    ["risky parameter-became-required"],
    { policy: { supplied: ["query:q"] } },
  ],
  [
    "style of one text: with or without its name",
    paths({ "/a/{id}": { get: { ...ok, parameters: [{ name: "id", in: "path", required: true, schema: text }] } } }),
    paths({
      "/a/{id}": {
        get: { ...ok, parameters: [{ name: "id", in: "path", required: true, schema: text, style: "label" }] },
      },
    }),
    ["risky parameter-style-changed"],
  ],
  // F10, F11, F12
  ["parameter's type changed", query({}), query({ schema: { type: "integer" } }), ["breaking request-type-changed"]],
  [
    "parameter's type widened",
    query({}),
    query({ schema: { type: ["integer", "string"] } }),
    ["safe request-type-widened"],
  ],
  [
    "parameter's enumeration narrowed",
    query({ schema: { enum: ["a", "b"] } }),
    query({ schema: { enum: ["a"] } }),
    ["breaking request-enum-value-removed"],
  ],
  [
    "parameter's enumeration widened",
    query({ schema: { enum: ["a"] } }),
    query({ schema: { enum: ["a", "b"] } }),
    ["safe request-enum-value-added"],
  ],
  [
    "parameter's default changed",
    query({ schema: { ...text, default: "a" } }),
    query({ schema: { ...text, default: "b" } }),
    ["risky request-default-changed"],
  ],
  [
    "parameter's limit",
    query({}),
    query({ schema: { ...text, maxLength: 3 } }),
    ["risky request-max-length-tightened"],
  ],
  [
    "parameter's items limit",
    query({ schema: { type: "array", items: text } }),
    query({ schema: { type: "array", items: text, maxItems: 3 } }),
    ["risky request-max-items-tightened"],
  ],
  // what others do not look at
  [
    "style of a list",
    query({ schema: { type: "array" } }),
    query({ schema: { type: "array" }, style: "pipeDelimited", explode: false }),
    ["breaking! parameter-style-changed"],
  ],
  [
    "explode of a list",
    query({ schema: { type: "array" } }),
    query({ schema: { type: "array" }, explode: false }),
    ["breaking! parameter-explode-changed"],
  ],
  ["explode of a text says nothing", query({}), query({ explode: false }), []],
  [
    "defaults written out",
    query({ schema: { type: "array" } }),
    query({ schema: { type: "array" }, style: "form", explode: true }),
    [],
  ],
  ["allowReserved", query({}), query({ allowReserved: true }), ["risky parameter-allow-reserved-changed"]],
  [
    "content in place of a schema",
    query({ schema: { type: "object" } }),
    operation({
      parameters: [{ name: "q", in: "query", content: { "application/json": { schema: { type: "object" } } } }],
    }),
    ["breaking! parameter-content-changed"],
  ],
  // F13
  [
    "required body added",
    operation({}),
    body({ "application/json": json }, { required: true }),
    ["breaking! required-body-added"],
  ],
  ["optional body added", operation({}), body({ "application/json": json }), ["safe body-added"]],
  ["body removed", body({ "application/json": json }), operation({}), ["breaking! body-removed"]],
  [
    "body became required",
    body({ "application/json": json }),
    body({ "application/json": json }, { required: true }),
    ["breaking! body-became-required"],
  ],
  [
    "body became optional",
    body({ "application/json": json }, { required: true }),
    body({ "application/json": json }),
    ["safe body-became-optional"],
  ],
  [
    "media type that is used removed",
    body({ "application/json": json, "application/xml": json }),
    body({ "application/xml": json }),
    ["breaking! request-media-type-removed"],
  ],
  [
    "other media type removed",
    body({ "application/json": json, "application/xml": json }),
    body({ "application/json": json }),
    ["breaking request-media-type-removed"],
  ],
  [
    "media type added",
    body({ "application/json": json }),
    body({ "application/json": json, "application/xml": json }),
    ["safe request-media-type-added"],
  ],
  [
    "other order of media types",
    body({ "application/json": json, "application/xml": json }),
    body({ "application/xml": json, "application/json": json }),
    ["risky media-type-preference-changed"],
  ],
  [
    "schema of a body added",
    body({ "text/plain": {} }),
    body({ "text/plain": { schema: text } }),
    ["risky request-content-schema-added"],
  ],
  [
    "schema of a body removed",
    body({ "text/plain": { schema: text } }),
    body({ "text/plain": {} }),
    ["safe request-content-schema-removed"],
  ],
  [
    "charset",
    body({ "application/json": json }),
    body({ "application/json; charset=utf-8": json }),
    ["safe media-type-parameters-changed"],
  ],
  [
    "encoding of a part",
    body({ "multipart/form-data": { ...json, encoding: { a: { contentType: "text/plain" } } } }),
    body({ "multipart/form-data": { ...json, encoding: { a: { contentType: "image/png" } } } }),
    ["breaking! request-encoding-changed"],
  ],
];
