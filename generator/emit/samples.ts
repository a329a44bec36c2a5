/**
 * Sample values: a document's own example where it is valid, else the simplest valid value, else (for a schema that
 * nothing is valid under, or whose pattern is not run) one that comes close. Deterministic, bounded in depth and size.
 */
import type { CoercedValue } from "../coercion.ts";
import type { Json, NamedType, Schema } from "../model.ts";
import { conforms } from "./conforms.ts";
import { formatSample } from "./formats.ts";
import { choose, type FlatSchema, flatten } from "./merge-schemas.ts";
import { samplePattern } from "./pattern-sample.ts";
import { isTypeless, jsonTypes, ownProperty, refTarget, type Types } from "./schema-shape.ts";

export interface Sampler {
  /** `example`: the document's, tried first. */
  sample(schema: Schema, direction: NamedType["direction"], example?: Json): Json | undefined;
}

const maxDepth = 12;
/** Levels of objects in which a response shows its optional properties. */
const optionalDepth = 1;
const maxNodes = 2000;
const maxAttempts = 40;

type Direction = NamedType["direction"];

export function createSampler(types: Types): Sampler {
  const makers = new Map<string, Maker>();
  const makerFor = (direction: Direction, lenient: boolean): Maker => {
    const name = `${direction} ${lenient}`;
    let maker = makers.get(name);
    if (maker === undefined) {
      const known = new Map<string, Json | undefined>();
      const made: Maker = {
        types,
        direction,
        lenient,
        make: (schema, depth) => makeSample(schema, depth, made, known),
      };
      maker = made;
      makers.set(name, maker);
    }
    return maker;
  };
  return {
    sample(schema, direction, example) {
      if (example !== undefined && conforms(schema, example, types)) return example;
      return makerFor(direction, false).make(schema, 0) ?? makerFor(direction, true).make(schema, 0);
    },
  };
}

interface Maker {
  readonly types: Types;
  readonly direction: Direction;
  /** Values that are nearly valid will do: for schemas that contradict themselves. */
  readonly lenient: boolean;
  make(schema: Schema, depth: number): Json | undefined;
}

const wireTexts: Readonly<Record<CoercedValue["from"], string>> = {
  epochSeconds: "1767225600",
  epochMilliseconds: "1767225600000",
  iso8601: "2026-01-01T00:00:00Z",
  int64: "12",
  decimal: "12.50",
};

function size(value: Json | undefined): number {
  if (typeof value !== "object" || value === null) return 1;
  let total = 1;
  for (const member of Object.values(value)) total += size(member);
  return total;
}

function makeSample(
  schema: Schema,
  depth: number,
  maker: Maker,
  known: Map<string, Json | undefined>,
): Json | undefined {
  if (depth > maxDepth) return undefined;
  if (schema.coerced?.text) {
    // Any text would fit the schema, but not what the policy says of it.
    const { coerced, ...wire } = schema;
    const usual = wireTexts[coerced.from];
    return conforms(wire, usual, maker.types) ? usual : makeSample(wire, depth, maker, known);
  }
  const target = refTarget(schema);
  const key = target === undefined ? undefined : `${depth} ${target}`;
  if (key !== undefined && known.has(key)) return known.get(key);
  let value = suggested(schema, maker) ?? fromFlat(flatten(schema, maker.types), schema, depth, maker);
  if (size(value) > maxNodes) value = undefined;
  if (key !== undefined) known.set(key, value);
  return value;
}

/** What the document itself offers, the first that is valid. */
function suggested(schema: Schema, maker: Maker): Json | undefined {
  const named = types(schema, maker);
  const values = [
    ...(schema.examples ?? []),
    ...(named?.examples ?? []),
    ...(schema.default == null ? [] : [schema.default]),
  ];
  return values.find((value) => size(value) <= maxNodes && conforms(schema, value, maker.types));
}

function types(schema: Schema, maker: Maker): Schema | undefined {
  const target = refTarget(schema);
  return target === undefined ? undefined : maker.types.get(target)?.schema;
}

/** Simple alternatives first below the top: samples should end soon. */
function inOrder(union: readonly Schema[], depth: number, maker: Maker): readonly Schema[] {
  const isNull = (part: Schema): number => Number(jsonTypes(part).join() === "null" || part.const === null);
  const weight = (part: Schema): number => {
    const flat = flatten(part, maker.types);
    const isDeep =
      flat.unions.length > 0 || jsonTypes(flat.schema).some((type) => type === "object" || type === "array");
    return isNull(part) * 2 + (depth > 0 && isDeep ? 1 : 0);
  };
  return [...union].sort((a, b) => weight(a) - weight(b));
}

function fromFlat(flat: FlatSchema, whole: Schema, depth: number, maker: Maker): Json | undefined {
  const queue: FlatSchema[] = [flat];
  for (let attempts = 0; attempts < maxAttempts; attempts++) {
    const next = queue.shift();
    if (next === undefined) return undefined;
    const [union] = next.unions;
    if (union !== undefined) {
      queue.unshift(...inOrder(union, depth, maker).map((part) => choose(next, part, maker.types)));
      continue;
    }
    for (const value of plain(next.schema, depth, maker)) {
      if (value !== undefined && (maker.lenient || conforms(whole, value, maker.types))) return value;
    }
  }
  return undefined;
}

