import { expect, test } from "vitest";
import { MAX_CHECKS, repeatedChecks } from "../../../generator/load/repeated-checks.ts";
import type { Schema } from "../../../generator/model.ts";
import { document, load } from "./document-in.ts";

type Schemas = Record<string, Schema>;

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Two ways from each level to the next. */
function diamonds(levels: number, join: (left: Schema, right: Schema) => Schema): Schemas {
  const schemas: Schemas = { [`level${levels}`]: { type: "object" } };
  for (let level = 0; level < levels; level++) {
    schemas[`level${level}`] = join(ref(`left${level}`), ref(`right${level}`));
    for (const side of ["left", "right"])
      schemas[side + level] = { allOf: [ref(`level${level + 1}`), { title: side }] };
  }
  return schemas;
}

/** How often named schemas are asked about one value; an independent count by walking every way. */
function countChecks(schemas: Schemas, name: string, stops: readonly string[]): number {
  let checks = 0;
  const walk = (schema: Schema): void => {
    if (schema.$ref !== undefined) {
      const target = schema.$ref.slice("#/components/schemas/".length);
      checks++;
      if (!stops.includes(target)) walk(schemas[target] ?? {});
      return;
    }
    for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(part);
  };
  walk(ref(name));
  return checks;
}

test.each<[name: string, schemas: Schemas, stops: boolean]>([
  ["allOf over 5 levels", diamonds(5, (left, right) => ({ allOf: [left, right] })), false],
  ["allOf over 20 levels", diamonds(20, (left, right) => ({ allOf: [left, right] })), true],
  ["anyOf over 20 levels", diamonds(20, (left, right) => ({ anyOf: [left, right] })), true],
  ["oneOf inside allOf", diamonds(20, (left, right) => ({ allOf: [{ oneOf: [left, { anyOf: [right] }] }] })), true],
  ["properties are other values", diamonds(20, (left, right) => ({ properties: { left, right } })), false],
  [
    "twice in one list is once",
    Object.fromEntries(
      Array.from({ length: 20 }, (_, level) => [
        `level${level}`,
        { allOf: [ref(`level${level + 1}`), ref(`level${level + 1}`)] },
      ]),
    ),
    false,
  ],
  [
    "a long line of descent",
    Object.fromEntries(
      Array.from({ length: 5_000 }, (_, level) => [`level${level}`, { allOf: [ref(`level${level + 1}`)] }]),
    ),
    false,
  ],
  [
    "a circle",
    { level0: { oneOf: [ref("cat"), ref("dog")] }, cat: { allOf: [ref("level0")] }, dog: { allOf: [ref("level0")] } },
    false,
  ],
])("%s", (_, schemas, stops) => {
  const found = repeatedChecks(new Map(Object.entries(schemas)));
  expect(found.length > 0).toBe(stops);
  if (stops) expect(countChecks(schemas, "level0", found)).toBeLessThanOrEqual(MAX_CHECKS);
});

test("a chain of 50,000 schemas does not overflow the stack, and its end is named", () => {
  const schemas = new Map<string, Schema>();
  for (let level = 0; level < 50_000; level++) schemas.set(`level${level}`, { allOf: [ref(`level${level + 1}`)] });
  const stops = repeatedChecks(schemas);
  expect(stops.length).toBe(Math.floor(50_000 / (MAX_CHECKS + 1)));
});

test("the warning stands at the schema, and validators let it pass", async () => {
  const schemas = diamonds(20, (left, right) => ({ allOf: [left, right] }));
  const { diagnostics, schemas: loaded } = await load({ "a.json": document({ components: { schemas } }) });
  const found = diagnostics.filter(({ code }) => code === "S036");
  expect(found.map(({ severity, file }) => [severity, file])).toEqual([["warning", "a.json"]]);
  expect(found[0]!.message).toMatch(/^to check a value of "\w+\d+", more than 10000 schemas would be asked/);
  const [name] = /(?<=")\w+(?=")/.exec(found[0]!.message) ?? [];
  const written = JSON.stringify(document({ components: { schemas } }), null, 2).split("\n");
  expect(written[found[0]!.line - 1]).toContain(`"${name}": {`);
  expect([...loaded].filter(([, schema]) => schema.unchecked).map(([key]) => key)).toEqual([name]);
});
