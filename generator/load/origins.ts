import type { Location } from "../errors.ts";
import { type Path, tokensOf, toPointer } from "./json-tree.ts";
import type { SourceDocument } from "./source-document.ts";

/** Where the parts of a bundled document come from. */
export interface Origins {
  /** What stands at `to` in the bundle was written at `tokens` of `source`. */
  add(to: Path | undefined, source: SourceDocument, tokens: readonly string[]): void;
  /** The written place of a path of the bundle, or of its nearest ancestor. */
  place(tokens: readonly string[]): Location;
  /** A scalar of the bundle as it is written. */
  written(tokens: readonly string[]): string | undefined;
  /** Whether an overlay put the value at this path of the bundle there, or changed it. */
  isOverlaid(tokens: readonly string[]): boolean;
}

export function createOrigins(root: SourceDocument): Origins {
  const moved = new Map<string, { source: SourceDocument; tokens: readonly string[] }>();
  const find = (tokens: readonly string[]): { source: SourceDocument; tokens: readonly string[] } => {
    for (let length = moved.size === 0 ? 0 : tokens.length; length > 0; length--) {
      const origin = moved.get(toPointer(tokens.slice(0, length)));
      if (origin) return { source: origin.source, tokens: [...origin.tokens, ...tokens.slice(length)] };
    }
    return { source: root, tokens };
  };
  return {
    add: (to, source, tokens) => moved.set(toPointer(tokensOf(to)), { source, tokens }),
    place(tokens) {
      const found = find(tokens);
      return found.source.place(found.tokens);
    },
    written(tokens) {
      const found = find(tokens);
      return found.source.written(found.tokens);
    },
    isOverlaid(tokens) {
      const found = find(tokens);
      return found.source.isOverlaid?.(found.tokens) === true;
    },
  };
}
