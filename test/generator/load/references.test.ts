import { symlinkSync } from "node:fs";
import { join } from "node:path";
import SwaggerParser from "@apidevtools/swagger-parser";
import { expect, test } from "vitest";
import { InputError } from "../../../generator/errors.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument, JsonObject } from "../../../generator/model.ts";
import { document, folderOf, load, refusal, withOperation } from "./document-in.ts";

const returning = (schema: object, parts: object = {}, openapi = "3.1.0"): object =>
  withOperation(
    { responses: { "200": { description: "", content: { "application/json": { schema } } } } },
    parts,
    openapi,
  );
const result = (api: ApiDocument): unknown => api.operations[0]?.responses[0]?.content[0]?.schema;
const schemaOf = (api: ApiDocument, name: string): unknown => JSON.parse(JSON.stringify(api.schemas.get(name) ?? null));

test("files of the folder become named schemas, once each, whoever refers to them", async () => {
  const api = await load({
    "openapi.yaml": `openapi: 3.0.3
info: {title: a, version: 1.0}
paths:
  /pets: {$ref: "paths/pets.yaml"}
  /toys: {get: {responses: {"200": {description: "", content: {application/json: {schema: {$ref: "./models/pet.yaml"}}}}}}}
`,
    "paths/pets.yaml": `get:
  operationId: listPets
  responses:
    "200": {$ref: "../responses.yaml#/pets"}
post: {$ref: "create.yaml"}
`,
    "paths/create.yaml": "operationId: createPet\nresponses: {'201': {description: made}}\n",
    "responses.yaml": `pets:
  description: all
  content:
    application/json: {schema: {type: array, items: {$ref: "models/pet%2Eyaml"}}}
`,
    "models/pet.yaml": `type: object
properties:
  owner: {$ref: "owner.yaml#/definitions/a~1b%20c"}
  parent: {$ref: "#"}
`,
    "models/owner.yaml":
      "definitions:\n  'a/b c': {type: object, properties: {pets: {type: array, items: {$ref: 'pet.yaml'}}}}\n",
  });
  expect(api.version).toBe("1.0");
  expect(api.operations.map(({ key }) => key)).toEqual(["listPets", "createPet", "GET /toys"]);
  expect([...api.schemas.keys()].sort()).toEqual(["a_b_c", "pet"]);
  expect(schemaOf(api, "pet")).toEqual({
    type: "object",
    properties: {
      owner: { $ref: "#/components/schemas/a_b_c" },
      parent: { $ref: "#/components/schemas/pet" },
    },
  });
  expect(Object.keys((api.bundled["components"] as JsonObject)["responses"] as JsonObject)).toEqual(["pets"]);
  expect(api.files).toHaveLength(6);
  // Places are those of the file that says it.
  expect(api.locate("/paths/~1pets/post/operationId")).toMatchObject({ file: "paths/create.yaml", line: 1 });
  expect(api.locate("/components/schemas/pet/properties/owner")).toMatchObject({
    file: "models/pet.yaml",
    line: 3,
    column: 3,
  });
  await expect(
    SwaggerParser.validate("/", structuredClone(api.bundled) as never, { resolve: { external: false } }),
  ).resolves.toBeTruthy();
});

test("another resolver reads the bundle as the files", async () => {
  const files = {
    "a.json": returning({ $ref: "m.json#/properties/x" }, { components: { schemas: { Own: { $ref: "m.json" } } } }),
    "m.json": { type: "object", properties: { x: { type: "integer", minimum: 3 }, y: { $ref: "#/properties/x" } } },
  };
  const folder = folderOf(files);
  const api = await loadDocument("a.json", { cwd: folder });
  const options = { resolve: { external: false } };
  const ours = await SwaggerParser.dereference("/", structuredClone(api.bundled) as never, options);
  const theirs = await SwaggerParser.dereference(join(folder, "a.json"));
  expect(ours.paths).toEqual(theirs.paths);
  expect(schemaOf(api, "Own")).toMatchObject({
    type: "object",
    properties: { y: { $ref: "#/components/schemas/m_x" } },
  });
});

