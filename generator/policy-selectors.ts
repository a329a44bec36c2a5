/** Every place of a policy that picks operations by something that the document says, with what it picks. */
import type { ApiDocument, PolicyPlan, SpecOperation } from "./model.ts";
import { at, entriesAt, type Node } from "./plan/layers.ts";
import { operationIndex } from "./plan/policy-names.ts";
import { operationLayers, rootsOf, ruleLayers, topTree } from "./plan/policy-stack.ts";
import {
  criteriaOf,
  isPickedBy,
  matchesAll,
  matchesAny,
  responseNames,
  type SelectorKey,
  selectorKeys,
  toSelectorName,
} from "./plan/selectors.ts";
import type { PolicyPath, PolicySource } from "./policy-model.ts";

/** One value that picks operations: a glob, or a name that is a key of the policy. */
export interface SelectorValue {
  readonly key: SelectorKey;
  readonly value: string;
  readonly path: PolicyPath;
  /** Whether the value is written as a key. */
  readonly isKey: boolean;
  readonly matched: readonly SpecOperation[];
}

export interface PolicySelector {
  /** As `selectors` of the lock names it. */
  readonly name: string;
  readonly path: PolicyPath;
  readonly matched: readonly SpecOperation[];
  readonly values: readonly SelectorValue[];
  /** It stands in the lock; of `names.operations` and `names.tags` nothing does. */
  readonly isCounted: boolean;
}

/** In the order of the policy's layers. A rule that speaks of all operations picks nothing. */
export function policySelectors(
  source: PolicySource,
  { document, policy }: { readonly document: ApiDocument; readonly policy: PolicyPlan },
  version: string,
): PolicySelector[] {
  const roots = rootsOf(source, version);
  const top = topTree(roots);
  const generated = document.operations.filter(({ key }) => policy.operations.has(key));
  const found: PolicySelector[] = [];
  const add = (name: string, node: Node, among: readonly SpecOperation[], isAny: boolean): void => {
    const criteria = criteriaOf(document, node);
    if (criteria.length === 0) return;
    const matches = isAny ? matchesAny : matchesAll;
    const values = criteria
      .flat()
      .flatMap(({ key, value, path, matches: isMatch }): SelectorValue[] =>
        isSelectorKey(key) && typeof value === "string"
          ? [{ key, value, path, isKey: false, matched: among.filter(isMatch) }]
          : [],
      );
    found.push({
      name,
      path: node.path,
      matched: among.filter((one) => matches(criteria, one)),
      values,
      isCounted: true,
    });
  };
  for (const key of ["include", "exclude"]) {
    const node = at(top, key);
    if (node?.kind === "branch") add(toSelectorName(node.path), node, document.operations, true);
  }
  for (const { path, match } of ruleLayers(roots))
    if (match !== undefined) add(`${toSelectorName(path)}.match`, match, generated, false);

  const index = operationIndex(document.operations);
  const named = (key: SelectorKey, value: string, path: PolicyPath, isCounted: boolean): void => {
    const matched =
      key === "operations"
        ? (index.get(value) ?? [])
        : document.operations.filter((operation) => operation.tags.includes(value));
    found.push({
      name: toSelectorName(path),
      path,
      matched,
      values: [{ key, value, path, isKey: true, matched }],
      isCounted,
    });
  };
  for (const { name, path } of operationLayers(roots)) named("operations", name, path, true);
  for (const key of ["operations", "tags"] as const)
    for (const [name, node] of entriesAt(top, "names", key)) named(key, name, node.path, false);
  return found;
}

function isSelectorKey(key: string): key is SelectorKey {
  return (selectorKeys as readonly string[]).includes(key);
}

/** What a value in the place of this one would pick. */
export function pickedBy(
  document: ApiDocument,
  { key, isKey }: SelectorValue,
  value: string,
): readonly SpecOperation[] {
  // A key names one operation; it is no glob.
  return document.operations.filter((one) =>
    isKey && key === "operations"
      ? one.operationId === value || one.key === value
      : isPickedBy(document, one, key, value),
  );
}

/** The names of an operation that values of this key are compared with, the best first. */
export function selectorNames(operation: SpecOperation, key: SelectorKey): readonly string[] {
  const { operationId, key: own, path, tags } = operation;
  if (key === "operations") return [...new Set(operationId === undefined ? [own] : [operationId, own])];
  return key === "tags" ? tags : key === "paths" ? [path] : responseNames(operation);
}
