import { join } from "node:path";
import { expect, test } from "vitest";
import { type Diagnostic, InputError } from "../../../generator/errors.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument, Json, JsonObject } from "../../../generator/model.ts";
import { document, type Files, folderOf } from "./document-in.ts";

const operation = { operationId: "list", tags: ["a", "b"], responses: { "200": { description: "ok" } } };
const parameters = [
  { name: "page", in: "query", schema: { type: "integer" } },
  { name: "q", in: "query", schema: { type: "string" } },
  { name: "sort", in: "query", schema: { type: "string", enum: ["up"] } },
];
const base = document({
  paths: { "/things": { get: { ...operation, parameters } } },
  "x-note": { depth: { deeper: 1 } },
});
const things = "$.paths['/things'].get";

interface Action {
  readonly target: string;
  readonly [key: string]: unknown;
}
const overlay = (actions: readonly Action[], version = "1.1.0"): object => ({
  overlay: version,
  info: { title: "repairs", version: "1" },
  actions,
});

function load(actions: readonly Action[], version?: string): Promise<ApiDocument> {
  const cwd = folderOf({ "a.json": base, "o.json": overlay(actions, version) });
  return loadDocument("a.json", { cwd, overlays: ["o.json"] });
}

async function refusal(files: Files): Promise<readonly Diagnostic[]> {
  const [document, ...overlays] = Object.keys(files) as [string, ...string[]];
  try {
    await loadDocument(document, { cwd: folderOf(files), overlays });
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics;
    throw error;
  }
  throw new Error("the overlay was accepted");
}

function at(api: ApiDocument, ...tokens: string[]): Json | undefined {
  return tokens.reduce<Json | undefined>((value, token) => (value as JsonObject | undefined)?.[token], api.bundled);
}
const get = (api: ApiDocument, ...tokens: string[]): Json | undefined => at(api, "paths", "/things", "get", ...tokens);

test.each<[string, string, Action[], string[], unknown]>([
  [
    "objects are merged",
    "1.0.0",
    [{ target: things, update: { summary: "s", responses: { "200": { description: "new" } } } }],
    ["responses"],
    { "200": { description: "new" } },
  ],
  ["members are added", "1.0.0", [{ target: things, update: { deprecated: true } }], ["deprecated"], true],
  [
    "lists in a merge are concatenated",
    "1.0.0",
    [{ target: things, update: { tags: ["c"] } }],
    ["tags"],
    ["a", "b", "c"],
  ],
  [
    "a list takes an entry",
    "1.0.0",
    [
      { target: `${things}.responses['200']`, update: { headers: {} } },
      { target: `${things}.parameters`, update: { name: "n", in: "query", schema: {} } },
    ],
    ["parameters", "3"],
    { name: "n", in: "query", schema: {} },
  ],
  ["a list takes a list", "1.1.0", [{ target: `${things}.tags`, update: ["c", "d"] }], ["tags"], ["a", "b", "c", "d"]],
  ["a list takes a value", "1.1.0", [{ target: `${things}.tags`, update: "c" }], ["tags"], ["a", "b", "c"]],
  ["a value is replaced", "1.1.0", [{ target: `${things}.operationId`, update: "all" }], ["operationId"], "all"],
  ["an item is replaced", "1.1.0", [{ target: `${things}.tags[0]`, update: "z" }], ["tags"], ["z", "b"]],
  [
    "items are removed by a filter",
    "1.0.0",
    [{ target: `${things}.parameters[?@.name=='page' || @.name=='sort']`, remove: true }],
    ["parameters"],
    [parameters[1]],
  ],
  ["values are removed", "1.1.0", [{ target: `${things}.tags[?@=='a']`, remove: true }], ["tags"], ["b"]],
  [
    "what is removed together may be nested",
    "1.1.0",
    [
      { target: `${things}['tags','parameters']`, remove: true },
      { target: `${things}..*`, remove: true, "x-allow-no-match": true },
      { target: things, update: { responses: { default: { description: "" } } } },
    ],
    [],
    { responses: { default: { description: "" } } },
  ],
  [
    "actions see what those before did",
    "1.1.0",
    [
      { target: things, update: { "x-a": { b: 1 } } },
      { target: `${things}['x-a'].b`, update: 2 },
    ],
    ["x-a"],
    { b: 2 },
  ],
  [
    "copy",
    "1.1.0",
    [{ target: `${things}.parameters[2].schema`, copy: `${things}.parameters[0].schema` }],
    ["parameters", "2", "schema"],
    { type: "integer", enum: ["up"] },
  ],
  ["copy into itself", "1.1.0", [{ target: `${things}.tags`, copy: `${things}.tags` }], ["tags"], ["a", "b", "a", "b"]],
  ["a node is changed once", "1.1.0", [{ target: `${things}['tags','tags']`, update: "c" }], ["tags"], ["a", "b", "c"]],
  [
    "match() takes the whole text",
    "1.1.0",
    [{ target: `${things}.parameters[?match(@.name,'p|so.*')]`, remove: true }],
    ["parameters"],
    parameters.slice(0, 2),
  ],
  [
    "x-allow-no-match",
    "1.0.0",
    [{ target: "$.paths['/gone']", remove: true, "x-allow-no-match": true }],
    ["operationId"],
    "list",
  ],
  [
    "remove: false beside update",
    "1.0.0",
    [{ target: things, update: { deprecated: true }, remove: false }],
    ["deprecated"],
    true,
  ],
])("%s (%s)", async (_, version, actions, tokens, wanted) => {
  expect(get(await load(actions, version), ...tokens)).toEqual(wanted);
});

