/**
 * Types that contain themselves without a property in between: `Pet = Cat | Dog` where `Cat` is `Pet & …`. JSON Schema
 * allows it, TypeScript and a validator would go round for ever. One edge of each such circle is cut.
 */
import type { Schema } from "../model.ts";
import { refTarget, type Types } from "./schema-shape.ts";

/** `from` -> names that `from` must not mention directly. */
export type Cuts = ReadonlyMap<string, ReadonlySet<string>>;

function directRefs(schema: Schema, into: Set<string>): Set<string> {
  const target = refTarget(schema);
  if (target !== undefined) into.add(target);
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
    directRefs(part, into);
  return into;
}

/** Finds the edges to cut, by depth first search in declaration order. */
export function findCuts(types: Types): Cuts {
  const edges = new Map([...types].map(([name, type]) => [name, [...directRefs(type.schema, new Set())]] as const));
  const cuts = new Map<string, Set<string>>();
  const done = new Set<string>();
  for (const root of types.keys()) {
    const path: { name: string; next: number }[] = [{ name: root, next: 0 }];
    const open = new Set([root]);
    for (let top = path.at(-1); top !== undefined && !done.has(top.name); top = path.at(-1)) {
      const target = edges.get(top.name)?.[top.next++];
      if (target === undefined) {
        done.add(top.name);
        open.delete(top.name);
        path.pop();
      } else if (open.has(target)) {
        cuts.set(top.name, (cuts.get(top.name) ?? new Set()).add(target));
      } else if (!done.has(target)) {
        open.add(target);
        path.push({ name: target, next: 0 });
      }
    }
  }
  return cuts;
}

/**
 * The schema of a named type with its circles cut: in `allOf` the referred schema's own properties take the place of
 * the reference, in a union the reference goes.
 */
export function cutCircles(name: string, schema: Schema, types: Types, cuts: Cuts): Schema {
  const targets = cuts.get(name);
  return targets === undefined ? schema : cut(schema, targets, types);
}

function cut(schema: Schema, targets: ReadonlySet<string>, types: Types): Schema {
  const target = refTarget(schema);
  if (target !== undefined) return targets.has(target) ? ownPart(types.get(target)?.schema) : schema;
  const alternatives = (parts: readonly Schema[]): readonly Schema[] =>
    parts.filter((part) => !targets.has(refTarget(part) ?? "")).map((part) => cut(part, targets, types));
  const { allOf, anyOf, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(allOf && { allOf: allOf.map((part) => cut(part, targets, types)) }),
    ...(anyOf && { anyOf: alternatives(anyOf) }),
    ...(oneOf && { oneOf: alternatives(oneOf) }),
  };
}

function ownPart(schema: Schema | undefined): Schema {
  if (schema === undefined || schema.$ref !== undefined) return {};
  const { allOf: _, anyOf: __, oneOf: ___, discriminator: ____, ...own } = schema;
  return own;
}
