import { isMap, type JsonMap, type JsonValue, setOwn } from "./json-tree.ts";

export const MAX_DEPTH = 200;
export const MAX_NODES = 2_000_000;
/** Nodes that repeated YAML aliases may add. */
export const MAX_ALIASED = 10_000;

export interface Measure {
  readonly nodes: number;
  readonly members: number;
  /** Why the value is refused. */
  readonly fault?: { readonly message: string; readonly fix: string; readonly tokens: readonly string[] };
}

interface Frame {
  readonly value: JsonMap | JsonValue[];
  readonly keys: readonly string[];
  next: number;
}

/** Counts nodes and members, and refuses depth, size, and numbers that JSON cannot hold. Never recurses. */
export function measure(root: JsonValue): Measure {
  const stack: Frame[] = [];
  let nodes = 0;
  let members = 0;
  const fault = (message: string, fix: string): Measure => ({
    nodes,
    members,
    fault: { message, fix, tokens: stack.map((frame) => frame.keys[frame.next - 1] ?? "") },
  });
  let value: JsonValue | undefined = root;
  for (;;) {
    if (value !== undefined) {
      nodes++;
      if (nodes > MAX_NODES) return fault(`more than ${MAX_NODES} values`, "split or filter the document");
      if (typeof value === "object" && value !== null) {
        if (stack.length >= MAX_DEPTH) return fault(`nested deeper than ${MAX_DEPTH} levels`, "flatten it");
        const keys = Object.keys(value);
        if (!Array.isArray(value)) members += keys.length;
        stack.push({ value, keys, next: 0 });
      } else if (typeof value === "number" && !Number.isFinite(value)) {
        return fault("this number cannot be written in JSON", "write a finite number, or a string");
      }
    }
    let top = stack.at(-1);
    while (top && top.next >= top.keys.length) {
      stack.pop();
      top = stack.at(-1);
    }
    if (!top) return { nodes, members };
    value = (top.value as JsonMap)[top.keys[top.next++] as string];
  }
}

/** A copy of a tree; `budget.nodes` is what all copies together may still add. Undefined when it is used up. */
export function copy(value: JsonValue, budget: { nodes: number }): JsonValue | undefined {
  if (--budget.nodes < 0) return undefined;
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const item of value) {
      const copied = copy(item, budget);
      if (copied === undefined) return undefined;
      items.push(copied);
    }
    return items;
  }
  if (!isMap(value)) return value;
  const map: JsonMap = {};
  for (const key of Object.keys(value)) {
    const copied = copy(value[key] as JsonValue, budget);
    if (copied === undefined) return undefined;
    setOwn(map, key, copied);
  }
  return map;
}

/** Replaces every repeated occurrence of a YAML alias by a copy of its own; refuses loops and alias bombs. */
export function unshare(root: JsonValue): "ok" | "cycle" | "bomb" {
  const seen = new Set<object>();
  const ancestors = new Set<object>();
  let left = MAX_ALIASED;
  let result: "ok" | "cycle" | "bomb" = "ok";
  const visit = (value: JsonValue, copied: boolean): JsonValue => {
    if (result !== "ok") return null;
    const nested = typeof value === "object" && value !== null;
    const again = copied || (nested && seen.has(value));
    if (nested && (ancestors.has(value) || ancestors.size > MAX_DEPTH)) result = "cycle";
    else if (again && --left < 0) result = "bomb";
    if (!nested || result !== "ok") return value;
    seen.add(value);
    ancestors.add(value);
    const target: JsonMap | JsonValue[] = again ? (Array.isArray(value) ? [] : {}) : value;
    for (const key of Object.keys(value)) {
      const before = (value as JsonMap)[key] as JsonValue;
      const after = visit(before, again);
      if (again || after !== before) setOwn(target as JsonMap, key, after);
    }
    ancestors.delete(value);
    return target;
  };
  visit(root, false);
  return result;
}
