/** Where an effective value was written, and what it replaced there. */
import type { Json } from "../model.ts";
import { type Node, toPlain } from "../plan/layers.ts";
import type { PolicyPath, PolicySource } from "../policy-model.ts";

export interface Origin {
  /** `built-in`, `derived`, `document`, `top level`, `defaults`, `rule 2`, `operation`, `version 2026-07`, `version 2026-07 rule 1`, `base`, `base rule 1`. */
  readonly layer: string;
  /** Absent where nobody wrote it. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** A value that a layer gave, in force or replaced. */
export interface Saying {
  readonly value: Json;
  readonly path: PolicyPath;
}

/**
 * What layers say at a path, the one in force first. A scalar above the path (`retry: none`) speaks for all below it.
 * Needs a tree that keeps its history.
 */
export function sayingsAt(node: Node | undefined, keys: readonly string[]): readonly Saying[] {
  if (node === undefined) return [];
  const replaced = node.over === undefined ? [] : sayingsAt(node.over, keys);
  const [key, ...below] = keys;
  if (node.kind === "leaf" || key === undefined)
    return [{ value: toPlain(node) as Json, path: node.path }, ...replaced];
  return [...sayingsAt(node.entries.get(key), below), ...replaced];
}

/** The layer that a path of the policy belongs to. */
function layerName(path: PolicyPath): string {
  const [first, second, third] = path;
  if (first === "extends") {
    const inner = layerName(path.slice(2));
    return inner === "top level" || inner === "defaults" ? "base" : `base ${inner}`;
  }
  if (first === "versions") {
    const name = `version ${second}`;
    const inner = third === "policy" ? layerName(path.slice(3)) : "top level";
    return inner === "top level" || inner === "defaults" ? name : `${name} ${inner}`;
  }
  if (first === "rules") return `rule ${Number(second) + 1}`;
  if (first === "operations") return "operation";
  return first === "defaults" ? "defaults" : "top level";
}

export function originOf(source: PolicySource | undefined, path: PolicyPath): Origin {
  if (source === undefined) return { layer: layerName(path) };
  const { file, line, column } = source.locate(path);
  return { layer: layerName(path), file, line, column };
}
