/** Schemas reduced to the ways that lead to coerced values: what a client needs to find them in an answer. */
import type { CoerceNode, CoerceShape, CoerceShapes, Conversion } from "@couplet/runtime/codegen/v1";
import type { ApiDocument, Schema } from "../model.ts";
import { eachSubschema, refName, refsOf } from "./schema-walk.ts";
import { tagOf } from "./union-tags.ts";

export class CoerceShaper {
  readonly #document: ApiDocument;
  /** Named schemas from which a coerced value can be reached. */
  readonly #leading: ReadonlySet<string>;
  readonly #forms = new Set<Conversion["from"]>();
  readonly #shapes = new Map<string, readonly CoerceNode[]>();

  /** The document is a marked one. */
  constructor(document: ApiDocument) {
    this.#document = document;
    this.#leading = leadingNames(document.schemas);
  }

  /** Nothing is coerced. */
  get isIdle(): boolean {
    return this.#leading.size === 0;
  }

  /** What the coerced values of answers are on the wire. */
  get forms(): readonly Conversion["from"][] {
    return [...this.#forms].sort();
  }

  /** What a client must know of a value of this schema; empty where nothing in it is coerced. */
  nodesOf(schema: Schema): readonly CoerceNode[] {
    const { coerced } = schema;
    if (coerced !== undefined) {
      this.#forms.add(coerced.from);
      const { nullable: _, ...conversion } = coerced;
      return [{ is: conversion }];
    }
    const nodes: CoerceNode[] = [];
    const name = schema.$ref === undefined ? undefined : refName(schema.$ref);
    if (name !== undefined && this.#leading.has(name)) {
      this.#claim(name);
      nodes.push(name);
    }
    const own = this.#own(schema);
    if (own !== undefined) nodes.push(own);
    for (const part of schema.allOf ?? []) nodes.push(...this.nodesOf(part));
    for (const union of [schema.anyOf, schema.oneOf]) if (union) nodes.push(...this.#unionOf(schema, union));
    return distinct(nodes);
  }

  /** The shapes of all names that were mentioned. */
  shapes(): CoerceShapes {
    return Object.fromEntries([...this.#shapes].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #claim(name: string): void {
    if (this.#shapes.has(name)) return;
    this.#shapes.set(name, []);
    this.#shapes.set(name, this.nodesOf(this.#document.schemas.get(name)!));
  }

  #own(schema: Schema): CoerceShape | undefined {
    const members = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, this.nodesOf(one)] as const);
    const tuple = (schema.prefixItems ?? []).map((one, index) => [String(index), this.nodesOf(one)] as const);
    const properties = Object.fromEntries([...members, ...tuple].filter(([, nodes]) => nodes.length > 0));
    const items = schema.items === undefined ? [] : this.nodesOf(schema.items);
    const { additionalProperties: extra } = schema;
    const open = [...(typeof extra === "object" ? [extra] : []), ...Object.values(schema.patternProperties ?? {})];
    const values = distinct(open.flatMap((one) => this.nodesOf(one)));
    const shape: CoerceShape = {
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(items.length > 0 && { items }),
      ...(values.length > 0 && { values }),
      ...(values.length > 0 && members.length > 0 && { except: members.map(([name]) => name) }),
    };
    return Object.keys(shape).length === 0 ? undefined : shape;
  }

  #unionOf(schema: Schema, union: readonly Schema[]): CoerceNode[] {
    const nodes = union.map((member) => this.nodesOf(member));
    if (nodes.every((own) => own.length === 0)) return [];
    const tag = union.length < 2 ? undefined : tagOf(this.#document, schema, union);
    return nodes.flatMap((own, index): readonly CoerceNode[] => {
      const values = tag?.values[index] ?? [];
      return own.length === 0 || tag === undefined || values.length === 0
        ? own
        : [{ when: { [tag.name]: values }, same: own }];
    });
  }
}

function distinct(nodes: readonly CoerceNode[]): readonly CoerceNode[] {
  if (nodes.length < 2) return nodes;
  return [...new Map(nodes.map((node) => [JSON.stringify(node), node])).values()];
}

function leadingNames(schemas: ReadonlyMap<string, Schema>): Set<string> {
  const users = new Map<string, string[]>();
  const queue: string[] = [];
  for (const [name, schema] of schemas) {
    if (hasCoerced(schema)) queue.push(name);
    for (const target of refsOf(schema)) {
      const list = users.get(target);
      if (list) list.push(name);
      else users.set(target, [name]);
    }
  }
  const leading = new Set<string>();
  if (queue.length === 0) return leading;
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (leading.has(name)) continue;
    leading.add(name);
    queue.push(...(users.get(name) ?? []));
  }
  return leading;
}

function hasCoerced(schema: Schema): boolean {
  let found = schema.coerced !== undefined;
  eachSubschema(schema, (sub) => {
    found ||= hasCoerced(sub);
  });
  return found;
}
