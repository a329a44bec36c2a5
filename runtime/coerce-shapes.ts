/** Which shapes hold for a value, and for what is in it. */
import type { CoerceNode, CoerceShape, CoerceShapes } from "./coercion.ts";

/** All shapes that speak of this value: names are looked up, members of unions chosen. */
export function shapesFor(value: unknown, nodes: readonly CoerceNode[], named: CoerceShapes): CoerceShape[] {
  const found: CoerceShape[] = [];
  const names = new Set<string>();
  const add = (list: readonly CoerceNode[]): void => {
    for (const node of list) {
      if (typeof node !== "string") {
        if (!isMeant(node, value)) continue;
        found.push(node);
        if (node.same !== undefined) add(node.same);
      } else if (!names.has(node)) {
        names.add(node);
        if (Object.hasOwn(named, node)) add(named[node]!);
      }
    }
  };
  add(nodes);
  return found;
}

function isMeant({ when }: CoerceShape, value: unknown): boolean {
  if (when === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(when).every(([name, values]) => {
    const tag = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    return typeof tag === "string" && values.includes(tag);
  });
}

/** The nodes of each member of an object or array; members without any are left out. */
export function* membersOf(
  value: object,
  shapes: readonly CoerceShape[],
): Generator<readonly [key: string | number, nodes: readonly CoerceNode[]]> {
  if (Array.isArray(value)) {
    const items = shapes.flatMap(({ items = [] }) => items);
    const tuple = shapes.some(({ properties }) => properties !== undefined);
    if (items.length === 0 && !tuple) return;
    for (let index = 0; index < value.length; index++) {
      const nodes = tuple ? shapes.flatMap((shape) => own(shape, String(index)) ?? shape.items ?? []) : items;
      if (nodes.length > 0) yield [index, nodes];
    }
    return;
  }
  const open = shapes.some(({ values }) => values !== undefined);
  const keys = open ? Object.keys(value) : new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)));
  for (const key of keys) {
    if (!Object.hasOwn(value, key)) continue;
    const nodes = shapes.flatMap(
      (shape) => own(shape, key) ?? (shape.except?.includes(key) ? [] : (shape.values ?? [])),
    );
    if (nodes.length > 0) yield [key, nodes];
  }
}

function own({ properties }: CoerceShape, key: string): readonly CoerceNode[] | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
