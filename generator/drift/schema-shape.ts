/**
 * A schema as it is compared: forms that mean the same to a client become one. `const` is an enumeration of one value,
 * null is a flag of the slot, `oneOf` is `anyOf`, `allOf` is put together where that is possible.
 */
import { toToken } from "../json-pointer.ts";
import type { Json, Schema } from "../model.ts";
import type { SchemaConditions } from "../schema-conditions.ts";
import { conjoin } from "./conjoin-shapes.ts";
import { effective, type Flags, isNull, join, type Part, type Schemas, slotOf } from "./schema-slot.ts";

/** Keywords that bound a value, by the names that edits have. */
const BOUNDS = [
  "minimum",
  "exclusiveMinimum",
  "minLength",
  "minItems",
  "minProperties",
  "maximum",
  "exclusiveMaximum",
  "maxLength",
  "maxItems",
  "maxProperties",
] as const;
export type Bound = (typeof BOUNDS)[number];

/** Pointers are below the schema, or absolute where they come from a named one. */
export interface Shape {
  /** Sorted, without null; absent: any. */
  types?: readonly string[];
  /** By their JSON text; without null. */
  values?: ReadonlyMap<string, Json>;
  bounds?: Readonly<Partial<Record<Bound, number>>>;
  texts?: Readonly<Partial<Record<"format" | "pattern", string>>>;
  multipleOf?: number;
  uniqueItems?: true;
  properties?: ReadonlyMap<string, Part>;
  /** Name -> pointer of the list that names it. */
  required?: ReadonlyMap<string, string>;
  additional?: false | Part;
  patterns?: ReadonlyMap<string, Part>;
  items?: Part;
  prefix?: readonly Part[];
  /** Members of `anyOf` or `oneOf`. */
  union?: readonly Part[];
  /** What of `allOf` cannot be put together. */
  all?: readonly Part[];
  not?: Part;
  discriminator?: NonNullable<Schema["discriminator"]>;
  conditions?: SchemaConditions;
  /** What members of `allOf` say of the place. */
  said?: Flags;
}

const IMPLIED: readonly (readonly [type: string, keys: readonly (keyof Schema)[]])[] = [
  ["object", ["properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties"]],
  ["array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]],
];

const PRESENT: Readonly<Partial<Record<Bound, number>>> = { minLength: 0, minItems: 0, minProperties: 0 };

/** Makes shapes of one document, each once. */
export class Shapes {
  readonly schemas: Schemas;
  readonly #known = new WeakMap<Schema, Shape>();
  readonly #open = new Set<Schema>();

  constructor(schemas: Schemas) {
    this.schemas = schemas;
  }

  /** Of what a slot holds: of a schema that is no reference. */
  of(schema: Schema): Shape {
    const known = this.#known.get(schema);
    if (known) return known;
    this.#open.add(schema);
    const shape = this.#composed(schema);
    this.#open.delete(schema);
    this.#known.set(schema, shape);
    return shape;
  }

  #composed(schema: Schema): Shape {
    const own = ownShape(schema, this.#members(schema));
    const list: Part[] = (schema.allOf ?? []).map((member, index) => ({ schema: member, pointer: `/allOf/${index}` }));
    if (schema.$ref !== undefined) list.unshift({ schema: { $ref: schema.$ref }, pointer: "" });
    const united = own.union && list.length === 0 && isPlain(own) ? this.#united(own.union) : undefined;
    if (united) return united;
    let shape = own;
    const left: Part[] = [];
    const said: Flags[] = [];
    for (const part of list) {
      const slot = slotOf(part, this.schemas);
      said.push(effective(slot));
      // A circle, or more levels than anybody writes.
      const isDeep = this.#open.has(slot.schema) || this.#open.size > 200;
      const joined = isDeep ? undefined : conjoin(shape, this.of(slot.schema), slot.pointer, slot.name !== undefined);
      if (joined) shape = joined;
      else left.push(part);
    }
    if (schema.anyOf && schema.oneOf) left.push({ schema: onlyAnyOf(schema), pointer: "" });
    if (left.length > 0) shape = { ...shape, all: [...(shape.all ?? []), ...left] };
    const together = saidTogether(said, own);
    return together ? { ...shape, said: together } : shape;
  }

  /** Members of the union without null; those of a union in the union are its own. */
  #members(schema: Schema): readonly Part[] | undefined {
    const key = schema.oneOf ? "oneOf" : "anyOf";
    const list = schema[key];
    if (list === undefined) return undefined;
    return list.flatMap((member, index): Part[] => {
      if (isNull(member)) return [];
      const part = { schema: member, pointer: `/${key}/${index}` };
      const slot = slotOf(part, this.schemas);
      const isOwn = slot.name !== undefined || slot.inner.nullable;
      if (isOwn || this.#open.has(slot.schema) || this.#open.size > 200) return [part];
      const { union, ...rest } = this.of(slot.schema);
      if (union === undefined || Object.keys(rest).length > 0) return [part];
      return union.map((inner) => ({ schema: inner.schema, pointer: join(slot.pointer, inner.pointer) }));
    });
  }

  /** `anyOf` of values is an enumeration, of plain types a list of types. */
  #united(union: readonly Part[]): Shape | undefined {
    const shapes = union.map((part) => {
      const slot = slotOf(part, this.schemas);
      return this.#open.has(slot.schema) || effective(slot).nullable ? {} : this.of(slot.schema);
    });
    const keysOf = (shape: Shape): string => Object.keys(shape).sort().join();
    if (shapes.every((shape) => shape.values !== undefined && /^(types,)?values$/.test(keysOf(shape)))) {
      const values = new Map(shapes.flatMap((shape) => [...(shape.values ?? [])]));
      return { types: [...new Set(shapes.flatMap(({ types }) => types ?? []))].sort(), values };
    }
    if (!shapes.every((shape) => keysOf(shape) === "types")) return undefined;
    return { types: [...new Set(shapes.flatMap(({ types }) => types ?? []))].sort() };
  }
}

