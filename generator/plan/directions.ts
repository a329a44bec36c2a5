/**
 * Requests and responses see a schema differently: readOnly properties are not sent, writeOnly ones are not
 * received, and enumerations are open in responses only. Which schemas are reached in which direction, and for
 * which of them the two views differ.
 */
import type { Schema } from "../model.ts";
import { eachSubschema, mapSubschemas, refName, refsOf, toRef } from "./schema-walk.ts";

export type Direction = "request" | "response";

export interface Directions {
  readonly reached: Readonly<Record<Direction, ReadonlySet<string>>>;
  /** Schemas whose request view differs from their response view, themselves or through what they refer to. */
  readonly varying: ReadonlySet<string>;
}

/** A string enumeration to which a provider may add values. One value is a constant, often a discriminator. */
function isOpenable(schema: Schema): boolean {
  return (schema.enum?.filter((value) => typeof value === "string").length ?? 0) > 1;
}

function variesLocally(schema: Schema): boolean {
  if (schema.readOnly || schema.writeOnly || schema.coerced || schema.format === "binary" || isOpenable(schema))
    return true;
  let varies = false;
  eachSubschema(schema, (sub) => {
    varies ||= variesLocally(sub);
  });
  return varies;
}

export function planDirections(
  schemas: ReadonlyMap<string, Schema>,
  roots: Readonly<Record<Direction, readonly Schema[]>>,
): Directions {
  const refs = new Map<string, ReadonlySet<string>>();
  const refsOfNamed = (name: string): ReadonlySet<string> => {
    let known = refs.get(name);
    if (known === undefined) {
      const schema = schemas.get(name);
      known = schema === undefined ? new Set() : refsOf(schema);
      refs.set(name, known);
    }
    return known;
  };
  const reach = (from: readonly Schema[]): Set<string> => {
    const reached = new Set<string>();
    const queue = from.flatMap((schema) => [...refsOf(schema)]);
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (reached.has(name) || !schemas.has(name)) continue;
      reached.add(name);
      queue.push(...refsOfNamed(name));
    }
    return reached;
  };
  const reached = { request: reach(roots.request), response: reach(roots.response) };

  const users = new Map<string, string[]>();
  const varying = new Set<string>();
  const queue: string[] = [];
  for (const name of new Set([...reached.request, ...reached.response])) {
    for (const target of refsOfNamed(name)) {
      const list = users.get(target);
      if (list) list.push(name);
      else users.set(target, [name]);
    }
    if (variesLocally(schemas.get(name)!)) queue.push(name);
  }
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (varying.has(name)) continue;
    varying.add(name);
    queue.push(...(users.get(name) ?? []));
  }
  return { reached, varying };
}

/**
 * The view of one direction. `typeName` gives the TypeScript name of a referred schema in that direction, or
 * undefined for one that does not exist.
 */
export function projectSchema(
  schema: Schema,
  direction: Direction,
  schemas: ReadonlyMap<string, Schema>,
  typeName: (schema: string) => string | undefined,
): Schema {
  const hidden = direction === "request" ? "readOnly" : "writeOnly";
  const isHidden = (property: Schema): boolean =>
    property[hidden] === true ||
    (property.$ref !== undefined && schemas.get(refName(property.$ref))?.[hidden] === true);
  const project = (sub: Schema): Schema => {
    const { readOnly: _, writeOnly: __, coerced, ...rest } = mapSubschemas(dropHidden(sub), project);
    let view: Schema = coerced !== undefined && direction === "response" ? { ...rest, coerced } : rest;
    if (sub.$ref !== undefined) {
      const name = typeName(refName(sub.$ref));
      const { $ref: ___, ...siblings } = view;
      view = name === undefined ? siblings : { ...siblings, $ref: toRef(name) };
    }
    const mapping = sub.discriminator?.mapping;
    if (mapping)
      view = { ...view, discriminator: { ...sub.discriminator!, mapping: projectMapping(mapping, typeName) } };
    return view;
  };
  function dropHidden(sub: Schema): Schema {
    if (!sub.properties) return sub;
    const gone = new Set(Object.keys(sub.properties).filter((key) => isHidden(sub.properties![key]!)));
    if (gone.size === 0) return sub;
    const required = sub.required?.filter((key) => !gone.has(key));
    return {
      ...sub,
      properties: Object.fromEntries(Object.entries(sub.properties).filter(([key]) => !gone.has(key))),
      ...(required === undefined ? {} : { required }),
    };
  }
  return project(schema);
}

function projectMapping(
  mapping: Readonly<Record<string, string>>,
  typeName: (schema: string) => string | undefined,
): Record<string, string> {
  const entries = Object.entries(mapping).flatMap(([value, target]) => {
    const name = typeName(target.startsWith("#/") ? refName(target) : target);
    return name === undefined ? [] : [[value, toRef(name)] as const];
  });
  return Object.fromEntries(entries);
}
