import type { Schema } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Shape } from "./schema-shape.ts";
import type { Flags, Part } from "./schema-slot.ts";

/** All of a shape as one text, in an order of its own; the parts by their ids. */
export function shapeText(shape: Shape, idOf: (part: Part) => string): string {
  const said: string[] = [];
  const say = (key: string, value: string): number => said.push(`${key} ${value}`);
  const ids = (parts: readonly Part[]): string[] => parts.map(idOf);
  const sorted = (parts: readonly Part[]): string => [...new Set(ids(parts))].sort().join();
  const named = (parts: ReadonlyMap<string, Part>): string =>
    [...parts.keys()]
      .sort()
      .map((name) => `${JSON.stringify(name)}:${idOf(parts.get(name) as Part)}`)
      .join();
  if (shape.types && !shape.values) say("types", shape.types.join());
  if (shape.values) say("values", [...shape.values.keys()].sort().join());
  for (const key of ["format", "pattern"] as const) {
    const text = shape.texts?.[key];
    if (text !== undefined) say(key, JSON.stringify(text));
  }
  for (const key of Object.keys(shape.bounds ?? {}).sort()) {
    say(key, String(shape.bounds?.[key as keyof typeof shape.bounds]));
  }
  if (shape.multipleOf !== undefined) say("multipleOf", String(shape.multipleOf));
  if (shape.uniqueItems) say("uniqueItems", "");
  if (shape.properties) say("properties", named(shape.properties));
  if (shape.required) say("required", JSON.stringify([...shape.required.keys()].sort()));
  if (shape.additional !== undefined) say("additional", shape.additional === false ? "no" : idOf(shape.additional));
  if (shape.patterns) say("patterns", named(shape.patterns));
  if (shape.items) say("items", idOf(shape.items));
  if (shape.prefix) say("prefix", ids(shape.prefix).join());
  if (shape.union) say("union", sorted(shape.union));
  if (shape.all) say("all", sorted(shape.all));
  if (shape.not) say("not", idOf(shape.not));
  if (shape.discriminator) say("discriminator", discriminatorText(shape.discriminator, idOf));
  if (shape.said) say("said", flagsText(shape.said));
  if (shape.conditions) {
    for (const part of conditionsOf(shape.conditions)) say(part.key, part.text ?? idOf(part.schema));
  }
  return said.join("\n");
}

/** With the schemas that the tags stand for, not with their names. */
function discriminatorText(given: NonNullable<Shape["discriminator"]>, idOf: (part: Part) => string): string {
  const mapping = Object.entries(given.mapping ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, target]) => `${JSON.stringify(tag)}:${idOf({ schema: { $ref: target }, pointer: "" })}`);
  return `${JSON.stringify(given.propertyName)} ${mapping.join()}`;
}

/** A keyword of `conditions`, or one entry of it. */
export type Condition =
  | { readonly key: string; readonly text: string; readonly schema?: undefined }
  | { readonly key: string; readonly text?: undefined; readonly schema: Part };

/** Sorted by key; keys are pointers below the schema. */
export function conditionsOf(conditions: NonNullable<Schema["conditions"]>): Condition[] {
  const found: Condition[] = [];
  const { dependentSchemas = {}, dependentRequired = {}, ...single } = conditions;
  for (const [key, value] of Object.entries(single)) {
    if (typeof value === "object") found.push({ key, schema: { schema: value, pointer: `/${key}` } });
    else found.push({ key, text: JSON.stringify(value) });
  }
  for (const [name, schema] of Object.entries(dependentSchemas)) {
    const key = `dependentSchemas/${JSON.stringify(name)}`;
    found.push({ key, schema: { schema, pointer: `/dependentSchemas/${name}` } });
  }
  for (const [name, needed] of Object.entries(dependentRequired)) {
    found.push({ key: `dependentRequired/${JSON.stringify(name)}`, text: JSON.stringify([...needed].sort()) });
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Empty where nothing is said. */
export function flagsText(flags: Flags): string {
  let text = "";
  if (flags.nullable) text += "n";
  if (flags.readOnly) text += "r";
  if (flags.writeOnly) text += "w";
  if (flags.deprecated) text += "d";
  return flags.default === undefined ? text : `${text}=${canonicalJson(flags.default)}`;
}
