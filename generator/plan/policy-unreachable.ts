/** P203: rules of which nothing is left, because other layers override all that they set. */
import { isInBase, type PolicyPath } from "../policy-model.ts";
import { Findings } from "./findings.ts";
import type { Leaf, Node } from "./layers.ts";
import type { Planning } from "./planning.ts";
import { type Resolved, resolveLayers } from "./policy-layers.ts";
import { selectOperations } from "./policy-names.ts";
import { type Effective, type RuleLayer, rootsOf, topTree } from "./policy-stack.ts";
import { toSelectorName } from "./selectors.ts";

const says = (key: string): boolean =>
  key !== "source" && key !== "errors" && key !== "redact" && !key.startsWith("x-");

/** The parts of a rule that are laid over others one by one. */
function leavesOf(node: Node): Leaf[] {
  if (node.kind === "leaf") return [node];
  return [...node.entries].flatMap(([key, child]) => (says(key) ? leavesOf(child) : []));
}

/** What stands at the place of a leaf in the end: the leaf, or what replaced it or a map around it. */
function standing(tree: Node, keys: PolicyPath): Node {
  let node = tree;
  for (const key of keys) {
    const next = node.kind === "branch" ? node.entries.get(String(key)) : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** Undefined while something of the rule holds for the operation, else where the first part of it was overridden. */
function overriddenBy(rule: RuleLayer, effective: Effective): Node | undefined {
  if (effective.errors.some((list) => list.layer === rule.layer)) return undefined;
  if (effective.redact.some((node) => node.layer === rule.layer)) return undefined;
  if (rule.branch.entries.has("inheritErrors")) return undefined;
  let place: Node | undefined;
  for (const leaf of leavesOf(rule.branch)) {
    const now = standing(effective.tree, leaf.path.slice(rule.path.length));
    // Rules of equal rank agree here, or P302 says that they do not: neither overrides the other.
    if (now.layer.rank === rule.layer.rank) return undefined;
    place ??= now;
  }
  return place ?? rule.branch;
}

/** Rules that match operations and decide nothing for any of them, by their place, with what overrides them. */
function deadRules({ matches, effective }: Resolved): Map<string, { rule: RuleLayer; by: Node }> {
  const dead = new Map<string, { rule: RuleLayer; by: Node }>();
  for (const [rule, operations] of matches) {
    const stacks = new Set(operations.map((operation) => effective.get(operation)!));
    let by: Node | undefined;
    const all = [...stacks].every((one) => {
      const node = overriddenBy(rule, one);
      by ??= node;
      return node !== undefined;
    });
    if (all && by) dead.set(toSelectorName(rule.path), { rule, by });
  }
  return dead;
}

/** A rule for all versions is dead when it decides nothing in any of them. */
function livesElsewhere(planning: Planning, name: string): boolean {
  return [...planning.documents].some(([version, document]) => {
    if (version === planning.version) return false;
    const other: Planning = { ...planning, version, document, findings: new Findings(planning.source) };
    const roots = rootsOf(planning.source, version);
    const operations = selectOperations(other, topTree(roots), new Map());
    const resolved = resolveLayers(other, roots, operations, false);
    const matched = [...resolved.matches].some(([rule, ops]) => toSelectorName(rule.path) === name && ops.length > 0);
    return matched && !deadRules(resolved).has(name);
  });
}

export function checkDeadRules(planning: Planning, resolved: Resolved): void {
  for (const [name, { rule, by }] of deadRules(resolved)) {
    // A base is there to be overridden.
    if (isInBase(rule.path)) continue;
    const place = { path: rule.match?.path ?? rule.path, spot: { of: "key" as const } };
    if (by === rule.branch) {
      // What it set may have been refused, and taken out, before.
      if (planning.source?.diagnostics.length !== 0) continue;
      planning.findings.add(place, {
        code: "P203",
        message: "this rule sets nothing",
        fix: "add what it should set, or take it out",
      });
    } else if (rule.versioned || !livesElsewhere(planning, name))
      planning.findings.addClash(by.path, place, {
        code: "P203",
        message: "everything that this rule sets is overridden for every operation that it matches",
        fix: "take it out, give it a greater `priority`, or let the other match fewer operations",
      });
  }
}
