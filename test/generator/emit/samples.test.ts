import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conforms } from "../../../generator/emit/conforms.ts";
import { samplePattern } from "../../../generator/emit/pattern-sample.ts";
import { safePattern } from "../../../generator/emit/patterns.ts";
import { createSampler } from "../../../generator/emit/samples.ts";
import type { Json, NamedType, Schema } from "../../../generator/model.ts";
import { runs } from "../../runs.ts";
import { namedTypes } from "./fixture-schemas.ts";

const types = namedTypes();
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

describe("samples", () => {
  test.each<[string, Schema, Json]>([
    ["text", { type: "string" }, "text"],
    ["an example that is valid", { type: "string", examples: [7, "mine"] }, "mine"],
    ["a default", { type: "integer", default: 3 }, 3],
    ["bounds of a number", { type: "number", minimum: 2.5, maximum: 2.75 }, 2.5 + 0.125],
    ["an exclusive bound", { type: "integer", exclusiveMinimum: 10 }, 11],
    ["a multiple", { type: "integer", multipleOf: 7, minimum: 8 }, 14],
    ["length", { type: "string", minLength: 6 }, "textxx"],
    ["shortness", { type: "string", maxLength: 2 }, "te"],
    ["a pattern", { type: "string", pattern: "^[A-Z]{2}-\\d+$" }, "AA-1"],
    ["a pattern and a length", { type: "string", pattern: "^[a-z]+$", minLength: 5 }, "aaaaa"],
    ["a date", { type: "string", format: "date" }, "2026-01-31"],
    ["an enumeration", { enum: [null, "a"] }, "a"],
    ["nullable", { type: ["null", "boolean"] }, null],
    ["a list", { type: "array", items: { type: "boolean" }, minItems: 2 }, [true, true]],
    [
      "different items",
      { type: "array", uniqueItems: true, minItems: 2, items: { enum: ["a", "b", "c"] } },
      ["a", "b"],
    ],
    ["exactly one of", { oneOf: [{ type: "integer" }, { type: "number" }] }, 0.5],
    [
      "both at once",
      {
        allOf: [
          { type: "object", required: ["a"] },
          { type: "object", properties: { a: { type: "string", minLength: 5 } } },
        ],
      },
      { a: "textx" },
    ],
    [
      "a map with a least size",
      { type: "object", additionalProperties: { type: "integer" }, minProperties: 1 },
      { key1: 1 },
    ],
    ["a file", { type: "string", format: "binary" }, { $blob: "text", type: "text/plain" }],
    [
      "a constraint-only union",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }] },
      { a: "text" },
    ],
  ])("%s", (_, schema, wanted) => expect(createSampler(types).sample(schema, "request")).toEqual(wanted));

  test("a recursive schema ends", () => expect(createSampler(types).sample(ref("Customer"), "response")).toBeDefined());
  test("a wide tree of required schemas ends in time and size", () => {
    const many = new Map<string, NamedType>();
    for (let i = 0; i < 40; i++) {
      const properties = Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, ref(`L${i + 1}`)]));
      many.set(`L${i}`, {
        name: `L${i}`,
        home: "schema",
        direction: "response",
        schema: { type: "object", properties, required: Object.keys(properties) },
      });
    }
    const start = performance.now();
    const sample = createSampler(many).sample(ref("L0"), "response");
    expect(JSON.stringify(sample ?? null).length).toBeLessThan(200_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });
  test("a schema that contradicts itself still gets something close", () =>
    expect(
      createSampler(types).sample(
        {
          allOf: [{ type: "object", properties: { a: { type: "string" } }, required: ["a"] }],
          additionalProperties: false,
        },
        "response",
      ),
    ).toEqual({ a: "text" }));
  test("the same schema gives the same sample", () =>
    expect(createSampler(types).sample(ref("Charge"), "response")).toEqual(
      createSampler(namedTypes()).sample(ref("Charge"), "response"),
    ));

  const leaf: fc.Arbitrary<Schema> = fc.oneof(
    fc.record({ type: fc.constant("string"), minLength: fc.nat(5), maxLength: fc.integer({ min: 5, max: 9 }) }),
    fc.record({
      type: fc.constant("integer"),
      minimum: fc.integer({ min: -9, max: 0 }),
      maximum: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({ enum: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }) }),
    fc.constant<Schema>({ type: ["boolean", "null"] }),
  );
  const anySchema = fc.letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.nat(2) }),
      fc
        .dictionary(fc.string({ minLength: 1 }), tie("schema"), { maxKeys: 3 })
        .map((properties): Schema => ({ type: "object", properties, required: Object.keys(properties) })),
      fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    ),
  })).schema;
  test("every sample is valid under its schema", () => {
    fc.assert(
      fc.property(anySchema, fc.constantFrom("request" as const, "response" as const), (schema, direction) => {
        const sample = createSampler(types).sample(schema, direction);
        expect(sample === undefined ? sample : conforms(schema, sample, types)).toBe(true);
      }),
      { numRuns: runs(150) },
    );
  });
});

