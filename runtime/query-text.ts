import { bracketPairs, type Pair, pairText } from "./deep-query-text.ts";
import type { ParameterStyle } from "./descriptor.ts";
import {
  encode,
  isCompound,
  isExploded,
  members,
  type ParameterWriter,
  parts,
  type Style,
  toJsonText,
  toText,
} from "./parameters.ts";

/** What stands between the parts of a value that does not explode; a comma where nothing is said. */
export type Separators = ReadonlyMap<ParameterStyle, string>;

const encodedSeparators: Separators = new Map([
  ["spaceDelimited", "%20"],
  ["pipeDelimited", "%7C"],
]);

/** `name=value` texts, encoded, of a query parameter; joined by `&`; in any style, but `allowReserved` is the concern of `reservedQueryText`. */
export const queryText: ParameterWriter = (name, value, style) => writeQuery(name, value, style, encode);

/** The same with values encoded by `write`. */
export function writeQuery(name: string, value: unknown, style: Style, write: (text: string) => string): string {
  return stylePairs(name, value, style, write, encodedSeparators).map(pairText).join("&");
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
