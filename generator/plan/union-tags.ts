/** What tells the members of a union apart: a property that each of them has with values of its own. */
import type { ApiDocument, Schema } from "../model.ts";
import { expand } from "./schema-pointer.ts";
import { refName } from "./schema-walk.ts";

/** A property, and its values in each member; in the order of the members. */
export interface UnionTag {
  readonly name: string;
  readonly values: readonly (readonly string[])[];
}

/** Members that are no objects (`null`, a bare id) need no tag: their values are empty. */
export function tagOf(document: ApiDocument, union: Schema, members: readonly Schema[]): UnionTag | undefined {
  const objects = members.map((member) => isObject(document, member));
  const named = union.discriminator && byDiscriminator(union.discriminator, members);
  if (named !== undefined && isDistinct(named.values, objects)) return named;
  const names = new Set(
    members.flatMap((member, index) => (objects[index] ? [...constantsOf(document, member).keys()] : [])),
  );
  for (const name of names) {
    const values = members.map((member, index) =>
      objects[index] ? (constantsOf(document, member).get(name) ?? []) : [],
    );
    if (isDistinct(values, objects)) return { name, values };
  }
  return undefined;
}

function isObject(document: ApiDocument, schema: Schema): boolean {
  return expand(document, schema).some((one) => one.properties !== undefined || one.type === "object");
}

function isDistinct(values: readonly (readonly string[])[], objects: readonly boolean[]): boolean {
  const all = values.flat();
  return values.every((own, index) => own.length > 0 || !objects[index]) && new Set(all).size === all.length;
}

function byDiscriminator(
  { propertyName, mapping = {} }: NonNullable<Schema["discriminator"]>,
  members: readonly Schema[],
): UnionTag {
  const values = members.map(({ $ref }) => {
    if ($ref === undefined) return [];
    const name = refName($ref);
    const keys = Object.entries(mapping).flatMap(([key, target]) => (target === $ref || target === name ? [key] : []));
    return keys.length > 0 ? keys : [name];
  });
  return { name: propertyName, values };
}

/** Properties that have one value only. */
function constantsOf(document: ApiDocument, schema: Schema): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { properties } of expand(document, schema))
    for (const [name, property] of Object.entries(properties ?? {})) {
      const values = property.const === undefined ? (property.enum ?? []) : [property.const];
      const [only] = values;
      if (values.length === 1 && typeof only === "string") found.set(name, [only]);
    }
  return found;
}
