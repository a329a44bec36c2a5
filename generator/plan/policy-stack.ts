/** Which layers of the policy speak about an operation, and what they say together. */
import type { SpecOperation } from "../model.ts";
import { isPolicyMap, type PolicyMap, type PolicyPath, type PolicySource } from "../policy-model.ts";
import { type Findings, toNameList } from "./findings.ts";
import { at, type Branch, grow, type Layer, type Leaf, layerOf, leafAt, type Node, overlay } from "./layers.ts";

/** The policy of one operation, or of several to which the same layers apply. */
export interface Effective {
  /** Merged keys, most specific layer first to win. */
  readonly tree: Branch;
  /** `errors` lists, the most specific first. */
  readonly errors: readonly Leaf[];
  /** `redact` maps of all layers; they add up. */
  readonly redact: readonly Node[];
}

/** A layer as it stands in the file: for rules, with what they match. */
export interface StackLayer {
  readonly branch: Branch;
  readonly layer: Layer;
}

/** Layer order is by kind, then version over common; all layers of a base are below those of what extends it. */
const ranks = { defaults: 0, rules: 10_000, operations: 100_000, base: -1_000_000 } as const;

/** A root of layers: a file that is extended, the policy itself, or over it the version's own policy. */
export interface PolicyRoot {
  readonly map: PolicyMap;
  readonly path: PolicyPath;
  readonly versioned: boolean;
  /** Added to the ranks of its layers. */
  readonly floor: number;
}

/** The policies below one, the lowest first, with the paths that lead to them. */
function basesOf(source: PolicySource, path: PolicyPath): { source: PolicySource; path: PolicyPath }[] {
  return [...source.bases].flatMap(([index, base]) => {
    const own = [...path, "extends", index];
    return [...basesOf(base, own), { source: base, path: own }];
  });
}

export function rootsOf(source: PolicySource | undefined, version: string): readonly PolicyRoot[] {
  if (source === undefined) return [];
  const bases = basesOf(source, []);
  const roots = bases.map(
    (base, index): PolicyRoot => ({
      map: base.source.data,
      path: base.path,
      versioned: false,
      floor: (bases.length - index) * ranks.base,
    }),
  );
  roots.push({ map: source.data, path: [], versioned: false, floor: 0 });
  const versions = source.data["versions"];
  const entry = isPolicyMap(versions) && Object.hasOwn(versions, version) ? versions[version] : undefined;
  const own = isPolicyMap(entry) ? entry["policy"] : undefined;
  if (isPolicyMap(own)) roots.push({ map: own, path: ["versions", version, "policy"], versioned: true, floor: 0 });
  return roots;
}

/** The roots of all versions, for questions about the policy as a whole. */
export function allRoots(source: PolicySource | undefined): readonly PolicyRoot[] {
  const versions = isPolicyMap(source?.data["versions"]) ? Object.keys(source.data["versions"]) : [];
  const common = rootsOf(source, "").filter((root) => !root.versioned);
  return [...common, ...versions.flatMap((version) => rootsOf(source, version).filter((root) => root.versioned))];
}

/** Every block that speaks of operations, as it is written. */
export function blocksOf(roots: readonly PolicyRoot[]): Branch[] {
  return [...baseLayers(roots), ...ruleLayers(roots), ...operationLayers(roots)].map(({ branch }) => branch);
}

/** Keys of the top level, the version's over the common ones. */
export function topTree(roots: readonly PolicyRoot[], history: boolean = false): Branch {
  let tree: Branch = { kind: "branch", entries: new Map(), path: [], layer: { kind: "defaults", rank: 0 } };
  for (const { map, path, versioned, floor } of roots) {
    // The source of a base says where its own facts are from.
    const left = ["extends", "defaults", "rules", "operations", "versions", ...(floor < 0 ? ["source"] : [])];
    const keep = Object.fromEntries(Object.entries(map).filter(([key]) => !left.includes(key)));
    const upper = layerOf(keep, path, { kind: "defaults", rank: floor + (versioned ? 1 : 0) });
    tree = overlay(tree, upper, "", { history }) as Branch;
  }
  return tree;
}

const topLevelKeys = ["auth", "redact", "telemetry", "source"] as const;

