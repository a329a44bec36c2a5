/** Which operations a selector of the policy means. */
import type { ApiDocument, SpecOperation } from "../model.ts";
import type { PolicyPath, PolicyValue } from "../policy-model.ts";
import { entriesAt, itemsOf, type Node } from "./layers.ts";
import { arrayProperties, expand, successSchemas } from "./schema-pointer.ts";

const globs = new Map<string, RegExp>();

/** `*` stays inside a path segment, `**` does not; in names, both take anything. */
export function toGlob(text: string, path: boolean): RegExp {
  const key = `${path ? "/" : ""}${text}`;
  const known = globs.get(key);
  if (known) return known;
  const source = text
    .replace(/\*{2,}/g, "**")
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "*" && path ? "[^/]*" : part.startsWith("*") ? ".*" : part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"),
    )
    .join("");
  const glob = new RegExp(`^${source}$`, "s");
  if (globs.size > 5000) globs.clear();
  globs.set(key, glob);
  return glob;
}

const maxStars = 8;

/** Too many stars make a glob slow and unreadable. */
export function globProblem(text: string): string | undefined {
  if (text.length > 200) return "the selector is longer than 200 characters";
  return (text.match(/\*+/g)?.length ?? 0) > maxStars ? `the selector has more than ${maxStars} stars` : undefined;
}

const namesOf = (operation: SpecOperation): string[] =>
  operation.operationId === undefined ? [operation.key] : [operation.operationId, operation.key];

/** Names of the schemas that a success answer refers to directly. */
function responseNames(operation: SpecOperation): string[] {
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
  if (key === "operations") return namesOf(operation).some((name) => toGlob(value, false).test(name));
  if (key === "tags") return operation.tags.some((tag) => toGlob(value, false).test(tag));
  if (key === "methods") return operation.method.toUpperCase() === value;
  if (key === "paths") return toGlob(value, true).test(operation.path);
  if (key !== "responseSchema") return false;
  if (value === "array") return answersWithArray(document, operation);
  return responseNames(operation).some((name) => toGlob(value, false).test(name));
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
