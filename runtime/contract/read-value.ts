import type { SchemaSet } from "./schema-set.ts";
import { itemsOf, propertyOf, typesOf, type View, viewsOf } from "./schema-views.ts";
import { Parsed, type WireValue } from "./wire-tree.ts";

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The JSON value that a wire value means under a schema: text becomes a number, boolean or null where the schema has
 * those types, indexed structures become lists where it has an array. Of several readings the first valid one is
 * taken; without a valid one the first, so that the validator can say what is wrong with it.
 */
export function readValue(schemas: SchemaSet, wire: WireValue, pointer: string | undefined, depth = 0): unknown {
  if (depth > 100) throw new Error("a value of the request is nested more than 100 levels deep");
  if (wire instanceof Parsed) return wire.value;
  if (pointer === undefined) return plainValue(wire);
  const readings = viewsOf(schemas.root, pointer).flatMap((view) => readUnder(schemas, wire, view, depth));
  if (readings.length === 0) return plainValue(wire);
  return readings.find((value) => schemas.accepts(pointer, "request", value)) ?? readings[0];
}

function readUnder(schemas: SchemaSet, wire: WireValue, view: View, depth: number): unknown[] {
  const types = typesOf(schemas.root, view);
  if (typeof wire === "string") {
    const scalars = types.flatMap((type) => readText(wire, type));
    const list = types.includes("array") ? [readList(schemas, [wire], view, depth)] : [];
    return [...scalars, ...list, ...(types.includes("object") ? readJsonObject(wire) : [])];
  }
  if (wire instanceof Parsed) return [wire.value];
  if (wire instanceof Map) {
    const readings: unknown[] = [];
    if (types.includes("object")) readings.push(readObject(schemas, wire, view, depth));
    if (types.includes("array") && isList(wire)) readings.push(readList(schemas, inOrder(wire), view, depth));
    return readings;
  }
  return types.includes("array") ? [readList(schemas, wire as readonly WireValue[], view, depth)] : [];
}

/** At most one reading of a text as a scalar type; numbers and booleans come before the text itself. */
function readText(text: string, type: string): unknown[] {
  if (type === "integer" || type === "number") return jsonNumber.test(text) ? [Number(text)] : [];
  if (type === "boolean") return text === "true" ? [true] : text === "false" ? [false] : [];
  if (type === "null") return text === "" ? [null] : [];
  return type === "string" ? [text] : [];
}

/** Where a style has no form for an object, it is sent as JSON text. */
function readJsonObject(text: string): unknown[] {
  if (!text.startsWith("{")) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function readList(schemas: SchemaSet, items: readonly WireValue[], view: View, depth: number): unknown[] {
  const pointer = itemsOf(schemas.root, view);
  return items.map((item) => readValue(schemas, item, pointer, depth + 1));
}

function readObject(schemas: SchemaSet, wire: ReadonlyMap<string, WireValue>, view: View, depth: number): unknown {
  return Object.fromEntries(
    [...wire].map(([name, value]) => {
      return [name, readValue(schemas, value, propertyOf(schemas.root, view, name), depth + 1)];
    }),
  );
}

/** A wire value without a schema: texts stay texts, indexed structures become lists. */
function plainValue(wire: WireValue): unknown {
  if (typeof wire === "string") return wire;
  if (wire instanceof Parsed) return wire.value;
  if (!(wire instanceof Map)) return (wire as readonly WireValue[]).map(plainValue);
  if (isList(wire)) return inOrder(wire).map(plainValue);
  return Object.fromEntries([...wire].map(([name, value]: [string, WireValue]) => [name, plainValue(value)]));
}

function isList(wire: ReadonlyMap<string, WireValue>): boolean {
  return wire.size > 0 && [...wire.keys()].every((key) => /^\d+$/.test(key));
}

function inOrder(wire: ReadonlyMap<string, WireValue>): WireValue[] {
  return [...wire].sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}