test.each<[string, object, string, RegExp]>([
  ["remote", { $ref: "https://example.com/a.json" }, "S011", /never fetched/],
  ["scheme-relative", { $ref: "//example.com/a.json" }, "S011", /never fetched/],
  ["file URL", { $ref: "file:///etc/passwd" }, "S011", /never fetched/],
  ["absolute path", { $ref: "/etc/passwd" }, "S011", /out of the document's own folder/],
  ["parent folder", { $ref: "../a.json" }, "S011", /out of the document's own folder/],
  ["encoded parent folder", { $ref: "%2e%2e/%2e%2e/etc/passwd" }, "S011", /out of the document's own folder/],
  ["missing file", { $ref: "gone.json" }, "S011", /there is no file gone\.json/],
  ["missing component", { $ref: "#/components/schemas/Gone" }, "S010", /\/components\/schemas\/Gone in a\.json/],
  ["inherited member", { $ref: "#/constructor/prototype" }, "S010", /leads nowhere/],
  ["anchor", { $ref: "#gone" }, "S010", /anchor/],
  ["itself", { $ref: "#/components/schemas/A" }, "S012", /circle/],
])("a %s reference is refused where it stands", async (_, schema, code, message) => {
  const found = await refusal({ "a.json": document({ components: { schemas: { A: schema } } }) });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ code, file: "a.json", line: 10 });
  expect(found[0]?.message).toMatch(message);
});

test("a link out of the folder is refused", async () => {
  const outside = folderOf({ "secret.json": { type: "string" } });
  const folder = folderOf({ "a.json": document({ components: { schemas: { A: { $ref: "inside.json" } } } }) });
  symlinkSync(join(outside, "secret.json"), join(folder, "inside.json"));
  const failed = await loadDocument("a.json", { cwd: folder }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(InputError);
  expect((failed as InputError).diagnostics).toMatchObject([{ code: "S011" }]);
});

test("references count only where OpenAPI has references", async () => {
  const data = { $ref: "https://example.com/x" };
  const schema = { type: "object", properties: { $ref: { type: "string" } }, default: data, examples: [data] };
  const api = await load({
    "a.json": returning(schema, { "x-data": data, components: { examples: { E: { value: data } } } }),
  });
  expect(JSON.parse(JSON.stringify(result(api)))).toEqual({ ...schema });
});

test("names that JavaScript knows are names like any other", async () => {
  const names = '{"__proto__":{"type":"string"},"constructor":{"$ref":"#/components/schemas/__proto__"},"toString":{}}';
  const text = `{"openapi":"3.1.0","info":{"title":"a","version":"1"},"paths":{},"components":{"schemas":{
    "__proto__":{"type":"integer"},"A":{"type":"object","properties":${names}}}}}`;
  const api = await load({ "a.json": text });
  expect([...api.schemas.keys()]).toEqual(["__proto__", "A"]);
  const properties = api.schemas.get("A")?.properties ?? {};
  expect(Object.keys(properties)).toEqual(["__proto__", "constructor", "toString"]);
  expect(properties["constructor"]).toEqual({ $ref: "#/components/schemas/__proto__" });
  expect(({} as Record<string, unknown>)["type"]).toBeUndefined();
});

test("siblings of a reference: kept with 3.1, annotations only before", async () => {
  const schema = { $ref: "#/components/schemas/A", description: "mine", maxLength: 3 };
  const components = { schemas: { A: { type: "string" } } };
  const ref = { $ref: "#/components/schemas/A" };
  const now = await load({ "a.json": returning(schema, { components }) });
  expect(result(now)).toEqual({ description: "mine", allOf: [ref, { maxLength: 3 }] });
  const before = await load({ "a.json": returning(schema, { components }, "3.0.3") });
  expect(result(before)).toEqual({ description: "mine", ...ref });
  expect(before.diagnostics).toMatchObject([{ code: "S013", severity: "warning" }]);
});

test("a part of another operation gets a name and stays in its place", async () => {
  const tree = {
    type: "object",
    properties: { next: { $ref: "#/paths/~1things/post/requestBody/content/text~1x/schema" } },
  };
  const api = await load({ "a.json": withOperation({ requestBody: { content: { "text/x": { schema: tree } } } }) });
  const [name] = [...api.schemas.keys()];
  expect(name).toBe("things_post_text_x");
  expect(schemaOf(api, "things_post_text_x")).toEqual({
    type: "object",
    properties: { next: { $ref: "#/components/schemas/things_post_text_x" } },
  });
});

test("component names that OpenAPI does not allow are replaced everywhere", async () => {
  const schemas = {
    "List«Pet/Dog»": { type: "array", items: { $ref: "#/components/schemas/List_Pet_Dog_" } },
    List_Pet_Dog_: { type: "string" },
    Pet: { discriminator: { propertyName: "kind", mapping: { a: "List«Pet/Dog»", b: "Pet", c: "Gone" } } },
  };
  const api = await load({
    "a.json": returning({ $ref: "#/components/schemas/List«Pet~1Dog»" }, { components: { schemas } }),
  });
  expect([...api.schemas.keys()]).toEqual(["List_Pet_Dog__2", "List_Pet_Dog_", "Pet"]);
  expect(result(api)).toEqual({ $ref: "#/components/schemas/List_Pet_Dog__2" });
  expect(schemaOf(api, "Pet")).toMatchObject({
    discriminator: { mapping: { a: "#/components/schemas/List_Pet_Dog__2", b: "#/components/schemas/Pet" } },
  });
  expect(api.diagnostics).toMatchObject([{ code: "S034", message: expect.stringContaining('"c"') }]);
  expect(api.locate("/components/schemas/List_Pet_Dog__2/items").line).toBeGreaterThan(20);
});

test("a whole map, and an entry that is only a file, keep their names", async () => {
  const api = await load({
    "a.json": returning(
      { $ref: "#/components/schemas/Pet" },
      { components: { schemas: { $ref: "schemas/all.json" } } },
    ),
    "schemas/all.json": { Pet: { $ref: "pet.json" }, Also: { $ref: "#/Pet" }, Owner: { type: "object" } },
    "schemas/pet.json": {
      type: "object",
      properties: { owner: { $ref: "all.json#/Owner" }, kin: { $ref: "pet.json" } },
    },
  });
  expect([...api.schemas.keys()]).toEqual(["Pet", "Also", "Owner"]);
  expect(schemaOf(api, "Pet")).toMatchObject({
    properties: { owner: { $ref: "#/components/schemas/Owner" }, kin: { $ref: "#/components/schemas/Pet" } },
  });
  expect(schemaOf(api, "Also")).toEqual({ $ref: "#/components/schemas/Pet" });
});

test("path items that contain themselves are refused, callbacks that repeat are too", async () => {
  const found = await refusal({
    "a.json": document({ paths: { "/a": { $ref: "b.json" } } }),
    "b.json": { post: { responses: {}, callbacks: { again: { "{$url}": { $ref: "b.json" } } } } },
  });
  expect(found).toMatchObject([{ code: "S012" }]);
});

test("the hash is of the raw bytes: of one file, or of all", async () => {
  const { createHash } = await import("node:crypto");
  const text = JSON.stringify(document({}));
  expect((await load({ "a.json": text })).sha256).toBe(createHash("sha256").update(text).digest("hex"));
  const root = document({ components: { schemas: { A: { $ref: "b.json" } } } });
  const one = await load({ "a.json": root, "b.json": '{"type":"string"}' });
  const other = await load({ "a.json": root, "b.json": '{"type": "string"}' });
  expect(one.sha256).not.toBe(other.sha256);
  expect(one.bundled).toEqual(other.bundled);
});
