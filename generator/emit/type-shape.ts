/**
 * Rewrites a schema to the part of JSON Schema that openapi-typescript prints well. What it would print badly is
 * decided here: references, literals, open enumerations, binary data, nullable compositions, constraint-only parts.
 */
import type { CoercedValue } from "../coercion.ts";
import type { NamedType, Schema } from "../model.ts";
import { closed } from "./discriminators.ts";
import {
  findProperty,
  isNever,
  isOpenEnum,
  isTypeless,
  jsonTypes,
  ownProperty,
  refTarget,
  type Types,
} from "./schema-shape.ts";

/** A type that is decided here and printed as it is. */
export type Leaf =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "values"; readonly values: readonly unknown[]; readonly open: boolean }
  | { readonly kind: "binary" }
  | { readonly kind: "coerced"; readonly to: CoercedValue["to"] }
  | { readonly kind: "unknown" }
  | { readonly kind: "never" };

/** Key of a leaf in a shape. A symbol, because a document could hold any string. */
export const leafKey: unique symbol = Symbol("couplet.leaf");
/** Key of the schema from which a property's doc comment is made. */
export const sourceKey: unique symbol = Symbol("couplet.source");

/** A schema of openapi-typescript's, restricted to what is printed well. */
export interface Shape {
  type?: string;
  properties?: Record<string, Shape>;
  required?: readonly string[];
  additionalProperties?: Shape | true;
  items?: Shape;
  prefixItems?: Shape[];
  allOf?: Shape[];
  anyOf?: Shape[];
  [leafKey]?: Leaf;
  [sourceKey]?: Schema;
}

export interface ShapeContext {
  readonly types: Types;
  readonly direction: NamedType["direction"];
}

const maxDepth = 200;

function leaf(value: Leaf): Shape {
  // The type makes openapi-typescript ask the transform hook, which prints the leaf.
  return { type: "string", [leafKey]: value };
}

const unknownLeaf: Leaf = { kind: "unknown" };

function alternatives(shapes: readonly Shape[]): Shape {
  const [only] = shapes;
  if (only === undefined || shapes.some((shape) => shape[leafKey]?.kind === "unknown")) return leaf(unknownLeaf);
  return shapes.length === 1 ? only : { anyOf: [...shapes] };
}

function intersection(shapes: readonly Shape[]): Shape {
  const [only] = shapes;
  if (only === undefined) return leaf(unknownLeaf);
  return shapes.length === 1 ? only : { allOf: [...shapes] };
}

/** The printable form of a schema. */
export function toShape(schema: Schema, context: ShapeContext, depth = 0): Shape {
  if (depth > maxDepth) throw new RangeError("internal error: a schema is nested too deeply");
  if (schema.coerced !== undefined) return coercedShape(schema.coerced);
  const target = refTarget(schema);
  if (target !== undefined) return leaf({ kind: "name", name: target });
  if (isNever(schema)) return leaf({ kind: "never" });
  if (schema.const !== undefined) return leaf({ kind: "values", values: [schema.const], open: false });
  if (schema.enum !== undefined && schema.enum.length > 0) return enumeration(schema, context);

  const types = jsonTypes(schema);
  if (types.includes("null") && types.length > 1) {
    const rest: Schema = { ...schema, type: types.filter((type) => type !== "null") };
    return alternatives([toShape(rest, context, depth + 1), leaf({ kind: "values", values: [null], open: false })]);
  }
  const parts: Shape[] = [];
  const unions = [schema.anyOf, schema.oneOf].map((union) => (union ?? []).filter((part) => !isTypeless(part)));
  const extended = (schema.allOf ?? []).filter((part) => !isTypeless(part) && !isBareObject(part));
  const composed = extended.length > 0 || unions.some((union) => union.length > 0);
  const core = coreShape(schema, types, composed, context, depth);
  if (core !== undefined) parts.push(core);
  for (const part of extended) parts.push(toShape(part, context, depth + 1));
  for (const [i, union] of unions.entries()) {
    const all = i === 0 ? schema.anyOf : schema.oneOf;
    // A union with a member that says nothing of the type allows everything that the rest allows.
    if (union.length > 0 && union.length === all?.length) {
      parts.push(alternatives(union.map((part) => toShape(part, context, depth + 1))));
    }
  }
  return intersection(parts);
}

