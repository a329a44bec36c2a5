import type { Schema } from "../model.ts";
import type { Shape, Shapes } from "./schema-shape.ts";
import { nameOf, type Part, type Schemas, slotOf } from "./schema-slot.ts";
import { conditionsOf } from "./shape-text.ts";

export interface ComponentGroup {
  readonly names: readonly string[];
  /** The schemas refer to each other, or one to itself. */
  readonly isCircle: boolean;
}

interface Step {
  readonly name: string;
  readonly targets: readonly string[];
  next: number;
  low: number;
  readonly order: number;
}

/** Named schemas in groups that refer to each other, each group after those that it refers to (Tarjan). Never recurses. */
export function componentGroups(schemas: Schemas, shapes: Shapes): ComponentGroup[] {
  const groups: ComponentGroup[] = [];
  const orders = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of schemas.keys()) {
    if (orders.has(root)) continue;
    const path: Step[] = [];
    const enter = (name: string): void => {
      const order = orders.size;
      orders.set(name, order);
      open.push(name);
      isOpen.add(name);
      path.push({ name, targets: namesIn(schemas.get(name) ?? {}, schemas, shapes), next: 0, low: order, order });
    };
    enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = top.targets[top.next++];
      if (target !== undefined) {
        const seen = orders.get(target);
        if (seen === undefined) enter(target);
        else if (isOpen.has(target)) top.low = Math.min(top.low, seen);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above) above.low = Math.min(above.low, top.low);
      if (top.low !== top.order) continue;
      const names = open.splice(open.lastIndexOf(top.name));
      for (const name of names) isOpen.delete(name);
      groups.push({ names, isCircle: names.length > 1 || top.targets.includes(top.name) });
    }
  }
  return groups;
}

/** Named schemas to which a schema refers, through inline ones only. */
function namesIn(schema: Schema, schemas: Schemas, shapes: Shapes): string[] {
  const names = new Set<string>();
  const seen = new Set<Schema>();
  const stack: Part[] = [{ schema, pointer: "" }];
  for (let part = stack.pop(); part; part = stack.pop()) {
    const slot = slotOf(part, schemas);
    if (slot.name !== undefined) names.add(slot.name);
    else if (!seen.has(slot.schema)) {
      seen.add(slot.schema);
      stack.push(...partsOf(shapes.of(slot.schema)));
    }
  }
  return [...names].filter((name) => schemas.has(name));
}

/** All schemas directly below. */
export function partsOf(shape: Shape): Part[] {
  const { additional, items, not, conditions, discriminator } = shape;
  const parts = [...(shape.prefix ?? []), ...(shape.union ?? []), ...(shape.all ?? [])];
  for (const part of [additional, items, not]) if (part) parts.push(part);
  if (shape.properties) parts.push(...shape.properties.values());
  if (shape.patterns) parts.push(...shape.patterns.values());
  for (const condition of conditions ? conditionsOf(conditions) : []) {
    if (condition.schema) parts.push(condition.schema);
  }
  for (const target of Object.values(discriminator?.mapping ?? {})) {
    if (nameOf(target) !== undefined) parts.push({ schema: { $ref: target }, pointer: "" });
  }
  return parts;
}
