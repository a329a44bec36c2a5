/** For each operation the layers that speak of it, laid over one another. */
import type { SpecOperation } from "../model.ts";
import { isInBase, type PolicyPath } from "../policy-model.ts";
import { toNameList } from "./findings.ts";
import { entriesAt } from "./layers.ts";
import type { Planning } from "./planning.ts";
import { checkCriteria, findOperations, operationIndex, reportSeveral } from "./policy-names.ts";
import {
  baseLayers,
  type Effective,
  operationLayers,
  type PolicyRoot,
  type RuleLayer,
  ruleLayers,
  type StackLayer,
  stack,
} from "./policy-stack.ts";
import { criteriaOf, matchesAll, toSelectorName } from "./selectors.ts";

export interface Resolved {
  /** Operations with the same layers share them. */
  readonly effective: ReadonlyMap<SpecOperation, Effective>;
  /** The rules with the operations that they match. */
  readonly matches: ReadonlyMap<RuleLayer, readonly SpecOperation[]>;
  /** How many operations each selector matches, by its path in the file. */
  readonly selectors: ReadonlyMap<string, number>;
}

/** P204: what is known by its path only is lost when the provider renames a path parameter. */
function warnOfPaths(planning: Planning, path: PolicyPath, operations: readonly SpecOperation[]): void {
  if (isInBase(path)) return;
  const nameless = operations.filter((operation) => operation.operationId === undefined);
  const [first] = nameless;
  if (first === undefined) return;
  const names = toNameList(nameless.map((operation) => operation.key));
  planning.findings.warn(
    { path, spot: { of: "key" } },
    {
      code: "P204",
      message: `${names} ${nameless.length === 1 ? "has" : "have"} no operationId: a renamed path loses this`,
      fix: `give it one in overlay.yaml: { target: "$.paths['${first.path}'].${first.method}", update: { operationId: … } }`,
    },
  );
}

function matchRule(planning: Planning, rule: RuleLayer, operations: readonly SpecOperation[]): SpecOperation[] {
  const criteria = criteriaOf(planning.document, rule.match);
  const unknown = checkCriteria(planning, criteria, rule.versioned);
  const matched = operations.filter((operation) => matchesAll(criteria, operation));
  const keys = entriesAt(rule.match).map(([key]) => key);
  if (keys.includes("paths") && !keys.includes("tags") && !keys.includes("operations"))
    warnOfPaths(planning, [...rule.match!.path, "paths"], matched);
  const elsewhere = (): boolean =>
    [...planning.documents.values()].some(
      (other) =>
        other !== planning.document && other.operations.some((one) => matchesAll(criteriaOf(other, rule.match), one)),
    );
  if (
    matched.length === 0 &&
    !unknown &&
    !criteria.some((values) => values.length === 0) &&
    !isInBase(rule.path) &&
    (rule.versioned || !elsewhere())
  )
    planning.findings.add(
      { path: rule.match?.path ?? rule.path, spot: { of: "key" } },
      {
        code: "P202",
        message: "this rule matches no operation",
        fix: "keys of `match` are joined by and, the values of one key by or; correct them, or take the rule out",
      },
    );
  return matched;
}

const maxRules = 1000;

/** Rules of a list beyond the greatest number are told, and left out. */
function readableRules(planning: Planning, roots: readonly PolicyRoot[]): readonly RuleLayer[] {
  return ruleLayers(roots).filter((rule) => {
    const index = Number(rule.path.at(-1));
    if (index === maxRules)
      planning.findings.add(
        { path: rule.path },
        {
          code: "P003",
          message: `a list of more than ${maxRules} rules is not read further`,
          fix: "let one rule match more operations",
        },
      );
    return index < maxRules;
  });
}

/** `operations` are those that are generated. */
export function resolveLayers(
  planning: Planning,
  roots: readonly PolicyRoot[],
  operations: readonly SpecOperation[],
  history: boolean,
): Resolved {
  const selectors = new Map<string, number>();
  const matches = new Map<RuleLayer, readonly SpecOperation[]>();
  const base = baseLayers(roots);
  const layers = new Map<SpecOperation, { key: string; layers: StackLayer[] }>(
    operations.map((one) => [one, { key: "", layers: [...base] }]),
  );
  const put = (layer: StackLayer & { path: PolicyPath }, found: readonly SpecOperation[]): void => {
    for (const operation of found) {
      const entry = layers.get(operation);
      if (entry === undefined) continue;
      entry.key += `${toSelectorName(layer.path)};`;
      entry.layers.push(layer);
    }
  };
  for (const rule of readableRules(planning, roots)) {
    const matched = matchRule(planning, rule, operations);
    selectors.set(`${toSelectorName(rule.path)}.match`, matched.length);
    matches.set(rule, matched);
    put(rule, matched);
  }
  const index = operationIndex(planning.document.operations);
  for (const layer of operationLayers(roots)) {
    const found = findOperations(planning, index, layer.name, layer);
    reportSeveral(planning, layer.path, layer.name, found);
    warnOfPaths(planning, layer.path, found);
    selectors.set(toSelectorName(layer.path), found.length);
    put(layer, found);
  }
  return { effective: stackGroups(planning, layers, history), matches, selectors };
}

function stackGroups(
  planning: Planning,
  layers: ReadonlyMap<SpecOperation, { readonly key: string; readonly layers: readonly StackLayer[] }>,
  history: boolean,
): Map<SpecOperation, Effective> {
  const groups = new Map<string, { layers: readonly StackLayer[]; operations: SpecOperation[] }>();
  for (const [operation, { key, layers: own }] of layers) {
    const group = groups.get(key) ?? { layers: own, operations: [] };
    group.operations.push(operation);
    groups.set(key, group);
  }
  const effective = new Map<SpecOperation, Effective>();
  for (const group of groups.values()) {
    const merged = stack(group.layers, group.operations, planning.findings, history);
    for (const operation of group.operations) effective.set(operation, merged);
  }
  return effective;
}