test.each<[string, string, Action, RegExp, string]>([
  [
    "a target that selects nothing",
    "1.0.0",
    { target: "$.paths['/thing']", remove: true },
    /selects nothing/,
    '"target"',
  ],
  ["a query that is none", "1.1.0", { target: "paths.get", remove: true }, /no.*JSONPath|not an RFC 9535/, '"target"'],
  ["a legacy query", "1.1.0", { target: "$.paths[(@.length-1)]", remove: true }, /not an RFC 9535/, '"target"'],
  ["an unknown function", "1.1.0", { target: "$.paths[?len(@) > 1]", remove: true }, /not an RFC 9535/, '"target"'],
  [
    "a value in 1.0",
    "1.0.0",
    { target: `${things}.operationId`, update: "x" },
    /1\.0 target objects and lists/,
    '"target"',
  ],
  ["mixed kinds", "1.1.0", { target: `${things}.*`, update: {} }, /together/, '"target"'],
  [
    "an object into a value",
    "1.1.0",
    { target: things, update: { operationId: { a: 1 } } },
    /object cannot be merged into a plain value/,
    '"operationId"',
  ],
  [
    "a value into an object",
    "1.1.0",
    { target: things, update: { responses: null } },
    /plain value cannot be merged into an object/,
    '"responses"',
  ],
  [
    "a list into an object",
    "1.1.0",
    { target: things, update: [1] },
    /a list cannot be merged into an object/,
    '"update"',
  ],
  [
    "a value into a list inside",
    "1.1.0",
    { target: things, update: { tags: "c" } },
    /plain value cannot be merged into a list/,
    '"tags"',
  ],
  ["the whole document", "1.0.0", { target: "$", remove: true }, /cannot be removed/, '"target"'],
  ["nothing to do", "1.0.0", { target: "$" }, /changes nothing/, '"target"'],
  ["copy in 1.0", "1.0.0", { target: "$", copy: "$.info" }, /no key of an overlay/, '"copy"'],
  ["copy of several", "1.1.0", { target: "$.info", copy: "$.paths.*.get.*" }, /selects 4 nodes/, '"copy"'],
  ["update and remove", "1.0.0", { target: "$.info", update: {}, remove: true }, /one thing/, '"remove"'],
  ["a mistyped key", "1.1.0", { target: "$.info", updat: {} }, /"updat" is no key/, '"updat"'],
  [
    "a pattern that backtracks",
    "1.1.0",
    { target: "$.paths[?search(@.get.operationId, '(a+)+b')]", remove: true },
    /search\(\) is refused/,
    '"target"',
  ],
  [
    "a search inside a search",
    "1.1.0",
    { target: "$..[?count($..*) > 1]", remove: true },
    /whole document again/,
    '"target"',
  ],
  ["too many descents", "1.1.0", { target: "$..[?@..[?@..[?@..x]]]", remove: true }, /descends/, '"target"'],
  [
    "a result that is no OpenAPI",
    "1.1.0",
    { target: `${things}.parameters[0]`, update: { required: "yes" } },
    /with the overlay applied/,
    '"required"',
  ],
  [
    "what OpenAPI needs is gone",
    "1.1.0",
    { target: "$.paths['/things'].get.responses['200'].description", remove: true },
    /with the overlay applied/,
    '"200"',
  ],
])("%s (%s) is an error with its place", async (_, version, action, message, excerpt) => {
  const [first, ...more] = await refusal({ "a.json": base, "o.json": overlay([action], version) });
  expect(first).toMatchObject({ code: "P701", severity: "error", message: expect.stringMatching(message) });
  expect(first?.excerpt?.text.trim().startsWith(excerpt)).toBe(true);
  expect(more).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ["another version", { ...overlay([{ target: "$", update: {} }]), overlay: "2.0.0" }, /not known/],
  ["no info", { overlay: "1.0.0", actions: [{ target: "$", update: {} }] }, /lacks info.title/],
  ["no actions", { ...overlay([]) }, /no actions/],
  ["a list", [], /no object/],
  ["another document's", { ...overlay([{ target: "$", update: {} }]), extends: "./b.json" }, /extends "\.\/b\.json"/],
  ["a foreign key", { ...overlay([{ target: "$", update: {} }]), action: [] }, /"action" is no key/],
])("an overlay with %s is refused", async (_, given, message) => {
  const [first] = await refusal({ "a.json": base, "o.json": given });
  expect(first).toMatchObject({ code: "P701", file: "o.json", message: expect.stringMatching(message) });
});

