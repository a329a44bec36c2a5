import type { ParameterStyle } from "./descriptor.ts";
import {
  encode,
  isCompound,
  isExploded,
  members,
  ParameterError,
  type ParameterWriter,
  parts,
  type Style,
  toJsonText,
  toText,
} from "./parameters.ts";

/** A name and a value. */
export type Pair = readonly [name: string, value: string];

const maxDepth = 32;

/** The pairs of a value that is named by brackets: `name[a][0]=…`. */
export function bracketPairs(name: string, value: unknown, into: Pair[] = [], depth: number = 0): Pair[] {
  if (depth > maxDepth) throw new ParameterError(`is nested deeper than ${maxDepth} levels (is it cyclic?)`);
  if (isCompound(value)) {
    const inner = Array.isArray(value) ? parts(value).entries() : members(value);
    for (const [key, member] of inner) bracketPairs(`${name}[${key}]`, member, into, depth + 1);
  } else if (value !== undefined) {
    into.push([name, toText(value)]);
  }
  return into;
}

/** What stands between the parts of a value that does not explode; a comma where nothing is said. */
export type Separators = ReadonlyMap<ParameterStyle, string>;

const encodedSeparators: Separators = new Map([
  ["spaceDelimited", "%20"],
  ["pipeDelimited", "%7C"],
]);

/** `name=value` texts, encoded, of a query parameter; joined by `&`. `allowReserved` is the concern of `reservedQueryText`. */
export const queryText: ParameterWriter = (name, value, style) => writeQuery(name, value, style, encode);

/** The same with values encoded by `write`. */
export function writeQuery(name: string, value: unknown, style: Style, write: (text: string) => string): string {
  return stylePairs(name, value, style, write, encodedSeparators).map(pairText).join("&");
}

/** The name is encoded, the value is so already. */
export function pairText([name, value]: Pair): string {
  return `${encode(name)}=${value}`;
}

/** The pairs of a value in a style with names; `write` encodes each value, or each part of one. */
export function stylePairs(
  name: string,
  value: unknown,
  style: Style,
  write: (text: string) => string,
  separators: Separators,
): Pair[] {
  if (value === undefined) return [];
  if (style.style === "json") return [[name, write(toJsonText(value))]];
  if (!isCompound(value)) return [[name, write(toText(value))]];
  if (style.style === "deepObject") return bracketPairs(name, value).map(([k, v]) => [k, write(v)]);
  const flat = parts(value);
  if (flat.length === 0) return [];
  if (!isExploded(style))
    return [[name, flat.map((part) => write(toText(part))).join(separators.get(style.style!) ?? ",")]];
  const named = Array.isArray(value) ? flat.map((part) => [name, part] as const) : members(value);
  return named.map(([key, part]) => [key, write(toText(part))]);
}
