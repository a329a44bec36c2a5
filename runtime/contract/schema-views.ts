import { isNode, member, pointerTo, refTarget, valueAt } from "./document.ts";

/** One way to satisfy a schema: pointers of schemas without alternatives that hold together. */
export type View = readonly string[];

const limit = 64;

/** The alternatives of a schema: `anyOf` and `oneOf` opened, `allOf` and `$ref` followed. At most 64. */
export function viewsOf(root: unknown, pointer: string): View[] {
  return open(root, pointer, []);
}

function open(root: unknown, pointer: string, path: readonly string[]): View[] {
  if (path.includes(pointer) || path.length > 50) return [[]];
  const schema = valueAt(root, pointer);
  if (!isNode(schema)) return [[]];
  const inner = [...path, pointer];
  let views: View[] = [[pointer]];
  const ref = member(schema, "$ref");
  if (typeof ref === "string") views = cross(views, open(root, refTarget(ref), inner));
  for (const [index] of listOf(schema, "allOf").entries()) {
    views = cross(views, open(root, pointerTo(pointer, "allOf", index), inner));
  }
  for (const keyword of ["anyOf", "oneOf"]) {
    const list = listOf(schema, keyword);
    if (list.length === 0) continue;
    const options = list.flatMap((_, index) => open(root, pointerTo(pointer, keyword, index), inner));
    views = cross(views, options);
  }
  return views;
}

function cross(left: readonly View[], right: readonly View[]): View[] {
  return left.flatMap((a) => right.map((b) => [...a, ...b])).slice(0, limit);
}

function listOf(schema: unknown, keyword: string): readonly unknown[] {
  const value = member(schema, keyword);
  return Array.isArray(value) ? value : [];
}

/** The JSON types a view allows; a view that names none allows what its other keywords suggest, else every scalar. */
export function typesOf(root: unknown, view: View): string[] {
  const schemas = view.map((pointer) => valueAt(root, pointer));
  const lists = schemas.map((schema) => member(schema, "type")).filter((type) => type !== undefined);
  if (lists.length > 0) {
    const [first = [], ...rest] = lists.map((type) => (Array.isArray(type) ? type.map(String) : [String(type)]));
    return first.filter((name) => rest.every((list) => list.includes(name)));
  }
  if (schemas.some((schema) => member(schema, "properties") || member(schema, "additionalProperties"))) {
    return ["object"];
  }
  if (schemas.some((schema) => member(schema, "items"))) return ["array"];
  return ["string", "number", "boolean"];
}

/** Whether a schema can be an array, an object, or a scalar. */
export function kindsOf(root: unknown, pointer: string): ReadonlySet<"array" | "object" | "scalar"> {
  const names = viewsOf(root, pointer).flatMap((view) => typesOf(root, view));
  return new Set(names.map((name) => (name === "array" || name === "object" ? name : "scalar")));
}

/** Pointer of the schema of a property in a view, by name, then pattern, then as an additional one. */
export function propertyOf(root: unknown, view: View, name: string): string | undefined {
  for (const pointer of view) {
    const inner = pointerTo(pointer, "properties", name);
    if (valueAt(root, inner) !== undefined) return inner;
  }
  for (const pointer of view) {
    const inner = pointerTo(pointer, "additionalProperties");
    if (isNode(valueAt(root, inner))) return inner;
  }
  return undefined;
}

/** Names of the declared properties of a schema, over all its alternatives. */
export function propertyNames(root: unknown, pointer: string): string[] {
  const owners = viewsOf(root, pointer).flat();
  const names = owners.flatMap((owner) => Object.keys((member(valueAt(root, owner), "properties") as object) ?? {}));
  return [...new Set(names)];
}

/** Whether a schema describes properties beside the ones it names. */
export function isOpenObject(root: unknown, pointer: string): boolean {
  const schemas = viewsOf(root, pointer)
    .flat()
    .map((owner) => valueAt(root, owner));
  return schemas.some((schema) => (member(schema, "additionalProperties") ?? false) !== false);
}

/** Pointer of the schema of an array's items in a view. */
export function itemsOf(root: unknown, view: View): string | undefined {
  return view.map((pointer) => pointerTo(pointer, "items")).find((inner) => valueAt(root, inner) !== undefined);
}