/** Candidates for a schema without compositions. */
function* plain(schema: Schema, depth: number, maker: Maker): Generator<Json | undefined> {
  if (schema.const !== undefined) yield schema.const;
  else if (schema.enum !== undefined) yield* [...schema.enum].sort((a, b) => Number(a === null) - Number(b === null));
  else {
    const named = jsonTypes(schema);
    for (const type of named.length === 0 ? ["string", "object"] : named) yield* typed(schema, type, depth, maker);
  }
}

function* typed(schema: Schema, type: string, depth: number, maker: Maker): Generator<Json | undefined> {
  switch (type) {
    case "object":
      yield objectSample(schema, depth, maker, true);
      yield objectSample(schema, depth, maker, false);
      return;
    case "array":
      yield arraySample(schema, depth, maker, 1);
      yield arraySample(schema, depth, maker, 0);
      return;
    case "string":
      yield textSample(schema, maker.direction);
      if (maker.lenient) yield textSample(withoutPattern(schema), maker.direction);
      return;
    case "number":
    case "integer":
      yield* numberSamples(schema);
      return;
    case "boolean":
      yield true;
      return;
    default:
      yield null;
  }
}

function withoutPattern({ pattern: _, ...rest }: Schema): Schema {
  return rest;
}

function textSample(schema: Schema, direction: Direction): Json | undefined {
  if (schema.format === "binary" && direction === "request") return { $blob: "text", type: "text/plain" };
  if (schema.pattern !== undefined) return samplePattern(schema.pattern, schema.minLength);
  const text = formatSample(schema.format) ?? "text";
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (minLength > 10_000) return undefined;
  return text.padEnd(minLength, "x").slice(0, Math.max(0, maxLength));
}

function* numberSamples(schema: Schema): Generator<number> {
  const { multipleOf } = schema;
  const step = multipleOf !== undefined && multipleOf > 0 ? multipleOf : 1;
  const low = Math.max(schema.minimum ?? Number.NEGATIVE_INFINITY, schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
  const high = Math.min(
    schema.maximum ?? Number.POSITIVE_INFINITY,
    schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY,
  );
  const first = Number.isFinite(low) ? Math.ceil(low / step) * step : step;
  yield step >= low && step <= high ? step : first;
  yield first + step;
  if (Number.isFinite(high)) yield Math.floor(high / step) * step;
  yield 0;
  // Where a whole number would also fit another alternative.
  yield Number.isFinite(low) ? low + 0.5 : 0.5;
  if (Number.isFinite(low) && Number.isFinite(high)) yield (low + high) / 2;
}

function arraySample(schema: Schema, depth: number, maker: Maker, wanted: number): Json | undefined {
  const count = Math.min(
    Math.max(schema.minItems ?? 0, depth > optionalDepth * 2 + 1 ? 0 : wanted),
    schema.maxItems ?? 1000,
    1000,
  );
  const items: Json[] = [];
  for (let i = 0; i < count; i++) {
    const part = schema.prefixItems?.[i] ?? schema.items ?? {};
    const item = schema.uniqueItems && part.enum?.[i] !== undefined ? part.enum[i] : maker.make(part, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function objectSample(schema: Schema, depth: number, maker: Maker, generous: boolean): Json | undefined {
  const members = new Map<string, Json>();
  const required = new Set(schema.required);
  const { properties = {} } = schema;
  const add = (name: string, part: Schema): boolean => {
    const value = maker.make(part, depth + 1);
    if (value !== undefined) members.set(name, value);
    return value !== undefined;
  };
  for (const [name, property] of Object.entries(properties)) {
    if (required.has(name) ? !add(name, property) : false) return undefined;
    if (!required.has(name) && generous && wants(property, depth, maker)) add(name, property);
  }
  for (const name of required) {
    if (ownProperty(properties, name) !== undefined) continue;
    const extra = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
    if (!add(name, extra)) return undefined;
  }
  fill(schema, members, add);
  const entries = Object.keys(properties).filter((name) => members.has(name));
  const order = [...entries, ...[...members.keys()].filter((name) => !entries.includes(name))];
  return Object.fromEntries(order.map((name) => [name, members.get(name) ?? null]));
}

/** Reaches `minProperties`, and leaves no object of a request empty that could say something. */
function fill(schema: Schema, members: Map<string, Json>, add: (name: string, part: Schema) => boolean): void {
  const wanted = Math.max(schema.minProperties ?? 0, members.size === 0 && schema.properties ? 1 : 0);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (members.size >= wanted) return;
    if (!members.has(name) && !property.deprecated) add(name, property);
  }
  const extra = schema.additionalProperties;
  for (let i = 1; members.size < Math.min(wanted, 100) && extra !== false; i++) {
    if (!add(`key${i}`, typeof extra === "object" ? extra : { type: "string" })) return;
  }
}

/** Whether an optional property is shown: in requests only what the document gives an example for. */
function wants(property: Schema, depth: number, maker: Maker): boolean {
  if (property.deprecated || isTypeless(property)) return false;
  if (maker.direction === "response") return depth <= optionalDepth * 2;
  const named = types(property, maker);
  return depth <= 4 && (property.examples !== undefined || named?.examples !== undefined);
}
