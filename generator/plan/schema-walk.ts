/** Walking schemas: the sub-schemas of a schema, and what it refers to. Bounded by the document's own nesting. */
import type { Schema } from "../model.ts";

const prefix = "#/components/schemas/";

/** The name a `$ref` points to. */
export function refName(ref: string): string {
  return ref.slice(prefix.length);
}

export function toRef(name: string): string {
  return prefix + name;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function mapRecord(
  record: Readonly<Record<string, Schema>> | undefined,
  visit: (schema: Schema) => Schema,
): Record<string, Schema> | undefined {
  if (record === undefined) return undefined;
  return Object.fromEntries(Object.entries(record).map(([key, schema]) => [key, visit(schema)]));
}

/** A copy of the schema in which each direct sub-schema is replaced by what `visit` returns for it. */
export function mapSubschemas(schema: Schema, visit: (schema: Schema) => Schema): Schema {
  const copy: Mutable<Schema> = { ...schema };
  if (schema.properties) copy.properties = mapRecord(schema.properties, visit)!;
  if (schema.patternProperties) copy.patternProperties = mapRecord(schema.patternProperties, visit)!;
  if (typeof schema.additionalProperties === "object") copy.additionalProperties = visit(schema.additionalProperties);
  if (schema.items) copy.items = visit(schema.items);
  if (schema.not) copy.not = visit(schema.not);
  if (schema.prefixItems) copy.prefixItems = schema.prefixItems.map(visit);
  if (schema.allOf) copy.allOf = schema.allOf.map(visit);
  if (schema.anyOf) copy.anyOf = schema.anyOf.map(visit);
  if (schema.oneOf) copy.oneOf = schema.oneOf.map(visit);
  return copy;
}

/** Calls `visit` for each direct sub-schema. */
export function eachSubschema(schema: Schema, visit: (schema: Schema) => void): void {
  if (schema.properties) for (const sub of Object.values(schema.properties)) visit(sub);
  if (schema.patternProperties) for (const sub of Object.values(schema.patternProperties)) visit(sub);
  if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties);
  if (schema.items) visit(schema.items);
  if (schema.not) visit(schema.not);
  for (const list of [schema.prefixItems, schema.allOf, schema.anyOf, schema.oneOf]) list?.forEach(visit);
}

/** Names of all schemas that a schema refers to directly, discriminator mappings included. */
export function refsOf(schema: Schema): Set<string> {
  const names = new Set<string>();
  const visit = (sub: Schema): void => {
    if (sub.$ref !== undefined) names.add(refName(sub.$ref));
    if (sub.discriminator?.mapping) {
      for (const target of Object.values(sub.discriminator.mapping)) {
        if (target.startsWith(prefix)) names.add(refName(target));
      }
    }
    eachSubschema(sub, visit);
  };
  visit(schema);
  return names;
}
