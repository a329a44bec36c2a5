/** What a document declares, asked by the runtime's own walk: schema and value in, places that are not declared out. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import type { ApiDocument, Schema } from "../../../generator/model.ts";
import { DeclaredShaper } from "../../../generator/plan/declared-shapes.ts";
import { unknownParts } from "../../../runtime/unknown-parts.ts";

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const schemas: Readonly<Record<string, Schema>> = {
  Base: { type: "object", properties: { id: { type: "string" } } },
  State: { type: "string", enum: ["on", "off"] },
  Free: { type: "string" },
  Tree: { type: "object", properties: { kids: { type: "array", items: ref("Tree") }, state: ref("State") } },
  Cat: { type: "object", properties: { kind: { const: "cat" }, purrs: { type: "boolean" } } },
  Dog: { type: "object", properties: { kind: { const: "dog" }, barks: { type: "boolean" } } },
};

function unknownIn(schema: Schema, value: unknown): string[] {
  const shaper = new DeclaredShaper({ schemas: new Map(Object.entries(schemas)) } as unknown as ApiDocument);
  const nodes = shaper.nodesOf(schema);
  const { fields, values } = unknownParts(value, nodes, shaper.shapes());
  const told = (mark: string) => (issue: { readonly path: readonly PropertyKey[] }) => `${mark}${issue.path.join("/")}`;
  return [...fields.map(told("")), ...values.map(told("="))];
}

const object = (properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema => ({
  type: "object",
  properties,
  ...more,
});

test.each<[what: string, schema: Schema, value: unknown, wanted: string[]]>([
  ["a field more", ref("Base"), { id: "1", more: 1 }, ["more"]],
  [
    "what objects inherit is a field too",
    ref("Base"),
    JSON.parse('{"__proto__":1,"toString":2}'),
    ["__proto__", "toString"],
  ],
  ["fields of all parts", { allOf: [ref("Base"), object({ b: {} })] }, { id: "1", b: 1, c: 1 }, ["c"]],
  ["any field", object({ a: {} }, { additionalProperties: true }), { b: 1 }, []],
  ["fields of a type", object({ a: {} }, { additionalProperties: ref("Base") }), { b: { x: 1 } }, ["b/x"]],
  [
    "a field that is named has its own type",
    object({ a: {} }, { additionalProperties: ref("Base") }),
    { a: { x: 1 } },
    [],
  ],
  ["fields by pattern", object({ a: {} }, { patternProperties: { "^x-": {} } }), { "x-b": 1 }, []],
  ["nothing is said of it", { type: "object" }, { a: 1 }, []],
  ["nothing at all is said", {}, { a: 1 }, []],
  ["in lists and trees", ref("Tree"), { kids: [{ kids: [], x: 1 }, { state: "?" }] }, ["kids/0/x", "=kids/1/state"]],
  ["in a tuple", { type: "array", prefixItems: [ref("Base"), {}] }, [{ x: 1 }, { x: 1 }], ["0/x"]],
  ["a value of a list", ref("State"), "on", []],
  ["no value of a list", ref("State"), "ON", ["="]],
  ["one value alone is for validators", { const: "a" }, "b", []],
  ["a list of numbers is for validators", { enum: [1, 2] }, 3, []],
  ["null is no text", { enum: ["a", "b", null] }, null, []],
  ["values of either list", { anyOf: [ref("State"), { enum: ["a", "b"] }] }, "a", []],
  ["a list, or any text", { anyOf: [ref("State"), { type: "string" }] }, "x", []],
  ["a list, or any text of a name", { oneOf: [ref("State"), ref("Free")] }, "x", []],
  ["a text or an object", { anyOf: [{ type: "string" }, ref("Base")] }, { x: 1 }, ["x"]],
  ["an object or any object", { anyOf: [ref("Base"), { type: "object" }] }, { x: 1 }, []],
  ["members told apart", { oneOf: [ref("Cat"), ref("Dog")] }, { kind: "cat", barks: true }, ["barks"]],
  ["a member nobody knows is not judged", { oneOf: [ref("Cat"), ref("Dog")] }, { kind: "cow", moos: true }, []],
  ["members that nothing tells apart", { anyOf: [ref("Base"), object({ b: {} })] }, { id: "1", b: 1, c: 1 }, ["c"]],
  [
    "what is coerced is no longer the document's",
    object({ at: { enum: ["a", "b"], coerced: { from: "iso8601", to: "Date" } } }),
    { at: new Date(0) },
    [],
  ],
])("%s", (_, schema, value, wanted) => expect(unknownIn(schema, value)).toEqual(wanted));

test("as many as a person reads, from an answer of any size", () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 1]));
  expect(unknownIn(ref("Base"), many)).toHaveLength(100);
  let deep: unknown = {};
  for (let level = 0; level < 100_000; level++) deep = { kids: [deep] };
  expect(unknownIn(ref("Tree"), deep)).toEqual([]);
});

interface Contract {
  readonly cases: readonly {
    readonly request: { readonly method: string; readonly path: string };
    readonly response: { readonly status: number; readonly body?: object };
  }[];
}

describe("law: a document's own examples of successes have nothing unknown, and one field more is found", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  test.each(["stripe/2022-11-15", "shopify/2026-07", "shippo/2018-02-08", "klaviyo/2026-04-15", "segment/v1"])(
    "%s",
    async (folder) => {
      const file = ["yaml", "json"]
        .map((end) => `specs/${folder}/openapi.${end}`)
        .find((one) => existsSync(root + one));
      const document = await loadDocument(file!, { cwd: root });
      const { cases } = JSON.parse(readFileSync(`${root}generated/${folder}/contract.json`, "utf8")) as Contract;
      const shaper = new DeclaredShaper(document);
      let found = 0;
      for (const { request, response } of cases) {
        const { responses = [] } =
          document.operations.find(
            ({ method, path }) => method.toUpperCase() === request.method && path === request.path,
          ) ?? {};
        const schema = responses.find(({ status }) => status === String(response.status))?.content[0]?.schema;
        if (schema === undefined) continue;
        const nodes = shaper.nodesOf(schema);
        const ask = (body: unknown) => unknownParts(body, nodes, shaper.shapes());
        expect(ask(response.body), request.path).toEqual({ fields: [], values: [] });
        found += ask({ ...response.body, "not declared": 1 }).fields.length;
      }
      expect(found).toBeGreaterThan(0);
    },
  );
});