test("places are those of the file that says it, also after items moved", async () => {
  const api = await load([
    { target: `${things}.parameters[0]`, remove: true },
    { target: `${things}.parameters[0]`, update: { description: "what to look for" } },
    { target: `${things}.parameters`, update: [{ name: "n", in: "query", schema: { type: "strin" } }] },
  ]);
  const pointer = "/paths/~1things/get/parameters";
  expect(api.locate(`${pointer}/0/name`)).toMatchObject({
    file: "a.json",
    excerpt: { text: expect.stringContaining('"q"') },
  });
  expect(api.locate(`${pointer}/0/description`)).toMatchObject({ file: "o.json" });
  expect(api.locate(`${pointer}/1/name`)).toMatchObject({
    file: "a.json",
    excerpt: { text: expect.stringContaining('"sort"') },
  });
  expect(api.diagnostics).toMatchObject([{ code: "S031", file: "o.json" }]);
});

test("overlays come one after the other, and count into the hash and the files", async () => {
  const cwd = folderOf({
    "v/a.json": base,
    "one.yaml": "overlay: 1.0.0\ninfo: {title: a, version: 1}\nactions:\n- target: $.info\n  update: {x-one: {n: 1}}\n",
    "v/two.json": { ...overlay([{ target: "$.info['x-one'].n", update: 2 }]), extends: "a.json" },
  });
  const plain = await loadDocument("v/a.json", { cwd });
  const one = await loadDocument("v/a.json", { cwd, overlays: ["one.yaml"] });
  const both = await loadDocument("v/a.json", { cwd, overlays: ["one.yaml", "v/two.json"] });
  expect(at(both, "info", "x-one")).toEqual({ n: 2 });
  expect(both.files.map((file) => file.slice(-6))).toEqual(["a.json", "e.yaml", "o.json"]);
  expect(new Set([plain.sha256, one.sha256, both.sha256]).size).toBe(3);
  expect(both.locate("/info/x-one/n").file).toBe("v/two.json");
  expect(both.locate("/info/x-one").file).toBe("one.yaml");
});

test("a reference in an update is seen from the document; hostile names stay names", async () => {
  const cwd = folderOf({
    "v/a.json": base,
    "v/s.json": { type: "string" },
    "o.json": `{"overlay":"1.1.0","info":{"title":"t","version":"1"},"actions":[{"target":"$","update":
      {"components":{"schemas":{"S":{"$ref":"s.json"},"P":{"properties":{"__proto__":{"type":"string"},"constructor":{"$ref":"#/components/schemas/S"}}}}}}},
      {"target":"$.components.schemas.P.properties['__proto__']","update":{"maxLength":3}}]}`,
  });
  const api = await loadDocument("v/a.json", { cwd, overlays: [join(cwd, "o.json")] });
  expect(api.schemas.get("S")).toEqual({ type: "string" });
  const properties = api.schemas.get("P")?.properties ?? {};
  expect(Object.keys(properties)).toEqual(["__proto__", "constructor"]);
  expect(Object.getOwnPropertyDescriptor(properties, "__proto__")?.value).toEqual({ type: "string", maxLength: 3 });
  expect(({} as { maxLength?: number }).maxLength).toBeUndefined();
});

test.each<[string, object]>([
  ["values", Array.from({ length: 30 }, () => ({ target: `${things}.tags`, copy: `${things}.tags` }))],
  ["depth", Array.from({ length: 250 }, () => ({ target: "$['x-note']", copy: "$" }))],
])("an overlay that multiplies %s is bounded", async (_, actions) => {
  const findings = await refusal({ "a.json": base, "o.json": overlay(actions as Action[]) });
  expect(findings[0]).toMatchObject({ code: "P701", message: expect.stringMatching(/more than|nested deeper/) });
});
