/** The effects of edits against an oracle: a validator that is asked about many values, on both sides. */
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { diffDocuments } from "../../../generator/drift/diff-documents.ts";
import type { Finding } from "../../../generator/drift/finding.ts";
import type { ApiDocument, Schema } from "../../../generator/model.ts";

/** A document that is given and sent one schema. */
function documentOf(schema: Schema): ApiDocument {
  const content = [{ contentType: "application/json", schema }];
  const operation = {
    key: "a",
    method: "post",
    path: "/a",
    tags: [],
    deprecated: false,
    parameters: [],
    requestBody: { required: true, content },
    responses: [{ status: "200", description: "", content, headers: {} }],
    security: [],
    servers: [],
    pointer: "/paths/~1a/post",
    extensions: {},
  };
  return {
    file: "a.json",
    title: "",
    version: "",
    servers: [],
    tags: [],
    securitySchemes: [],
    schemas: new Map(),
    operations: [operation],
    bundled: {},
    sha256: JSON.stringify(schema),
    files: [],
    diagnostics: [],
    locate: () => ({ file: "a.json", line: 1, column: 1 }),
  };
}

const name = fc.constantFrom("a", "b");
const small = fc.integer({ min: 0, max: 3 });
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

/** Objects are closed: what an open one says of members that it does not name is nothing that callers rely on. */
const { schema, object, array } = fc.letrec<{
  schema: Schema;
  plain: Schema;
  object: Schema;
  array: Schema;
  union: Schema;
}>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("plain"),
    tie("object"),
    tie("array"),
    tie("union"),
  ),
  plain: fc.oneof(
    fc.record({ type: fc.constant("string"), minLength: some(small), maxLength: some(small) }),
    fc.record({ type: fc.constantFrom("integer", "number"), minimum: some(small), exclusiveMaximum: some(small) }),
    fc.record({ type: fc.constantFrom(["string", "null"], ["integer", "string"], ["boolean", "null"]) }),
    fc.record({
      enum: fc.uniqueArray(fc.constantFrom<string | number | boolean>("x", "y", 1, 2, true), { minLength: 1 }),
    }),
    fc.record({ const: fc.constantFrom<string | number>("x", 1) }),
    fc.constant({ type: "boolean" }),
  ) as fc.Arbitrary<Schema>,
  object: fc
    .record({
      properties: fc.dictionary(name, tie("schema"), { maxKeys: 2 }),
      required: some(fc.uniqueArray(name)),
      minProperties: some(small),
    })
    .map((members) => ({ type: "object", additionalProperties: false, ...members })) as fc.Arbitrary<Schema>,
  array: fc.record({
    type: fc.constant("array"),
    items: tie("schema"),
    minItems: some(small),
    maxItems: some(small),
    uniqueItems: some(fc.constant(true)),
  }) as fc.Arbitrary<Schema>,
  union: fc.record({ anyOf: fc.array(tie("schema"), { minLength: 2, maxLength: 3 }) }),
}));

const text = fc.record({
  type: fc.constant("string"),
  minLength: some(small),
  maxLength: some(small),
}) as fc.Arbitrary<Schema>;
const number = fc.record({
  type: fc.constant("integer"),
  minimum: some(small),
  maximum: some(small),
  exclusiveMinimum: some(small),
  exclusiveMaximum: some(small),
}) as fc.Arbitrary<Schema>;

/** Two schemas, most often alike: what is quite different is told anyway. */
const two: fc.Arbitrary<[Schema, Schema]> = fc.oneof(
  ...[schema, object, array, text, number].map((kind) => fc.tuple(kind, kind)),
);

/** Without the members that are undefined: a document has none. */
function clean(value: Schema): Schema {
  return JSON.parse(JSON.stringify(value));
}

const leaves = [null, true, "", "x", "y", "xx", "xxxx", 0, 1, 2, 3, 4, 1.5, -1] as const;
const members = [null, "x", "xx", 1, 2, 1.5, true, {}, [], ["x"], { a: "x" }];
const values: readonly unknown[] = [
  ...leaves,
  {},
  ...members.flatMap((one) => [
    { a: one },
    { b: one },
    [one],
    [one, one],
    [one, "y"],
    [[one]],
    { a: { b: one } },
    [{ a: one }],
  ]),
  ...members.flatMap((one) => members.map((other) => ({ a: one, b: other }))),
];

const NARROWING = new Set<Finding["effect"]>(["narrow", "incomparable", "unknown"]);
const WIDENING = new Set<Finding["effect"]>(["widen", "incomparable", "unknown"]);

test("whatever only one side takes is told as an effect of that kind", () => {
  const ajv = new Ajv2020({ strict: false });
  let refused = 0;
  fc.assert(
    fc.property(two, ([one, other]) => {
      const [base, revision] = [clean(one), clean(other)];
      const [before, after] = [ajv.compile(base), ajv.compile(revision)];
      const found = diffDocuments(documentOf(base), documentOf(revision));
      const narrowed = values.some((value) => before(value) && !after(value));
      const widened = values.some((value) => !before(value) && after(value));
      if (narrowed) refused++;
      if (narrowed) expect(found.filter(({ effect }) => NARROWING.has(effect))).not.toEqual([]);
      if (widened) expect(found.filter(({ effect }) => WIDENING.has(effect))).not.toEqual([]);
      // What is sent and refused is never told as safe alone.
      const harm = found.filter(({ direction, severity }) => direction === "request" && severity !== "safe");
      if (narrowed) expect(harm).not.toEqual([]);
      expect(found.map(({ rule }) => rule)).not.toContain("unknown-change");
    }),
    { numRuns: process.env["COUPLET_LONG"] ? 20_000 : 400 },
  );
  expect(refused).toBeGreaterThan(100);
});

test("a schema that was edited in one place is compared there", () => {
  fc.assert(
    fc.property(schema, schema, schema, (kept, one, other) => {
      const around = (edited: Schema): Schema => ({
        type: "object",
        properties: { kept: clean(kept), edited: clean(edited) },
      });
      const found = diffDocuments(documentOf(around(one)), documentOf(around(other)));
      expect(found.filter(({ occurrences }) => occurrences.some(({ at }) => /\bkept\b/.test(at)))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
