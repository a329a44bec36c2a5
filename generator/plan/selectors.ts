/** Which operations a selector of the policy means. */
import type { ApiDocument, SpecOperation } from "../model.ts";
import type { PolicyPath, PolicyValue } from "../policy-model.ts";
import { matchesGlob } from "./glob.ts";
import { entriesAt, itemsOf, type Node } from "./layers.ts";
import { arrayProperties, expand, successSchemas } from "./schema-pointer.ts";

/** Too long to be read, and the product of lengths is what a match costs. */
export function globProblem(text: string): string | undefined {
  return text.length > 200 ? "the selector is longer than 200 characters" : undefined;
}

/** Keys of a selector whose values are names of the document. */
export const selectorKeys = ["operations", "tags", "paths", "responseSchema"] as const;
export type SelectorKey = (typeof selectorKeys)[number];

/** Names of the schemas that a success answer refers to directly. */
export function responseNames(operation: SpecOperation): string[] {
  return successSchemas(operation).flatMap((schema) => schema.$ref?.split("/").at(-1) ?? []);
}

/** A collection: an array, or an object around exactly one array, whose path does not end in an id. */
function answersWithArray(document: ApiDocument, operation: SpecOperation): boolean {
  const schemas = successSchemas(operation);
  if (schemas.length === 0) return false;
  const properties = arrayProperties(document, schemas);
  if (properties === undefined) return true;
  const single = /\}(?:\.[a-z]+)?\/?$/.test(operation.path);
  return properties.length === 1 && !single && schemas.flatMap((schema) => expand(document, schema)).length > 0;
}

function matchesOne(document: ApiDocument, operation: SpecOperation, key: string, value: PolicyValue): boolean {
  if (key === "deprecated") return operation.deprecated === value;
  if (typeof value !== "string") return false;
  if (key === "operations") {
    const { key: name, operationId = name } = operation;
    return matchesGlob(value, operationId, false) || (name !== operationId && matchesGlob(value, name, false));
  }
  if (key === "tags") return operation.tags.some((tag) => matchesGlob(value, tag, false));
  if (key === "methods") return operation.method.toUpperCase() === value;
  if (key === "paths") return matchesGlob(value, operation.path, true);
  if (key !== "responseSchema") return false;
  if (value === "array") return answersWithArray(document, operation);
  return responseNames(operation).some((name) => matchesGlob(value, name, false));
}

export function isPickedBy(document: ApiDocument, operation: SpecOperation, key: SelectorKey, value: string): boolean {
  return matchesOne(document, operation, key, value);
}

/** One value of a selector, with its place. */
export interface Criterion {
  readonly key: string;
  readonly value: PolicyValue;
  readonly path: PolicyPath;
  matches(operation: SpecOperation): boolean;
}

/** The criteria of a `match`, `include` or `exclude`, one list for each of its keys. */
export function criteriaOf(document: ApiDocument, selector: Node | undefined): readonly (readonly Criterion[])[] {
  return entriesAt(selector).flatMap(([key, node]) => {
    if (key.startsWith("x-") || node.kind !== "leaf") return [];
    const leaves = Array.isArray(node.value) ? itemsOf(node) : [node];
    return [
      leaves.flatMap((leaf): Criterion[] =>
        leaf.kind !== "leaf" || leaf.value === null
          ? []
          : [{ key, value: leaf.value, path: leaf.path, matches: (one) => matchesOne(document, one, key, leaf.value) }],
      ),
    ];
  });
}

/** Keys are joined by and, the values of a key by or. A selector without keys matches everything. */
export function matchesAll(criteria: readonly (readonly Criterion[])[], operation: SpecOperation): boolean {
  return criteria.every((values) => values.some((value) => value.matches(operation)));
}

/** One value of one key is enough: how `include` and `exclude` read. */
export function matchesAny(criteria: readonly (readonly Criterion[])[], operation: SpecOperation): boolean {
  return criteria.some((values) => values.some((value) => value.matches(operation)));
}

/** Path of a selector as the lock names it: `rules[0].match`. */
export function toSelectorName(path: PolicyPath): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${key}`)).join("");
}