function coercedShape({ to, nullable }: CoercedValue): Shape {
  const shape = leaf({ kind: "coerced", to });
  return nullable ? alternatives([shape, leaf({ kind: "values", values: [null], open: false })]) : shape;
}

function enumeration(schema: Schema, context: ShapeContext): Shape {
  const nullable = [schema.type].flat().includes("null");
  const values = [...new Set([...(schema.enum ?? []), ...(nullable ? [null] : [])])];
  const open = isOpenEnum(schema, context.direction) && !(closed in schema);
  return leaf({ kind: "values", values, open });
}

/** `type: object` and nothing else, beside something that says more. */
function isBareObject(schema: Schema): boolean {
  const keywords: readonly (keyof Schema)[] = [
    "properties",
    "additionalProperties",
    "patternProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "$ref",
    "enum",
    "const",
  ];
  return (
    [schema.type].flat().join() === "object" &&
    keywords.every((key) => schema[key] === undefined) &&
    !schema.required?.length
  );
}

/** What the schema says itself, without its compositions. */
function coreShape(
  schema: Schema,
  types: readonly string[],
  composed: boolean,
  context: ShapeContext,
  depth: number,
): Shape | undefined {
  const shapes = types
    .map((type) => typed(schema, type, composed, context, depth))
    .filter((shape) => shape !== undefined);
  if (shapes.length === 0) {
    const required = composed ? requiredOfParts(schema, context, depth) : undefined;
    return required === undefined ? undefined : { type: "object", ...required };
  }
  return alternatives(shapes);
}

function typed(
  schema: Schema,
  type: string,
  composed: boolean,
  context: ShapeContext,
  depth: number,
): Shape | undefined {
  switch (type) {
    case "object":
      return objectShape(schema, composed, context, depth);
    case "array":
      if (schema.prefixItems !== undefined && schema.prefixItems.length > 0) {
        return { type: "array", prefixItems: schema.prefixItems.map((item) => toShape(item, context, depth + 1)) };
      }
      return { type: "array", items: toShape(schema.items ?? {}, context, depth + 1) };
    case "string":
      return schema.format === "binary" ? leaf({ kind: "binary" }) : { type };
    default:
      return { type };
  }
}

/** Properties that the schema requires but one of its `allOf` parts declares: they are said again, as required. */
function requiredOfParts(
  schema: Schema,
  context: ShapeContext,
  depth: number,
): Pick<Shape, "properties" | "required"> | undefined {
  const properties: Record<string, Shape> = Object.create(null);
  const required = (schema.required ?? []).filter((name) => {
    if (ownProperty(schema.properties, name) !== undefined || schema.allOf === undefined) return false;
    const found = findProperty({ allOf: schema.allOf }, name, context.types);
    if (found !== undefined) properties[name] = { ...toShape(found, context, depth + 1), [sourceKey]: {} };
    return found !== undefined;
  });
  return required.length === 0 ? undefined : { properties, required };
}

function objectShape(schema: Schema, composed: boolean, context: ShapeContext, depth: number): Shape | undefined {
  const properties: Record<string, Shape> = Object.create(null);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    properties[name] = { ...toShape(property, context, depth + 1), [sourceKey]: property };
  }
  const inherited = composed ? requiredOfParts(schema, context, depth) : undefined;
  Object.assign(properties, inherited?.properties);
  const index = indexShape(schema, Object.keys(properties).length > 0, context, depth);
  if (Object.keys(properties).length === 0 && index === undefined) {
    return composed ? undefined : { type: "object", additionalProperties: true };
  }
  return {
    type: "object",
    properties,
    required: [...(schema.required ?? []), ...(inherited?.required ?? [])],
    ...(index === undefined ? {} : { additionalProperties: index }),
  };
}

function indexShape(schema: Schema, named: boolean, context: ShapeContext, depth: number): Shape | true | undefined {
  const { additionalProperties: extra, patternProperties } = schema;
  const patterns = Object.values(patternProperties ?? {});
  if (patterns.length === 0 && (extra === undefined || extra === false)) return undefined;
  // TypeScript wants declared properties to fit the index: where a caller has to write such an object, it stays open.
  if (extra === true || (named && context.direction === "request")) return true;
  const shapes = [...(typeof extra === "object" ? [extra] : []), ...patterns].map((part) =>
    toShape(part, context, depth + 1),
  );
  const value = alternatives(shapes);
  return value[leafKey]?.kind === "unknown" ? true : value;
}
