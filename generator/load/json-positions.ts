import { endOfString } from "./json-source.ts";
import type { Entry, Positions } from "./positions.ts";

/** Positions in a valid JSON text: each object or array is scanned once, when it is first looked into. */
export function jsonPositions(text: string): Positions {
  const known = new Map<number, ReadonlyMap<string, Entry>>();
  const start = skipSpace(text, 0);
  return {
    root: { node: start, offset: start, length: 1 },
    entries(node) {
      const found = known.get(node) ?? scan(text, node);
      known.set(node, found);
      return found;
    },
    source: (node) => text.slice(node, endOfValue(text, node)),
  };
}

function scan(text: string, start: number): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const isObject = text[start] === "{";
  if (!isObject && text[start] !== "[") return entries;
  let at = skipSpace(text, start + 1);
  for (let index = 0; text[at] !== "}" && text[at] !== "]"; index++) {
    let key = String(index);
    let offset = at;
    let length = 1;
    if (isObject) {
      const end = endOfString(text, at);
      key = JSON.parse(text.slice(at, end)) as string;
      length = end - at;
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    if (!isObject) offset = at;
    entries.set(key, { node: at, offset, length });
    at = skipSpace(text, endOfValue(text, at));
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return entries;
}

function skipSpace(text: string, offset: number): number {
  let at = offset;
  for (let c = text.charCodeAt(at); c === 32 || c === 10 || c === 13 || c === 9; c = text.charCodeAt(at)) at++;
  return at;
}

const STRUCTURE = /["{}[\]]/g;
const SCALAR_END = /[\s,}\]]|$/g;

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== "{" && first !== "[") {
    SCALAR_END.lastIndex = start;
    return SCALAR_END.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  STRUCTURE.lastIndex = start;
  for (let hit = STRUCTURE.exec(text); hit; hit = STRUCTURE.exec(text)) {
    const c = hit[0];
    if (c === '"') STRUCTURE.lastIndex = endOfString(text, hit.index);
    else if (c === "{" || c === "[") depth++;
    else if (--depth === 0) return hit.index + 1;
  }
  return text.length;
}
