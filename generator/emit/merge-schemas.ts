import type { Schema } from "../model.ts";
import { ownProperty, refTarget, type Types } from "./schema-shape.ts";

/** A schema with references followed and `allOf` merged, its unions still to be chosen from. */
export interface FlatSchema {
  readonly schema: Schema;
  readonly unions: readonly (readonly Schema[])[];
}

const maxDepth = 60;

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function common(a: Schema["type"], b: Schema["type"]): Schema["type"] {
  if (a === undefined || b === undefined) return a ?? b;
  const both = [a].flat().filter((type) => [b].flat().includes(type));
  return both.length > 0 ? both : a;
}

function mergeProperties(a: Schema, b: Schema): Schema["properties"] {
  const merged: Record<string, Schema> = Object.assign(Object.create(null), a.properties);
  for (const [name, property] of Object.entries(b.properties ?? {})) {
    const known = ownProperty(merged, name);
    merged[name] = known === undefined || known === property ? property : { allOf: [known, property] };
  }
  return merged;
}

/** Both at once; where two keywords cannot be joined the second wins, and the caller's check has the last word. */
function both(a: Schema, b: Schema): Schema {
  const merged: Schema = {
    ...a,
    ...b,
    required: [...new Set([...(a.required ?? []), ...(b.required ?? [])])],
  };
  const bounds = {
    type: common(a.type, b.type),
    minimum: greatest(a.minimum, b.minimum),
    maximum: least(a.maximum, b.maximum),
    minLength: greatest(a.minLength, b.minLength),
    maxLength: least(a.maxLength, b.maxLength),
    minItems: greatest(a.minItems, b.minItems),
    maxItems: least(a.maxItems, b.maxItems),
    enum: a.enum && b.enum ? a.enum.filter((value) => b.enum?.includes(value)) : (a.enum ?? b.enum),
    properties: a.properties || b.properties ? mergeProperties(a, b) : undefined,
  };
  return Object.assign(merged, Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)));
}

/** Follows references and merges `allOf`, each named schema once: merging it again would add nothing, 2^n times. */
export function flatten(schema: Schema, types: Types): FlatSchema {
  return merge(schema, types, 0, new Set());
}

function merge(schema: Schema, types: Types, depth: number, known: Set<string>): FlatSchema {
  if (depth > maxDepth) return { schema: {}, unions: [] };
  const target = refTarget(schema);
  if (target !== undefined) {
    if (known.has(target)) return { schema: {}, unions: [] };
    known.add(target);
    return merge(types.get(target)?.schema ?? {}, types, depth + 1, known);
  }
  const { allOf, anyOf, oneOf, ...own } = schema;
  let merged: Schema = own;
  const unions = [anyOf, oneOf].filter((union) => union !== undefined && union.length > 0) as (readonly Schema[])[];
  for (const part of allOf ?? []) {
    const flat = merge(part, types, depth + 1, known);
    merged = both(flat.schema, merged);
    unions.push(...flat.unions);
  }
  return { schema: merged, unions };
}

/** The flat schema with one alternative of its first union chosen. */
export function choose(flat: FlatSchema, alternative: Schema, types: Types): FlatSchema {
  const chosen = flatten(alternative, types);
  return { schema: both(flat.schema, chosen.schema), unions: [...chosen.unions, ...flat.unions.slice(1)] };
}