describe("conforms", () => {
  test.each<[Schema, Json, boolean]>([
    [{ type: "integer" }, 1.5, false],
    [{ type: "string", format: "date-time" }, "2026-02-30T10:00:00Z", false],
    [{ type: "string", format: "uuid" }, "x", false],
    [{ type: "string", format: "made-up" }, "x", true],
    [{ oneOf: [{ type: "integer" }, { type: "number" }] }, 1, false],
    [{ not: { type: "string" } }, "x", false],
    [{ type: "object", required: ["toString"] }, {}, false],
    [{ type: "object", properties: { a: { type: "string" } }, additionalProperties: false }, { b: 1 }, false],
    [ref("Charge"), { id: "x" }, false],
    [{ type: "string", pattern: "^(a+)+$" }, "aaaa", false],
    [{ enum: [{ a: 1 }] }, { a: 1 }, true],
    [{ type: "string", maxLength: 1 }, "😀", true],
  ])("%j and %j: %s", (schema, value, wanted) => expect(conforms(schema, value, types)).toBe(wanted));
});

describe("patterns", () => {
  test.each([
    "^[A-Z]{2}$",
    "^\\d+$",
    "^(?:ch|py)_[a-z0-9]+$",
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    "^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$",
    "[0-9]+",
    "^[^@]+@[^@]+$",
    "^(a|b|c)$",
    "^.{1,255}$",
    "^x?$",
    "^(a-?)+$",
  ])("%s is run, and a sample of it matches", (pattern) => {
    expect(safePattern(pattern)).toBeDefined();
    expect(samplePattern(pattern)).toMatch(new RegExp(pattern));
  });
  test.each([
    "(a+)+",
    "^(a|a)*$",
    "^(a?){50}$",
    `${"a?".repeat(60)}$`,
    `${"(a|a)".repeat(30)}$`,
    "(.*)*x",
    "a*a*a*a*b",
    ".*.*x",
    "(?=a)b",
    "(a)\\1",
    "(?<!a)b",
    "^(.a+)+$",
    "(x{1000}){1000}",
    "a".repeat(201),
    "(",
    "[",
    "^(\\u0430[\\u0430-\\u044f]+)+$",
  ])("%s is not run", (pattern) => expect(safePattern(pattern)).toBeUndefined());
  test("what is run is fast on 2,048 characters, whatever they are", () => {
    const part = fc.constantFrom("a", "[a-z]", ".", "\\d", "-", "(a|b)", "(-a+)", "[^a]", "(?:ab)");
    const repeated = fc
      .tuple(part, fc.constantFrom("", "*", "+", "?", "{2}", "{0,50}", "{3,}"))
      .map((pair) => pair.join(""));
    const pattern = fc
      .tuple(fc.constantFrom("^", ""), fc.array(repeated, { maxLength: 6 }), fc.constantFrom("$", ""))
      .map(([start, parts, end]) => start + parts.join("") + end);
    const input = fc.constantFrom("a", "-a", "ab", "1").map((unit) => `${unit.repeat(2048).slice(0, 2047)}!`);
    fc.assert(
      fc.property(pattern, input, (source, value) => {
        const safe = safePattern(source);
        fc.pre(safe !== undefined);
        const start = performance.now();
        new RegExp(source, safe?.flags).test(value);
        expect(performance.now() - start).toBeLessThan(1000);
      }),
      { numRuns: runs(150) },
    );
  });
});
