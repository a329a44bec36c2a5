import { isBlobValue } from "./case.ts";

/**
 * Whether two values are the same once written as texts with names: a number equals its digits, null an empty text,
 * a list of one scalar that scalar, and empty lists and objects are not there at all. Binary values are compared by content.
 */
export function sameOnWire(a: unknown, b: unknown): boolean {
  return JSON.stringify(wireForm(a, 0)) === JSON.stringify(wireForm(b, 0));
}

/** Whether two JSON values are equal; the order of properties does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a, 0)) === JSON.stringify(ordered(b, 0));
}

function wireForm(value: unknown, depth: number): unknown {
  if (depth > 200) throw new Error("a value is nested more than 200 levels deep");
  if (value === undefined) return undefined;
  if (value === null) return "";
  if (isBlobValue(value)) return value.$blob;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => wireForm(item, depth + 1)).filter((item) => item !== undefined);
    // `a=x` may be a list of one or a scalar: where a schema allows both, the wire does not tell them apart.
    if (items.length === 1 && typeof items[0] === "string") return items[0];
    return items.length === 0 ? undefined : items;
  }
  const entries = Object.entries(value).map(([key, item]) => [key, wireForm(item, depth + 1)] as const);
  const present = entries.filter(([, item]) => item !== undefined).sort(byKey);
  return present.length === 0 ? undefined : { entries: present };
}

function ordered(value: unknown, depth: number): unknown {
  if (depth > 200) throw new Error("a value is nested more than 200 levels deep");
  if (Array.isArray(value)) return value.map((item) => ordered(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return { entries: entries.map(([key, item]) => [key, ordered(item, depth + 1)] as const).sort(byKey) };
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
