/** A schema where it is used: what it is after references and wrappers of one, and what the wrappers say of it. */
import { toToken } from "../json-pointer.ts";
import type { Json, Schema } from "../model.ts";

/** What belongs to the place where a schema is used as much as to the schema. */
export interface Flags {
  nullable?: true;
  readOnly?: true;
  writeOnly?: true;
  deprecated?: true;
  default?: Json;
}

/** A schema and its place: a JSON Pointer of the normalised document, or one below the schema that holds it. */
export interface Part {
  readonly schema: Schema;
  readonly pointer: string;
}

export interface Slot extends Part {
  /** The named schema that it is. */
  readonly name?: string;
  /** Said before the named schema is reached. */
  readonly outer: Flags;
  /** Said by the schema itself. */
  readonly inner: Flags;
}

export type Schemas = ReadonlyMap<string, Schema>;

const prefix = "#/components/schemas/";
const root = "/components/schemas/";

const ANNOTATIONS = new Set(["title", "description", "examples", "unchecked", "deprecated", "readOnly", "writeOnly"]);
ANNOTATIONS.add("default");

/** The pointer of a part, given that of what holds it: named schemas have a place of their own. */
export function join(holder: string, pointer: string): string {
  return pointer.startsWith(root) ? pointer : holder + pointer;
}

/** A part with its pointer in the document. */
export function partOf(holder: Part, part: Part): Part {
  return { schema: part.schema, pointer: join(holder.pointer, part.pointer) };
}

export function pointerOfName(name: string): string {
  return root + toToken(name);
}

/** The named schema to which a reference leads. */
export function nameOf(reference: string | undefined): string | undefined {
  return reference?.startsWith(prefix) ? reference.slice(prefix.length) : undefined;
}

export function isNull(schema: Schema): boolean {
  return schema.type === "null" || (schema.const === null && Object.hasOwn(schema, "const"));
}

export function slotOf(part: Part, schemas: Schemas): Slot {
  let outer = NONE;
  let inner = NONE;
  let name: string | undefined;
  let { schema, pointer } = part;
  let seen: Set<string> | undefined;
  for (;;) {
    const said = flagsOf(schema);
    if (said !== NONE) inner = inner === NONE ? said : { ...said, ...inner };
    const next = soleTarget(schema);
    if (next === undefined) break;
    if (next.name === undefined) {
      schema = next.schema;
      pointer += next.pointer;
      continue;
    }
    const target = schemas.get(next.name);
    if (target === undefined || seen?.has(next.name)) {
      // A reference to itself: any value.
      schema = {};
      break;
    }
    seen ??= new Set();
    seen.add(next.name);
    outer = outer === NONE ? inner : { ...inner, ...outer };
    inner = NONE;
    name = next.name;
    schema = target;
    pointer = pointerOfName(name);
  }
  return { schema, pointer, outer, inner, ...(name === undefined ? {} : { name }) };
}

/** All that is said of the place. */
export function effective(slot: Slot): Flags {
  // A copy: callers take out what is told elsewhere.
  return { ...slot.inner, ...slot.outer };
}

type Target = { readonly name: string } | ({ readonly name?: undefined } & Part);

/** What a reference leads to, or the one schema inside `allOf`, `anyOf` or `oneOf`, when nothing else is said. */
function soleTarget(schema: Schema): Target | undefined {
  let key: string | undefined;
  for (const own in schema) {
    if (ANNOTATIONS.has(own)) continue;
    if (key !== undefined) return undefined;
    key = own;
  }
  if (key === "$ref") {
    const name = nameOf(schema.$ref);
    return name === undefined ? undefined : { name };
  }
  if (key !== "allOf" && key !== "anyOf" && key !== "oneOf") return undefined;
  const members = schema[key] as readonly Schema[];
  let found: Target | undefined;
  for (const [index, member] of members.entries()) {
    if (key !== "allOf" && isNull(member)) continue;
    if (found !== undefined) return undefined;
    found = { schema: member, pointer: `/${key}/${index}` };
  }
  return found;
}

/** Most schemas say none of it. */
const NONE: Flags = Object.freeze({});

function flagsOf(schema: Schema): Flags {
  if (!(schema.readOnly || schema.writeOnly || schema.deprecated || schema.default !== undefined || saysNull(schema))) {
    return NONE;
  }
  const flags: Flags = {};
  if (schema.readOnly) flags.readOnly = true;
  if (schema.writeOnly) flags.writeOnly = true;
  if (schema.deprecated) flags.deprecated = true;
  if (schema.default !== undefined) flags.default = schema.default;
  if (saysNull(schema)) flags.nullable = true;
  return flags;
}

/** Null beside something else. */
function saysNull(schema: Schema): boolean {
  if (Array.isArray(schema.type)) return schema.type.includes("null");
  if (schema.type === undefined && schema.enum !== undefined && schema.enum.length > 1) {
    return schema.enum.includes(null);
  }
  return [schema.anyOf, schema.oneOf].some(
    (members) => members !== undefined && members.length > 1 && members.some(isNull),
  );
}