/** Null only where all take it; anything else when one says it. */
function saidTogether(members: readonly Flags[], own: Shape): Flags | undefined {
  const { nullable: _, ...flags } = Object.assign({}, ...members) as Flags;
  const isNullable = members.length > 0 && members.every(({ nullable }) => nullable) && !own.types && !own.values;
  const said: Flags = isNullable ? { ...flags, nullable: true } : flags;
  return Object.keys(said).length > 0 ? said : undefined;
}

function isPlain(shape: Shape): boolean {
  for (const key in shape) if (key !== "union" && key !== "types") return false;
  return true;
}

const onlyOf = new WeakMap<Schema, Schema>();

function onlyAnyOf(schema: Schema): Schema {
  const known = onlyOf.get(schema) ?? { anyOf: schema.anyOf ?? [] };
  onlyOf.set(schema, known);
  return known;
}

function ownShape(schema: Schema, union: readonly Part[] | undefined): Shape {
  const shape: Shape = {};
  const listed = schema.const !== undefined ? [schema.const] : schema.enum;
  if (listed) {
    const values = listed.filter((value) => value !== null || listed.length === 1);
    shape.values = new Map(values.map((value) => [JSON.stringify(value), value]));
  }
  const types = typesOf(schema, shape.values);
  if (types) shape.types = types;
  for (const key of ["format", "pattern"] as const) {
    const text = schema[key];
    if (text !== undefined) shape.texts = { ...shape.texts, [key]: text };
  }
  for (const key of BOUNDS) {
    const bound = schema[key];
    if (bound !== undefined && bound !== PRESENT[key]) shape.bounds = { ...shape.bounds, [key]: bound };
  }
  if (schema.multipleOf !== undefined) shape.multipleOf = schema.multipleOf;
  if (schema.uniqueItems) shape.uniqueItems = true;
  if (schema.properties) {
    const properties = partsOf(schema.properties, "/properties/");
    if (properties.size > 0) shape.properties = properties;
  }
  if (schema.required?.length) shape.required = new Map(schema.required.map((name) => [name, "/required"]));
  const { additionalProperties: additional } = schema;
  if (additional === false || (typeof additional === "object" && isNever(additional))) shape.additional = false;
  else if (typeof additional === "object" && Object.keys(additional).length > 0) {
    shape.additional = { schema: additional, pointer: "/additionalProperties" };
  }
  if (schema.patternProperties) shape.patterns = partsOf(schema.patternProperties, "/patternProperties/");
  if (schema.items && Object.keys(schema.items).length > 0) shape.items = { schema: schema.items, pointer: "/items" };
  if (schema.prefixItems) {
    shape.prefix = schema.prefixItems.map((item, index) => ({ schema: item, pointer: `/prefixItems/${index}` }));
  }
  if (union?.length) shape.union = union;
  if (schema.not) shape.not = { schema: schema.not, pointer: "/not" };
  if (schema.discriminator) shape.discriminator = schema.discriminator;
  if (schema.conditions) shape.conditions = schema.conditions;
  return shape;
}

export function isNever(schema: Schema): boolean {
  return schema.not !== undefined && Object.keys(schema.not).length === 0;
}

function partsOf(record: Readonly<Record<string, Schema>>, at: string): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const name of Object.keys(record)) {
    parts.set(name, { schema: record[name] as Schema, pointer: at + toToken(name) });
  }
  return parts;
}

/** Named or implied types, without the null that is beside others; `number` takes integers too. */
function typesOf(schema: Schema, values: ReadonlyMap<string, Json> | undefined): readonly string[] | undefined {
  if (typeof schema.type === "string") return [schema.type];
  if (schema.type) {
    const types = schema.type.filter((type) => type !== "null");
    return types.filter((type) => type !== "integer" || !types.includes("number")).sort();
  }
  if (values) return [...new Set([...values.values()].map(typeOf))].sort();
  const implied = IMPLIED.find(([, keys]) => keys.some((key) => schema[key] !== undefined));
  return implied && [implied[0]];
}

export function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}
