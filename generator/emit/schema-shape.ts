/** Questions about schemas that types, validators and samples ask alike. */
import type { NamedType, Schema } from "../model.ts";

export type Types = ReadonlyMap<string, NamedType>;

const prefix = "#/components/schemas/";

/** TypeScript name that a reference points to. */
export function refTarget(schema: Schema): string | undefined {
  return schema.$ref?.startsWith(prefix) ? schema.$ref.slice(prefix.length) : undefined;
}

const known = new Set(["null", "boolean", "object", "array", "number", "integer", "string"]);

/** JSON types that the schema names, or that its keywords imply; empty when it says nothing. */
export function jsonTypes(schema: Schema): readonly string[] {
  const named = schema.type === undefined ? [] : [schema.type].flat().filter((type) => known.has(type));
  if (named.length > 0) return named;
  if (schema.enum !== undefined || schema.const !== undefined) return [];
  if (schema.properties || schema.patternProperties || schema.additionalProperties !== undefined) return ["object"];
  return schema.items || schema.prefixItems ? ["array"] : [];
}

/** True for a schema that only annotates or only constrains values, so that it has no type of its own. */
export function isTypeless(schema: Schema): boolean {
  return (
    schema.$ref === undefined &&
    jsonTypes(schema).length === 0 &&
    schema.enum === undefined &&
    schema.const === undefined &&
    !isNever(schema) &&
    [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].every(isTypeless)
  );
}

/** The boolean schema `false`. */
export function isNever(schema: Schema): boolean {
  return schema.not !== undefined && Object.keys(schema.not).length === 0;
}

/** A string enumeration to which a provider may add values; one value alone is a constant, often a discriminator. */
export function isOpenEnum(schema: Schema, direction: NamedType["direction"]): boolean {
  return direction === "response" && (schema.enum?.filter((value) => typeof value === "string").length ?? 0) > 1;
}

/** An own property, whatever its name is. */
export function ownProperty<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A property of a schema, looked up through references and `allOf`. */
export function findProperty(
  schema: Schema,
  name: string,
  types: Types,
  seen: Set<string> = new Set(),
): Schema | undefined {
  const own = ownProperty(schema.properties, name);
  if (own !== undefined) return own;
  const target = refTarget(schema);
  if (target !== undefined) {
    if (seen.has(target)) return undefined;
    seen.add(target);
    const named = types.get(target);
    return named === undefined ? undefined : findProperty(named.schema, name, types, seen);
  }
  for (const part of schema.allOf ?? []) {
    const found = findProperty(part, name, types, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
