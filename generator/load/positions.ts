/** One member of an object or one item of an array in a source text. */
export interface Entry {
  /** Handle of the value, for `entries` and `source`. */
  readonly node: number;
  /** Offset and length of the key, or of the start of an item. */
  readonly offset: number;
  readonly length: number;
}

/** Positions in one source text, found out piece by piece. */
export interface Positions {
  readonly root: Entry;
  entries(node: number): ReadonlyMap<string, Entry>;
  /** Text of a scalar as it is written. */
  source(node: number): string;
}

/** The entry at a list of tokens, or at its nearest ancestor that exists. */
export function findEntry(positions: Positions, tokens: readonly string[]): { entry: Entry; exact: boolean } {
  let entry = positions.root;
  for (const token of tokens) {
    const next = positions.entries(entry.node).get(token);
    if (!next) return { entry, exact: false };
    entry = next;
  }
  return { entry, exact: true };
}
