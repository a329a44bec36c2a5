/** What traffic is judged by, held against another validator: a body has no problem exactly when ajv takes it. */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkValue } from "../../../generator/drift/traffic/check-value.ts";
import type { ApiDocument, Schema } from "../../../generator/model.ts";
import { runs } from "../../runs.ts";

const named: Record<string, Schema> = {
  A: { type: "object", required: ["a"], properties: { a: { type: "string" } } },
  B: { allOf: [{ $ref: "#/components/schemas/A" }], properties: { b: { type: ["integer", "null"] } } },
};
const document = { schemas: new Map(Object.entries(named)) } as unknown as ApiDocument;
const names = fc.constantFrom("a", "b", "c");
const types = fc.constantFrom("string", "integer", "number", "boolean", "null", "array", "object");
const scalars = fc.constantFrom("x", "y", 1, 2, 1.5, true, false, null);

const schemas: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema; leaf: Schema }>((tie) => ({
  leaf: fc.oneof(
    types.map((type): Schema => ({ type })),
    fc.uniqueArray(types, { minLength: 2, maxLength: 3 }).map((type): Schema => ({ type })),
    fc.constantFrom("A", "B").map((name): Schema => ({ $ref: `#/components/schemas/${name}` })),
  ),
  schema: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    tie("leaf"),
    fc
      .record({
        properties: fc.dictionary(names, tie("schema"), { maxKeys: 3, noNullPrototype: true }),
        required: fc.uniqueArray(names, { maxLength: 2 }),
      })
      .map((parts): Schema => ({ type: "object", ...parts })),
    tie("schema").map((items): Schema => ({ type: "array", items })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 2 }).map((allOf): Schema => ({ allOf })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf): Schema => ({ anyOf })),
    fc.tuple(tie("schema"), tie("schema"), names).map(
      ([one, other, name]): Schema => ({
        properties: { [name]: one },
        anyOf: [{ type: "object", properties: { [name]: other } }, { type: "string" }],
      }),
    ),
  ),
})).schema;

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    scalars,
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

test("no problem is told exactly of what ajv takes", { timeout: 60_000 }, () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  let refused = 0;
  fc.assert(
    fc.property(schemas, values, (schema, value) => {
      const takes = ajv.compile({ ...schema, components: { schemas: named } });
      const problems = checkValue(document, { schema, pointer: "" }, value, "response").filter(
        // ajv takes members that nobody declared; recordings tell them.
        ({ kind }) => kind !== "unknown",
      );
      const isTaken = takes(value);
      if (!isTaken) refused++;
      expect(problems.length === 0).toBe(isTaken);
    }),
    { numRuns: runs(500) },
  );
  // Both answers were asked for.
  expect(refused).toBeGreaterThan(100);
});
