/** Which operations are generated, and the names that the policy fixes. */
import type { PolicyPlan, SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { isInBase, type PolicyPath } from "../policy-model.ts";
import { at, type Branch, entriesAt, type Node, textAt } from "./layers.ts";
import { type Planning, unknownName } from "./planning.ts";
import { type Criterion, criteriaOf, globProblem, matchesAny, toSelectorName } from "./selectors.ts";

/** Operations by every name that a policy may call them. */
export function operationIndex(operations: readonly SpecOperation[]): Map<string, SpecOperation[]> {
  const index = new Map<string, SpecOperation[]>();
  for (const operation of operations)
    for (const name of new Set([operation.operationId, operation.key]))
      if (name !== undefined) index.set(name, [...(index.get(name) ?? []), operation]);
  return index;
}

/**
 * An operation named by its id. In no version: P201. Only in others: nothing when `elsewhere` is fine, else P503.
 */
export function findOperations(
  planning: Planning,
  index: ReadonlyMap<string, readonly SpecOperation[]>,
  name: string,
  place: { readonly path: readonly (string | number)[] },
  of: "key" | "value" = "key",
): readonly SpecOperation[] {
  const found = index.get(name);
  if (found) return found;
  const elsewhere = [...planning.documents]
    .filter(([, document]) => document.operations.some((one) => one.operationId === name || one.key === name))
    .map(([version]) => version);
  const spot = { ...place, spot: { of } };
  if (elsewhere.length > 0)
    planning.findings.warn(spot, {
      code: "P503",
      message: `\`${name}\` is not in ${planning.version}; it is in ${elsewhere.join(", ")}`,
      fix: "if that is meant, put the entry into the `policy` of its version",
    });
  else
    planning.findings.add(spot, {
      code: "P201",
      message: `there is no operation \`${name}\` in ${[...planning.documents.keys()].join(", ") || planning.version}`,
      fix: () => {
        const near = nearest(name, index.keys());
        return near ? `did you mean \`${near}\`?` : "write the operationId, or `METHOD /path`";
      },
    });
  return [];
}

/** P204: one operationId for several operations of the document. */
export function reportSeveral(
  planning: Planning,
  path: PolicyPath,
  name: string,
  found: readonly SpecOperation[],
): void {
  if (found.length < 2) return;
  planning.findings.add(
    { path, spot: { of: "key" } },
    {
      code: "P204",
      message: `the document has several operations \`${name}\``,
      fix: `name them by method and path: ${found.map((one) => `\`${one.key}\``).join(", ")}`,
    },
  );
}

/** P202 for each value of a selector that means no operation at all; says whether there is one. */
export function checkCriteria(
  planning: Planning,
  criteria: readonly (readonly Criterion[])[],
  versioned: boolean,
): boolean {
  let unknown = false;
  const documents = versioned ? [planning.document] : [planning.document, ...planning.documents.values()];
  for (const criterion of criteria.flat()) {
    const { key, value, path } = criterion;
    const problem = typeof value === "string" ? globProblem(value) : undefined;
    if (problem) planning.findings.add({ path }, { code: "P202", message: problem, fix: "write a shorter selector" });
    unknown ||= problem !== undefined;
    // A base is written for many documents.
    if (problem || key === "methods" || key === "deprecated" || isInBase(path)) continue;
    if (documents.some((document) => document.operations.some((operation) => criterion.matches(operation)))) continue;
    const { operations } = planning.document;
    const known =
      key === "tags"
        ? operations.flatMap((operation) => operation.tags)
        : key === "operations"
          ? operations.map((operation) => operation.operationId ?? operation.key)
          : key === "paths"
            ? operations.map((operation) => operation.path)
            : planning.document.schemas.keys();
    unknown = true;
    planning.findings.add(
      { path },
      {
        code: "P202",
        message: `\`${value}\` matches no ${key === "responseSchema" ? "response schema" : key.replace(/s$/, "")}`,
        fix: () => {
          const near = nearest(String(value), new Set(known));
          return near ? `did you mean \`${near}\`?` : "correct it, or take it out";
        },
      },
    );
  }
  return unknown;
}

/** The operations to generate: of `include`, if there is one, those that `exclude` does not name. */
export function selectOperations(planning: Planning, top: Branch, selectors: Map<string, number>): SpecOperation[] {
  const choose = (key: "include" | "exclude"): ((operation: SpecOperation) => boolean) | undefined => {
    const node = at(top, key);
    if (node?.kind !== "branch") return undefined;
    const criteria = criteriaOf(planning.document, node);
    checkCriteria(planning, criteria, node.path[0] === "versions");
    const chosen = new Set(planning.document.operations.filter((operation) => matchesAny(criteria, operation)));
    selectors.set(toSelectorName(node.path), chosen.size);
    return (operation) => chosen.has(operation);
  };
  const included = choose("include");
  const excluded = choose("exclude");
  const kept = planning.document.operations.filter((one) => (included?.(one) ?? true) && !excluded?.(one));
  const node = at(top, "include") ?? at(top, "exclude");
  if (kept.length === 0 && node && planning.document.operations.length > 0)
    planning.findings.add(
      { path: node.path, spot: { of: "key" } },
      { code: "P202", message: "no operation is left to generate", fix: "include more, or exclude less" },
    );
  return kept;
}

export function planNames(
  planning: Planning,
  top: Branch,
  index: ReadonlyMap<string, readonly SpecOperation[]>,
): PolicyPlan["names"] {
  const operations = new Map<string, string>();
  const taken = new Map<string, Node>();
  for (const [name, node] of entriesAt(top, "names", "operations")) {
    const wanted = textAt(node);
    if (wanted === undefined) continue;
    const found = findOperations(planning, index, name, node);
    const earlier = taken.get(wanted);
    if (earlier && found.length > 0)
      planning.findings.addClash(earlier.path, node.path, {
        code: "P301",
        message: `two operations are called \`${wanted}\``,
        fix: "give one of them another name",
      });
    reportSeveral(planning, node.path, name, found);
    taken.set(wanted, node);
    for (const operation of found.slice(0, 1)) operations.set(operation.key, wanted);
  }
  const mapped = (key: "schemas" | "tags", what: string, known: readonly string[]): Map<string, string> => {
    const names = new Map<string, string>();
    const everywhere = new Set(known);
    for (const document of planning.documents.values())
      for (const name of key === "schemas" ? document.schemas.keys() : document.operations.flatMap((one) => one.tags))
        everywhere.add(name);
    for (const [name, node] of entriesAt(top, "names", key)) {
      if (!everywhere.has(name)) unknownName(planning, node, what, name, everywhere, undefined, "key");
      else if (textAt(node) !== undefined) names.set(name, textAt(node)!);
    }
    return names;
  };
  return {
    operations,
    schemas: mapped("schemas", "schema", [...planning.document.schemas.keys()]),
    tags: mapped(
      "tags",
      "tag",
      planning.document.operations.flatMap((operation) => operation.tags),
    ),
  };
}
