/** `allOf`: what two schemas ask together. */
import type { Schema } from "../model.ts";
import type { Bound, Shape } from "./schema-shape.ts";
import { join, type Part } from "./schema-slot.ts";

/**
 * The shape of both, in which the parts of `b` stand at `pointer`; undefined when one shape cannot say it. The discriminator
 * of a named member is about the subtypes of that one, not about this schema.
 */
export function conjoin(a: Shape, b: Shape, pointer: string, isNamed: boolean): Shape | undefined {
  if ((a.union && b.union) || (a.not && b.not) || (a.conditions && b.conditions) || (a.prefix && b.prefix)) {
    return undefined;
  }
  if (differ(a.texts?.pattern, b.texts?.pattern) || differ(a.texts?.format, b.texts?.format)) return undefined;
  if (differ(a.multipleOf, b.multipleOf)) return undefined;
  const types = commonTypes(a.types, b.types);
  if (types?.length === 0) return undefined;
  const at = (part: Part): Part => ({ schema: part.schema, pointer: join(pointer, part.pointer) });
  const { discriminator, ...plain } = b;
  const shape: Shape = { ...a, ...(isNamed ? plain : b) };
  if (types) shape.types = types;
  if (a.discriminator) shape.discriminator = a.discriminator;
  if (a.values && b.values) shape.values = new Map([...a.values].filter(([text]) => b.values?.has(text)));
  if (a.bounds && b.bounds) shape.bounds = tightest(a.bounds, b.bounds);
  if (a.texts && b.texts) shape.texts = { ...a.texts, ...b.texts };
  if (b.properties) shape.properties = united(a.properties, b.properties, at);
  if (b.patterns) shape.patterns = united(a.patterns, b.patterns, at);
  if (b.required) {
    const named = [...b.required].map(([name, list]): [string, string] => [name, join(pointer, list)]);
    shape.required = new Map([...named, ...(a.required ?? [])]);
  }
  if (a.additional === false || b.additional === false) shape.additional = false;
  else if (b.additional) shape.additional = a.additional ? both(a.additional, at(b.additional)) : at(b.additional);
  if (b.items) shape.items = a.items ? both(a.items, at(b.items)) : at(b.items);
  if (b.prefix) shape.prefix = b.prefix.map(at);
  if (b.union) shape.union = b.union.map(at);
  if (b.not) shape.not = at(b.not);
  if (b.all) shape.all = [...(a.all ?? []), ...b.all.map(at)];
  return shape;
}

function differ(a: unknown, b: unknown): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function commonTypes(a: Shape["types"], b: Shape["types"]): Shape["types"] {
  if (a === undefined || b === undefined) return a ?? b;
  const takes = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === "integer" && types.includes("number"));
  return [...new Set([...a.filter((type) => takes(b, type)), ...b.filter((type) => takes(a, type))])].sort();
}

function tightest(a: NonNullable<Shape["bounds"]>, b: NonNullable<Shape["bounds"]>): NonNullable<Shape["bounds"]> {
  const bounds: Partial<Record<Bound, number>> = { ...a, ...b };
  for (const key of Object.keys(a) as Bound[]) {
    const [left, right] = [a[key], b[key]];
    if (left === undefined || right === undefined) continue;
    bounds[key] = /^(min|exclusiveMin)/.test(key) ? Math.max(left, right) : Math.min(left, right);
  }
  return bounds;
}

function united(
  a: ReadonlyMap<string, Part> | undefined,
  b: ReadonlyMap<string, Part>,
  at: (part: Part) => Part,
): ReadonlyMap<string, Part> {
  const parts = new Map(a);
  for (const [name, part] of b) {
    const known = parts.get(name);
    parts.set(name, known && known.schema !== part.schema ? both(known, at(part)) : at(part));
  }
  return parts;
}

const pairs = new WeakMap<Schema, WeakMap<Schema, Schema>>();
const depths = new WeakMap<Schema, number>();
/** Of pairs of pairs, which a schema that contains itself twice makes without end. */
const MAX_DEPTH = 4;

/** Two schemas for one place, as one; each pair is made once. */
function both(a: Part, b: Part): Part {
  if (a.schema === b.schema || (a.schema.$ref !== undefined && a.schema.$ref === b.schema.$ref)) return b;
  const depth = Math.max(depths.get(a.schema) ?? 0, depths.get(b.schema) ?? 0) + 1;
  if (depth > MAX_DEPTH) return b;
  const known = pairs.get(a.schema) ?? new WeakMap<Schema, Schema>();
  pairs.set(a.schema, known);
  const pair = known.get(b.schema) ?? { allOf: [a.schema, b.schema] };
  known.set(b.schema, pair);
  depths.set(pair, depth);
  // The later one is the one that says more.
  return { schema: pair, pointer: b.pointer };
}