/** The layers below rules: top-level keys that reach into operations, and `defaults`, of both roots. */
export function baseLayers(roots: readonly PolicyRoot[]): StackLayer[] {
  return roots.flatMap(({ map, path, versioned, floor }) => {
    const layer: Layer = { kind: "defaults", rank: floor + ranks.defaults + (versioned ? 1 : 0) };
    const entries = new Map<string, Node>();
    for (const key of topLevelKeys) if (map[key] !== undefined) entries.set(key, grow(map[key], [...path, key], layer));
    const top: Branch = { kind: "branch", entries, path, layer };
    const { defaults } = map;
    if (!isPolicyMap(defaults)) return [{ branch: top, layer }];
    return [
      { branch: top, layer },
      { branch: layerOf(defaults, [...path, "defaults"], layer), layer },
    ];
  });
}

export interface RuleLayer extends StackLayer {
  readonly path: PolicyPath;
  readonly match: Node | undefined;
  readonly versioned: boolean;
}

export function ruleLayers(roots: readonly PolicyRoot[]): RuleLayer[] {
  const rules = roots.flatMap(({ map, path, versioned, floor }) => {
    const list = map["rules"];
    if (!Array.isArray(list)) return [];
    return list.filter(isPolicyMap).map((rule, index): RuleLayer => {
      const priority = typeof rule["priority"] === "number" ? rule["priority"] : 0;
      const rank = floor + ranks.rules + (versioned ? 20_000 : 0) + Math.min(priority, 9000);
      const layer: Layer = { kind: "rules", rank };
      const rulePath = [...path, "rules", index];
      const { match: _match, priority: _priority, ...rest } = rule;
      const match = rule["match"] == null ? undefined : grow(rule["match"], [...rulePath, "match"], layer);
      return { branch: layerOf(rest, rulePath, layer), layer, path: rulePath, match, versioned };
    });
  });
  return rules.sort((a, b) => a.layer.rank - b.layer.rank);
}

export interface OperationLayer extends StackLayer {
  readonly name: string;
  readonly path: PolicyPath;
  readonly versioned: boolean;
}

export function operationLayers(roots: readonly PolicyRoot[]): OperationLayer[] {
  return roots.flatMap(({ map, path, versioned }) => {
    const { operations } = map;
    if (!isPolicyMap(operations)) return [];
    return Object.entries(operations).flatMap(([name, block]) => {
      if (!isPolicyMap(block)) return [];
      const layer: Layer = { kind: "operations", rank: ranks.operations + (versioned ? 1 : 0) };
      const blockPath = [...path, "operations", name];
      return [{ branch: layerOf(block, blockPath, layer), layer, name, path: blockPath, versioned }];
    });
  });
}

const additive = new Set(["errors", "redact", "inheritErrors"]);

/** Lays layers over one another, in the order of their ranks; with `history`, what was replaced is kept. */
export function stack(
  layers: readonly StackLayer[],
  operations: readonly SpecOperation[],
  findings: Findings | undefined,
  history: boolean = false,
): Effective {
  let tree: Branch = { kind: "branch", entries: new Map(), path: [], layer: { kind: "defaults", rank: -1 } };
  let errors: Leaf[] = [];
  const redact: Node[] = [];
  const clash = (lower: Node, upper: Node): void => noteClash(findings, operations, lower, upper);
  for (const { branch } of layers.toSorted((a, b) => a.layer.rank - b.layer.rank)) {
    const entries = new Map([...branch.entries].filter(([key]) => !additive.has(key)));
    tree = overlay(tree, { ...branch, entries }, "", { onClash: clash, history }) as Branch;
    if (leafAt(branch, "inheritErrors")?.value === false) errors = [];
    const list = leafAt(branch, "errors");
    const equal = list && errors.find((other) => other.layer !== list.layer && other.layer.rank === list.layer.rank);
    if (list && equal && JSON.stringify(list.value) !== JSON.stringify(equal.value)) clash(equal, list);
    if (list) errors = [list, ...errors];
    const hidden = at(branch, "redact");
    if (hidden) redact.push(hidden);
  }
  return { tree, errors, redact };
}

function noteClash(
  findings: Findings | undefined,
  operations: readonly SpecOperation[],
  lower: Node,
  upper: Node,
): void {
  if (findings === undefined || lower.layer.kind !== "rules") return;
  const name = upper.path.filter((key) => typeof key === "string" && key !== "rules").join(".");
  const names = toNameList(operations.map((operation) => operation.operationId ?? operation.key));
  findings.addClash(lower.path, upper.path, {
    code: "P302",
    message: `two rules of the same priority give \`${name}\` different values for ${names}`,
    fix: "give one of the rules a greater `priority`, or make their matches disjoint",
  });
}
