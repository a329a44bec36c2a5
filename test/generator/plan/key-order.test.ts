/** Laws of names: the order of keys in a document means nothing, and a document that grows renames nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import type { VersionPlan } from "../../../generator/model.ts";
import { planVersion } from "../../../generator/plan/plan-version.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { runs } from "../../runs.ts";

type Json = Readonly<Record<string, unknown>>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "couplet-order-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Names = ReadonlyMap<string, string>;

async function plan(document: Json, pinned: Names = new Map(), pinnedTypes: Names = new Map()): Promise<VersionPlan> {
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
  const loaded = await loadDocument("openapi.json", { cwd: folder });
  const documents = new Map([["1", loaded]]);
  const policy = planPolicy(undefined, loaded, "1", { provider: "acme", documents });
  return planVersion(loaded, policy, { provider: "acme", version: "1", pinned, pinnedTypes });
}

/** Everything the plan decides, names and wire, with keys in one order; the bundled document and where things stand apart. */
function decisions({ namespaces, types, connector }: VersionPlan): unknown {
  return sorted({ namespaces, types, connector });
}

function sorted(value: unknown): unknown {
  if (value instanceof Map) return sorted(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, member]) => [key, sorted(member)]);
}

/** The same document, keys of every map in another order; lists, such as parameters, keep theirs. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [random(), key, shuffled(member, random)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, member]) => [key, member]));
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

// Names that want to be the same, or what the generator itself makes of others.
const schemaNames = [
  ...["order", "Order", "ORDER", "order_", "Order-", "OrderRequest", "order request", "Orders", "OrdersListInput"],
  ...[
    "ordersListOutcome",
    "OrdersNamespace",
    "createOrders",
    "Call",
    "call",
    "__proto__",
    "constructor",
    "A.B",
    "a-b",
    "支付",
  ],
];
const ids = [
  "listOrders",
  "list_orders",
  "orders.list",
  "OrdersList",
  "list",
  "getOrder",
  "get_orders",
  "createOrders",
  "then",
  undefined,
];
const tags = ["Orders", "orders", "order", "Order Items", "__proto__", "then", undefined];

const schemaOf = fc.record({ of: fc.constantFrom(...schemaNames), readOnly: fc.boolean(), inline: fc.boolean() });
const operationOf = fc.record({
  id: fc.constantFrom(...ids),
  tag: fc.constantFrom(...tags),
  sends: fc.constantFrom(...schemaNames),
  answers: fc.constantFrom(...schemaNames),
});
const documentOf = fc.record({
  schemas: fc.dictionary(fc.constantFrom(...schemaNames), schemaOf, { minKeys: 1, maxKeys: 8 }),
  operations: fc.array(operationOf, { minLength: 1, maxLength: 8 }),
});

type Parts = typeof documentOf extends fc.Arbitrary<infer T> ? T : never;

/** The same parts, every reference to a schema that is there. */
function closed({ schemas, operations }: Parts, known: readonly string[] = Object.keys(schemas)): Parts {
  const there = (name: string): string => (known.includes(name) ? name : known[0]!);
  return {
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, { ...schema, of: there(schema.of) }]),
    ),
    operations: operations.map((one) => ({ ...one, sends: there(one.sends), answers: there(one.answers) })),
  };
}

function build({ schemas, operations }: Parts): Json {
  const ref = (name: string): Json => ({ $ref: `#/components/schemas/${encodeURIComponent(name)}` });
  const body = (schema: Json): Json => ({ content: { "application/json": { schema } } });
  const paths = operations.map(({ id, tag, sends, answers }, n) => [
    `/orders/${n}/{id}`,
    {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", enum: ["a", "b"] } }],
      post: {
        // An operationId is unique; the rest of the name is not.
        ...(id === undefined || operations.findIndex((one) => one.id === id) < n ? {} : { operationId: id }),
        ...(tag === undefined ? {} : { tags: [tag] }),
        parameters: [
          { name: "q", in: "query", style: "deepObject", schema: { type: "object", properties: { x: {}, y: {} } } },
          { name: "X-H", in: "header", schema: { type: "array", items: { type: "string" } } },
        ],
        requestBody: body(ref(sends)),
        responses: { "200": { description: "ok", ...body(ref(answers)) }, default: { description: "no" } },
      },
    },
  ]);
  const components = Object.entries(schemas).map(([name, { of, readOnly, inline }]) => [
    name,
    {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string", readOnly },
        other: ref(of),
        more: inline ? { type: "object", properties: { a: { enum: ["x", "y"] }, b: ref(of) } } : { type: "integer" },
      },
    },
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Acme", version: "1" },
    servers: [{ url: "https://acme.example" }],
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(components) },
  };
}

it("the order of keys changes no name and nothing on the wire", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(documentOf, fc.nat(), async (parts, seed) => {
      const document = build(closed(parts));
      const other = shuffled(document, randomOf(seed)) as Json;
      expect(decisions(await plan(other))).toEqual(decisions(await plan(document)));
    }),
    { numRuns: runs(8) },
  );
});

/** Public names of what a document has: of its operations by key, and of its types. */
function publicNames({ namespaces, types }: VersionPlan): { operations: Map<string, unknown>; types: string[] } {
  const operations = namespaces.flatMap(({ name, file, interfaceName, factory, operations }) =>
    operations.map(({ key, id, constant, inputType, outcomeType }) => {
      return [key, { namespace: name, file, interfaceName, factory, id, constant, inputType, outcomeType }] as const;
    }),
  );
  return { operations: new Map(operations), types: [...types.keys()] };
}

it("a document that grows keeps every name, with the lock", { timeout: 60_000 }, async () => {
  const news = fc.record({
    operations: fc.array(operationOf, { minLength: 1, maxLength: 3 }),
    schemas: fc.dictionary(fc.constantFrom("Fresh", ...schemaNames), schemaOf, { minKeys: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(documentOf, news, fc.nat(), async (parts, more, seed) => {
      const old = closed(parts);
      const before = await plan(build(old));
      const names = publicNames(before);
      const pinned = new Map(before.namespaces.flatMap(({ operations }) => operations.map(({ key, id }) => [key, id])));
      const added = closed(more, [...Object.keys(old.schemas), ...Object.keys(more.schemas)]);
      const schemas = { ...added.schemas, ...old.schemas };
      const grown = build({ schemas, operations: [...old.operations, ...added.operations] });
      const after = publicNames(await plan(shuffled(grown, randomOf(seed)) as Json, pinned, before.schemaNames));
      for (const [key, name] of names.operations) expect(after.operations.get(key)).toEqual(name);
      expect(after.types).toEqual(expect.arrayContaining(names.types));
    }),
    { numRuns: runs(8) },
  );
});
