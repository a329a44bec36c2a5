import { fromToken } from "../json-pointer.ts";
import type { Dialect } from "./dialect.ts";
import type { Findings, Place } from "./findings.ts";
import { child, isMap, type JsonMap, type JsonValue, own, ownMap, type Path, pathOf, tokensOf } from "./json-tree.ts";

/** A value of the document and where it stands. */
export interface Found<T extends JsonValue = JsonMap> {
  readonly value: T;
  readonly path: Path | undefined;
}

/** Read access to the bundled 3.1 document for the parts of the normaliser. */
export interface DocumentReader {
  readonly root: JsonMap;
  readonly findings: Findings;
  /** As it was written, before the upgrade. */
  readonly dialect: Dialect;
  /** Where a path of the bundled document was written. */
  place(path: Path | undefined): Place;
  /** The object itself, or the component that its `$ref` names. */
  resolve(value: JsonValue | undefined, path: Path | undefined): Found | undefined;
}

export function createReader(
  root: JsonMap,
  findings: Findings,
  dialect: Dialect,
  place: (tokens: readonly string[]) => Place,
): DocumentReader {
  return {
    root,
    findings,
    dialect,
    place: (path) => place(tokensOf(path)),
    resolve(value, path) {
      let found: Found | undefined = isMap(value) ? { value, path } : undefined;
      for (let hops = 0; found && hops < 100; hops++) {
        const reference = own(found.value, "$ref");
        if (typeof reference !== "string") return found;
        const tokens = reference.slice(2).split("/").map(fromToken);
        let at: JsonValue | undefined = root;
        for (const token of tokens) at = isMap(at) ? own(at, token) : undefined;
        found = isMap(at) ? { value: at, path: pathOf(tokens) } : undefined;
      }
      return undefined;
    },
  };
}

/** Entries of a map that are no extensions. */
export function entriesOf(
  holder: JsonMap,
  key: string,
  path: Path | undefined,
): readonly { key: string; value: JsonValue; path: Path }[] {
  const map = ownMap(holder, key);
  if (!map) return [];
  const at = child(path, key);
  return Object.keys(map).map((name) => ({ key: name, value: map[name] as JsonValue, path: child(at, name) }));
}

/** Items of a list; nothing when it is something else. */
export function itemsOf(
  holder: JsonMap,
  key: string,
  path: Path | undefined,
): readonly { value: JsonValue; path: Path }[] {
  const list = own(holder, key);
  if (!Array.isArray(list)) return [];
  const at = child(path, key);
  return list.map((value, index) => ({ value, path: child(at, index) }));
}
