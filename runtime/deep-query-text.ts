import { encode, isCompound, members, ParameterError, type ParameterWriter, parts, plainText } from "./parameters.ts";

/** A name and a value. */
export type Pair = readonly [name: string, value: string];

/** `name=value` texts, encoded, in style `deepObject`; where there are others in the query, `queryText`. */
export const deepQueryText: ParameterWriter = (name, value) =>
  bracketPairs(name, value)
    .map(([key, text]) => pairText([key, encode(text)]))
    .join("&");

/** The name is encoded, the value is so already. */
export function pairText([name, value]: Pair): string {
  return `${encode(name)}=${value}`;
}

const maxDepth = 32;

/** The pairs of a value that is named by brackets: `name[a][0]=…`. */
export function bracketPairs(name: string, value: unknown, into: Pair[] = [], depth: number = 0): Pair[] {
  if (depth > maxDepth) throw new ParameterError(`is nested deeper than ${maxDepth} levels (is it cyclic?)`);
  if (isCompound(value)) {
    const inner = Array.isArray(value) ? parts(value).entries() : members(value);
    for (const [key, member] of inner) bracketPairs(`${name}[${key}]`, member, into, depth + 1);
  } else if (value !== undefined) {
    into.push([name, plainText(value)]);
  }
  return into;
}
