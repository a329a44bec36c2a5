import { expect, test } from "vitest";
import { code, ident } from "../../../generator/emit/printer.ts";
import { renderFile } from "../../../generator/emit/render.ts";
import { validator } from "../../../generator/emit/zod.ts";
import type { Schema } from "../../../generator/model.ts";

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

function printed(schema: Schema): string {
  const uses = { zod: new Set<string>(), checks: new Set<never>() };
  const expression = validator(schema, { direction: "request", uses, named: (name) => ident(name) });
  const { text } = renderFile(code`export const x = ${expression};`);
  return /(?<=export const x = )[^;]*/.exec(text)?.[0].replace(/\s+/g, " ") ?? "";
}

test.each<[name: string, schema: Schema, wanted: string]>([
  ["a reference twice in allOf is asked once", { allOf: [ref("A"), ref("B"), ref("A")] }, "u.intersection(A, B)"],
  ["a reference twice in a union is asked once", { anyOf: [ref("A"), ref("A")] }, "A"],
  ["null beside it stays", { oneOf: [ref("A"), ref("A"), { type: "null" }] }, "A.nullable()"],
  [
    "schemas that stand in place all count",
    { anyOf: [{ type: "string" }, { type: "string" }] },
    "u.union([u.string(), u.string()])",
  ],
  ["what load left unchecked", { allOf: [ref("A"), ref("B")], unchecked: true }, "u.unknown()"],
])("%s", (_, schema, wanted) => expect(printed(schema)).toBe(wanted));
