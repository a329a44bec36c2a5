/** What an answer holds beside its items: the fields that may tell where the next page is, and where the items are. */
import type { ApiDocument, Schema, SpecOperation } from "../model.ts";
import { expand, successSchemas, typesOf } from "../plan/schema-pointer.ts";
import { plainName } from "./names.ts";

export interface PageField {
  readonly path: readonly string[];
  /** Last name of the path, letters and digits alone. */
  readonly name: string;
  readonly types: ReadonlySet<string>;
  readonly schemas: readonly Schema[];
}

export interface PageAnswer {
  /** JSON Pointer tokens of the one array that holds the items; absent when there is none, or several could be it. */
  readonly items?: readonly string[];
  readonly itemSchemas: readonly Schema[];
  readonly fields: readonly PageField[];
}

const maxDepth = 3;
const maxFields = 400;
// Arrays beside the items: what else an answer lists.
const besides = /^(?:errors?|warnings?|messages|included|links|facets|filters|aggregations|meta|metadata)$/;
const usualItems = /^(?:data|items|results?|entries|records|values|elements|objects|list|rows|content|resources)$/;
const backwards = /^(?:prev|previous|before|first|last|self|current)/;

interface Member {
  readonly path: readonly string[];
  readonly schemas: readonly Schema[];
}

function members(document: ApiDocument, holder: Member): Member[] {
  const byName = new Map<string, Schema[]>();
  for (const schema of holder.schemas)
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      byName.set(name, [...(byName.get(name) ?? []), ...expand(document, property)]);
  return [...byName].map(([name, schemas]) => ({ path: [...holder.path, name], schemas }));
}

/** Reads the success answer of an operation; undefined when it has no JSON body. */
export function readPageAnswer(document: ApiDocument, operation: SpecOperation): PageAnswer | undefined {
  const schemas = successSchemas(operation).flatMap((schema) => expand(document, schema));
  if (schemas.length === 0) return undefined;
  if (typesOf(schemas).has("array")) return { items: [], itemSchemas: elements(document, schemas), fields: [] };
  const fields: PageField[] = [];
  const arrays: Member[] = [];
  let level: Member[] = [{ path: [], schemas }];
  for (let depth = 1; depth <= maxDepth && fields.length < maxFields; depth++) {
    const next: Member[] = [];
    for (const member of level.flatMap((holder) => members(document, holder))) {
      const name = plainName(member.path.at(-1) ?? "");
      const types = typesOf(member.schemas);
      if (types.has("array")) arrays.push(member);
      else if (types.has("object") || member.schemas.some((schema) => schema.properties)) {
        if (!backwards.test(name)) next.push(member);
      } else if (fields.length < maxFields) fields.push({ path: member.path, name, types, schemas: member.schemas });
    }
    level = next;
  }
  const items = chooseItems(arrays);
  return items === undefined
    ? { itemSchemas: [], fields }
    : { items: items.path, itemSchemas: elements(document, items.schemas), fields };
}

function elements(document: ApiDocument, schemas: readonly Schema[]): Schema[] {
  return schemas.flatMap((schema) => (schema.items ? expand(document, schema.items) : []));
}

/** The only array of the highest level that has one; among several, the only one with a usual name. */
function chooseItems(arrays: readonly Member[]): Member | undefined {
  const wanted = arrays.filter(({ path }) => !besides.test(plainName(path.at(-1) ?? "")));
  const depth = Math.min(...wanted.map(({ path }) => path.length));
  const level = wanted.filter(({ path }) => path.length === depth);
  if (level.length === 1) return depth <= 2 ? level[0] : undefined;
  const usual = level.filter(({ path }) => usualItems.test(plainName(path.at(-1) ?? "")));
  return usual.length === 1 && depth === 1 ? usual[0] : undefined;
}
