import { describe, expect, test } from "vitest";
import { printableTypes } from "../../../generator/emit/printable-types.ts";
import { scanTypes } from "../../../generator/emit/scan.ts";
import { printTypes } from "../../../generator/emit/types.ts";
import type { NamedType, Schema } from "../../../generator/model.ts";
import { fixturePlan } from "./fixture-plan.ts";

function print(schemas: Readonly<Record<string, Schema>>, direction: NamedType["direction"] = "response"): string {
  const types = new Map(
    Object.entries(schemas).map(([name, schema]) => [name, { name, schema, direction, home: "schema" }]),
  );
  const printable = printableTypes({ ...fixturePlan(), types });
  const { text } = printTypes([...printable.values()], printable);
  scanTypes("schema.ts", text);
  return text;
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Readonly<Record<string, Schema>>, required?: readonly string[]): Schema => ({
  type: "object",
  properties,
  ...(required ? { required } : {}),
});

describe("one schema", () => {
  test.each<[string, Schema, string]>([
    [
      "an object",
      object({ a: { type: "string" }, b: { type: "integer", format: "int64" } }, ["a"]),
      "export interface X {\n  a: string;\n  b?: number;\n}",
    ],
    [
      "a default does not make a property required",
      object({ a: { type: "string", default: "x" } }),
      "export interface X {\n  /** @default x */\n  a?: string;\n}",
    ],
    [
      "no examples, formats or enum tags in comments",
      object({ a: { type: "string", enum: ["q"], examples: ["q"], format: "date", title: "T", description: "D" } }),
      'export interface X {\n  /** D */\n  a?: "q";\n}',
    ],
    ["a free object", { type: "object" }, "export interface X {\n  [key: string]: unknown;\n}"],
    [
      "an open object",
      { ...object({ a: { type: "string" } }), additionalProperties: true },
      "export interface X {\n  a?: string;\n  [key: string]: unknown;\n}",
    ],
    [
      "a map",
      { type: "object", additionalProperties: { type: "number" } },
      "export interface X {\n  [key: string]: number;\n}",
    ],
    ["a nullable type", { type: ["string", "null"] }, "export type X = string | null;"],
    [
      "a nullable composition keeps its null",
      { type: ["object", "null"], allOf: [object({ a: { type: "string" } })] },
      "export type X = {\n  a?: string;\n} | null;",
    ],
    ["an open enumeration", { type: "string", enum: ["a", "b"] }, 'export type X = "a" | "b" | (string & {});'],
    ["a constant", { type: "string", enum: ["a"] }, 'export type X = "a";'],
    ["numbers and null", { enum: [1, -2, true, null] }, "export type X = 1 | -2 | true | null;"],
    ["anything", {}, "export type X = unknown;"],
    ["nothing", { not: {} }, "export type X = never;"],
    ["an array without a type", { items: { type: "string" } }, "export type X = string[];"],
    ["bytes", { type: "string", format: "binary" }, "export type X = Uint8Array;"],
    [
      "constraints alone change nothing",
      { ...object({ a: { type: "string" } }), anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      "export interface X {\n  a?: string;\n}",
    ],
    ["annotations in allOf change nothing", { allOf: [ref("X2"), { description: "d" }] }, "export type X = X2;"],
    [
      "allOf with a union",
      {
        allOf: [
          object({ a: { type: "string" } }),
          { anyOf: [object({ b: { type: "string" } }), object({ c: { type: "string" } })] },
        ],
      },
      "export type X = {\n  a?: string;\n} & ({\n  b?: string;\n} | {\n  c?: string;\n});",
    ],
    ["a hostile value", { enum: ['"; alert(); "\u2028'] }, 'export type X = "\\"; alert(); \\"\\u2028";'],
    ["a hostile type name of JSON Schema", { type: "toString" as never }, "export type X = unknown;"],
  ])("%s", (_, schema, wanted) => expect(print({ X: schema })).toBe(wanted));

  test.each<[string, Schema, string]>([
    ["enumerations are closed", { type: "string", enum: ["a", "b"] }, 'export type X = "a" | "b";'],
    ["files are blobs", { type: "string", format: "binary" }, "export type X = Blob | ReadableStream;"],
    [
      "typed extra properties stay open beside named ones",
      { ...object({ a: { type: "number" } }), additionalProperties: { type: "string" } },
      "export interface X {\n  a?: number;\n  [key: string]: unknown;\n}",
    ],
  ])("in requests %s", (_, schema, wanted) => expect(print({ X: schema }, "request")).toBe(wanted));
});

describe("several schemas", () => {
  test.each<[string, Record<string, Schema>, string]>([
    [
      "a property required from outside",
      { Base: object({ a: { type: "string" } }), X: { allOf: [ref("Base")], required: ["a"] } },
      "export type X = {\n  a: string;\n} & Base;",
    ],
    [
      "a schema that hides a global type",
      { Uint8Array: object({}), X: { type: "string", format: "binary" } },
      "export type X = globalThis.Uint8Array;",
    ],
    [
      "members of a union get their literal",
      {
        X: {
          oneOf: [ref("A"), ref("B")],
          discriminator: {
            propertyName: "k",
            mapping: { a: "#/components/schemas/A", b: "#/components/schemas/B", c: "#/components/schemas/B" },
          },
        },
        A: object({ k: { type: "string" } }),
        B: object({ k: { type: "string", enum: ["b", "c", "d"] } }),
      },
      'export type X = A | B;\n\nexport interface A {\n  k: "a";\n}\n\nexport interface B {\n  k: "b" | "c";\n}',
    ],
    [
      "a base of a member keeps its property: no member becomes never",
      {
        X: {
          oneOf: [ref("A"), ref("B")],
          discriminator: { propertyName: "k", mapping: { a: "#/components/schemas/A", b: "#/components/schemas/B" } },
        },
        A: object({ k: { type: "string" } }),
        B: { allOf: [ref("A")] },
      },
      'export type X = A | B;\n\nexport interface A {\n  k?: string;\n}\n\nexport type B = {\n  k: "b";\n} & A;',
    ],
    [
      "a mapping that contradicts the member is not believed",
      {
        X: { oneOf: [ref("A")], discriminator: { propertyName: "k", mapping: { z: "#/components/schemas/A" } } },
        A: object({ k: { const: "a" } }),
      },
      'export type X = A;\n\nexport interface A {\n  k?: "a";\n}',
    ],
    [
      "a circle without a property is cut",
      {
        X: { oneOf: [ref("A"), ref("X")], ...object({ n: { type: "string" } }) },
        A: { allOf: [ref("X"), object({ a: { type: "string" } })] },
      },
      "export type X = {\n  n?: string;\n} & A;\n\nexport type A = {\n  n?: string;\n} & {\n  a?: string;\n};",
    ],
  ])("%s", (_, schemas, wanted) => expect(print(schemas)).toContain(wanted));

  test("a schema that refers to itself is an interface", () =>
    expect(print({ X: object({ next: ref("X") }) })).toBe("export interface X {\n  next?: X;\n}"));
  test("nesting beyond a bound is refused, not a crash", () => {
    let deep: Schema = {};
    for (let i = 0; i < 5000; i++) deep = { type: "array", items: deep };
    expect(() => print({ X: deep })).toThrow("nested too deeply");
  });
});
