/** Layers of a policy laid over one another: maps merge per leaf, lists and scalars replace, `none` cuts, null resets. */
import { isPolicyMap, type PolicyMap, type PolicyPath, type PolicyValue } from "../policy-model.ts";

/** A part of the file that lays values over lower ones. A greater rank wins; equal ranks must agree. */
export interface Layer {
  readonly kind: "defaults" | "rules" | "operations";
  readonly rank: number;
}

/** A scalar or list; `value: null` says that a layer went back to the built-in value. */
export interface Leaf {
  readonly kind: "leaf";
  readonly value: PolicyValue;
  readonly path: PolicyPath;
  readonly layer: Layer;
  /** What it replaced; only where the history is kept. */
  readonly over?: Node;
}
export interface Branch {
  readonly kind: "branch";
  readonly entries: ReadonlyMap<string, Node>;
  /** Where the map was written last. */
  readonly path: PolicyPath;
  readonly layer: Layer;
  /** What it replaced; only where the history is kept. */
  readonly over?: Node;
}
export type Node = Leaf | Branch;

/** Told when two layers of equal rank give one leaf different values. */
export type OnClash = (lower: Node, upper: Node) => void;

/** Maps that are replaced whole. */
const atomic: ReadonlySet<string> = new Set(["pagination", "polling", "advice", "apply", "include", "exclude"]);

export function grow(value: PolicyValue, path: PolicyPath, layer: Layer): Node {
  if (!isPolicyMap(value)) return { kind: "leaf", value, path, layer };
  const entries = new Map(Object.entries(value).map(([key, child]) => [key, grow(child, [...path, key], layer)]));
  return { kind: "branch", entries, path, layer };
}

export function toPlain(node: Node): PolicyValue {
  if (node.kind === "leaf") return node.value;
  const plain: Record<string, PolicyValue> = Object.create(null);
  for (const key of [...node.entries.keys()].sort()) plain[key] = toPlain(node.entries.get(key)!);
  return plain;
}

const same = (a: Node, b: Node): boolean => JSON.stringify(toPlain(a)) === JSON.stringify(toPlain(b));

export interface OverlayOptions {
  readonly onClash?: OnClash;
  /** Replaced nodes are kept in `over`. */
  readonly history?: boolean;
}

/** `upper` over `lower`; neither is changed. */
export function overlay(lower: Node | undefined, upper: Node, key: string, options: OverlayOptions = {}): Node {
  if (lower === undefined) return upper;
  if (lower.kind === "branch" && upper.kind === "branch" && !atomic.has(key)) {
    const entries = new Map(lower.entries);
    for (const [name, child] of upper.entries) entries.set(name, overlay(entries.get(name), child, name, options));
    return lower.over === undefined ? { ...upper, entries } : { ...upper, entries, over: lower.over };
  }
  const { onClash, history } = options;
  if (onClash && holdsRank(lower, upper.layer) && !same(lower, upper)) onClash(lower, upper);
  return history ? { ...upper, over: lower } : upper;
}

function holdsRank(node: Node, layer: Layer): boolean {
  if (node.layer !== layer && node.layer.rank === layer.rank) return true;
  return node.kind === "branch" && [...node.entries.values()].some((child) => holdsRank(child, layer));
}

/** The node below; undefined also where a layer went back to the built-in value. */
export function at(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  let found = node;
  for (const key of keys) found = found?.kind === "branch" ? found.entries.get(key) : undefined;
  return found?.kind === "leaf" && found.value === null ? undefined : found;
}

export function leafAt(node: Node | undefined, ...keys: readonly string[]): Leaf | undefined {
  const found = at(node, ...keys);
  return found?.kind === "leaf" ? found : undefined;
}

export function textAt(node: Node | undefined, ...keys: readonly string[]): string | undefined {
  const value = leafAt(node, ...keys)?.value;
  return typeof value === "string" ? value : undefined;
}

export function numberAt(node: Node | undefined, ...keys: readonly string[]): number | undefined {
  const value = leafAt(node, ...keys)?.value;
  return typeof value === "number" ? value : undefined;
}

export function listAt(node: Node | undefined, ...keys: readonly string[]): readonly PolicyValue[] | undefined {
  const value = leafAt(node, ...keys)?.value;
  return Array.isArray(value) ? value : undefined;
}

export function isNone(node: Node | undefined): boolean {
  return node?.kind === "leaf" && node.value === "none";
}

/** Entries of a map, those that went back to the built-in value left out. */
export function entriesAt(node: Node | undefined, ...keys: readonly string[]): [name: string, node: Node][] {
  const found = at(node, ...keys);
  if (found?.kind !== "branch") return [];
  return [...found.entries].filter(([, child]) => child.kind === "branch" || child.value !== null);
}

/** Entries of a list as nodes, so that their parts have places too. */
export function itemsOf(leaf: Leaf | undefined): Node[] {
  if (leaf === undefined || !Array.isArray(leaf.value)) return [];
  return leaf.value.map((item: PolicyValue, index) => grow(item, [...leaf.path, index], leaf.layer));
}

/** The keys of a map that lie in layers, as a branch; `errors` and `redact` add up instead and are read per layer. */
export function layerOf(map: PolicyMap, path: PolicyPath, layer: Layer): Branch {
  return grow(map, path, layer) as Branch;
}
