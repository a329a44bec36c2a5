/**
 * Gives every member of a discriminated union the literal by which it is told apart, so that TypeScript narrows.
 * OpenAPI keeps these values in the union's `mapping`; the members often just say `type: string`.
 */
import type { Json, NamedType, Schema } from "../model.ts";
import { findProperty, ownProperty, refTarget, type Types } from "./schema-shape.ts";

const maxDepth = 200;

/** member -> property -> values. */
type Tags = Map<string, Map<string, Set<string>>>;

function eachSchema(schema: Schema, visit: (schema: Schema) => void, depth = 0): void {
  if (depth > maxDepth) throw new RangeError("internal error: a schema is nested too deeply");
  visit(schema);
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...(schema.prefixItems ?? []),
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ];
  if (schema.items) parts.push(schema.items);
  if (typeof schema.additionalProperties === "object") parts.push(schema.additionalProperties);
  for (const part of parts) eachSchema(part, visit, depth + 1);
}

function collectTags(types: Types, documentNames: ReadonlySet<string>): Tags {
  const tags: Tags = new Map();
  const add = (member: string, property: string, value: string): void => {
    const known = tags.get(member) ?? new Map<string, Set<string>>();
    tags.set(member, known);
    known.set(property, (known.get(property) ?? new Set()).add(value));
  };
  for (const type of types.values()) {
    eachSchema(type.schema, ({ discriminator, oneOf, anyOf }) => {
      if (discriminator === undefined) return;
      const mapped = new Set<string>();
      for (const [value, target] of Object.entries(discriminator.mapping ?? {})) {
        const member = refTarget({ $ref: target }) ?? target;
        mapped.add(member);
        add(member, discriminator.propertyName, value);
      }
      for (const part of oneOf ?? anyOf ?? []) {
        const member = refTarget(part);
        // Without a mapping the value is the schema's name in the document; ours may be another one.
        if (member !== undefined && !mapped.has(member) && documentNames.has(member)) {
          add(member, discriminator.propertyName, member);
        }
      }
    });
  }
  return tags;
}

/** Names that a type extends through `allOf`, at any distance. */
function ancestors(name: string, types: Types): Set<string> {
  const found = new Set<string>();
  const queue = [name];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    for (const part of types.get(current)?.schema.allOf ?? []) {
      const target = refTarget(part);
      if (target === undefined || found.has(target)) continue;
      found.add(target);
      queue.push(target);
    }
  }
  return found;
}

function isText(value: Json): value is string {
  return typeof value === "string";
}

/** Values the member may really have: what its own schema allows of what the unions say. */
function allowed(property: Schema | undefined, values: ReadonlySet<string>): string[] {
  const declared = property?.const === undefined ? property?.enum : [property.const];
  const wanted = [...values];
  return declared === undefined ? wanted : wanted.filter((value) => declared.filter(isText).includes(value));
}

function tagged(type: NamedType, tags: ReadonlyMap<string, ReadonlySet<string>>, types: Types): NamedType {
  const properties: Record<string, Schema> = Object.assign(Object.create(null), type.schema.properties);
  const required = new Set(type.schema.required);
  for (const [property, values] of tags) {
    const found = findProperty(type.schema, property, types);
    const target = found && refTarget(found);
    const literal = allowed(target === undefined ? found : types.get(target)?.schema, values);
    // A mapping that contradicts the member's own schema is left alone: the union must never become `never`.
    if (literal.length === 0) continue;
    const own = ownProperty(type.schema.properties, property);
    properties[property] = {
      ...(own?.description === undefined ? {} : { description: own.description }),
      ...tag(literal),
    };
    required.add(property);
  }
  return { ...type, schema: { ...type.schema, properties, required: [...required] } };
}

function tag(values: readonly string[]): Schema {
  if (values.length === 1 && values[0] !== undefined) return { type: "string", const: values[0] };
  const several: Schema & { readonly [closed]: true } = { type: "string", enum: values, [closed]: true };
  return several;
}

/** Marks an enumeration that stays closed in responses, because it tells the members of a union apart. */
export const closed: unique symbol = Symbol("couplet.closed");

/** All named types, the members of discriminated unions with their literals. */
export function tagUnions(types: Types, documentNames: ReadonlySet<string>): Types {
  const tags = collectTags(types, documentNames);
  // A base of another member cannot have the literal: the member, which extends it, would contradict it.
  for (const member of [...tags.keys()]) {
    for (const base of ancestors(member, types)) tags.delete(base);
  }
  const result = new Map<string, NamedType>();
  for (const [name, type] of types) {
    const own = tags.get(name);
    const isUnion =
      type.schema.oneOf !== undefined || type.schema.anyOf !== undefined || type.schema.$ref !== undefined;
    result.set(name, own === undefined || isUnion ? type : tagged(type, own, types));
  }
  return result;
}
