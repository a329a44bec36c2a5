import { pointerTo } from "../json-pointer.ts";
import type { Schema } from "../model.ts";

/** Pointers below the schema of a type; several where parts of a composition declare one name. */
export type MemberPointers = Readonly<Record<string, string | readonly string[]>>;

/**
 * Where the members of a type's declaration stand below its schema, by their path of names (`/address/city`). Members
 * that follow by name are left out: `/address/city` is `/properties/address/properties/city`.
 */
export function memberPointers(schema: Schema): MemberPointers {
  const found = new Map<string, Set<string>>();
  collect(schema, "", "", found, 0);
  const exceptions: Record<string, string | readonly string[]> = Object.create(null);
  for (const [path, pointers] of found) {
    const cut = path.lastIndexOf("/");
    const parents = cut === 0 ? [""] : [...(found.get(path.slice(0, cut)) ?? [])];
    const expected = new Set(parents.map((parent) => `${parent}/properties${path.slice(cut)}`));
    if (expected.size === pointers.size && [...pointers].every((pointer) => expected.has(pointer))) continue;
    const [only, ...more] = pointers;
    exceptions[path] = more.length === 0 ? only! : [...pointers];
  }
  return exceptions;
}

/** A reference is where another type begins; lists, maps and compositions have no name of their own. */
function collect(schema: Schema, pointer: string, path: string, found: Map<string, Set<string>>, depth: number): void {
  if (depth > 200 || schema.$ref !== undefined) return;
  const inside = (part: Schema | undefined, ...tokens: readonly (string | number)[]): void => {
    if (part !== undefined) collect(part, pointerTo(pointer, ...tokens), path, found, depth + 1);
  };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const at = pointerTo(pointer, "properties", name);
    const member = pointerTo(path, name);
    const known = found.get(member);
    if (known) known.add(at);
    else found.set(member, new Set([at]));
    collect(property, at, member, found, depth + 1);
  }
  inside(schema.items, "items");
  for (const [index, item] of (schema.prefixItems ?? []).entries()) inside(item, "prefixItems", index);
  if (typeof schema.additionalProperties === "object") inside(schema.additionalProperties, "additionalProperties");
  for (const [pattern, part] of Object.entries(schema.patternProperties ?? {}))
    inside(part, "patternProperties", pattern);
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const)
    for (const [index, part] of (schema[keyword] ?? []).entries()) inside(part, keyword, index);
}
