import type { SourceDocument } from "./source-document.ts";

/** Where a value of an overlaid document was written. */
export interface Origin {
  readonly source: SourceDocument;
  readonly tokens: readonly string[];
}

interface Node {
  /** Absent: as the parent says. */
  origin?: Origin;
  /** What stands here was put here by an action. */
  placed: boolean;
  /** An action changed what stands directly in here. */
  changed: boolean;
  children: Map<string, Node>;
}

/** Keeps the places of the values of a document while actions insert, replace, remove and copy parts of it. */
export class OverlayOrigins {
  readonly #root: Node;

  constructor(source: SourceDocument) {
    this.#root = { origin: { source, tokens: [] }, placed: false, changed: false, children: new Map() };
  }

  /** The written place of the value at these tokens. */
  find(tokens: readonly string[]): Origin {
    return this.#walk(tokens).origin;
  }

  /** Whether the value at these tokens comes from an overlay, or was changed by one. */
  isChanged(tokens: readonly string[]): boolean {
    const { node, placed, steps } = this.#walk(tokens);
    return placed || (steps === tokens.length && node.changed);
  }

  /** A value from elsewhere now stands at these tokens. */
  put(tokens: readonly string[], origin: Origin): void {
    const parent = this.#reach(tokens.slice(0, -1));
    parent.changed = true;
    const key = tokens.at(-1);
    if (key === undefined) return;
    parent.children.set(key, { origin, placed: true, changed: true, children: new Map() });
  }

  /** Items from elsewhere now stand at the end of the list at these tokens, from index `start` on. */
  append(tokens: readonly string[], start: number, items: readonly Origin[]): void {
    const list = this.#reach(tokens);
    list.changed = true;
    for (const [index, origin] of items.entries()) {
      list.children.set(String(start + index), { origin, placed: true, changed: true, children: new Map() });
    }
  }

  /** Members of the object, or items of the list, at these tokens are gone; the items behind them moved up. */
  drop(tokens: readonly string[], keys: ReadonlySet<string>, length: number | undefined): void {
    const before = this.find(tokens);
    const node = this.#reach(tokens);
    node.changed = true;
    if (length === undefined) {
      for (const key of keys) node.children.delete(key);
      return;
    }
    const moved = new Map<string, Node>();
    for (let index = 0; index < length; index++) {
      const key = String(index);
      if (keys.has(key)) continue;
      const child: Node = node.children.get(key) ?? { placed: false, changed: false, children: new Map() };
      child.origin ??= { source: before.source, tokens: [...before.tokens, key] };
      moved.set(String(moved.size), child);
    }
    node.children = moved;
  }

  #walk(tokens: readonly string[]): { node: Node; origin: Origin; placed: boolean; steps: number } {
    let node = this.#root;
    let origin = this.#root.origin as Origin;
    let placed = false;
    let steps = 0;
    let since = 0;
    for (const token of tokens) {
      const next = node.children.get(token);
      if (!next) break;
      node = next;
      steps++;
      if (next.origin) {
        origin = next.origin;
        since = steps;
        placed = next.placed;
      }
    }
    return {
      node,
      origin: { source: origin.source, tokens: [...origin.tokens, ...tokens.slice(since)] },
      placed,
      steps,
    };
  }

  #reach(tokens: readonly string[]): Node {
    let node = this.#root;
    for (const token of tokens) {
      let next = node.children.get(token);
      if (!next) {
        next = { placed: false, changed: false, children: new Map() };
        node.children.set(token, next);
      }
      node = next;
    }
    return node;
  }
}
