import { pathToFileURL } from "node:url";
import { fromToken } from "../json-pointer.ts";
import { identifiersOf, type Resource, resolveUri } from "./identifiers.ts";
import { isMap, type JsonMap, type JsonValue, own, type Path, pathOf, tokensOf, toPointer } from "./json-tree.ts";
import type { SourceDocument } from "./source-document.ts";
import type { SourceSet } from "./source-set.ts";

/** What a reference means: a value, and where it stands. */
export interface Target {
  readonly source: SourceDocument;
  readonly tokens: readonly string[];
  readonly value: JsonValue;
}

export type Resolved = Target | { readonly code: string; readonly message: string; readonly fix: string };

/** No honest document chains references further. */
const MAX_HOPS = 100;

/** Finds what a `$ref` at `at` of `base` means, through references that stand in the way of its pointer. */
export function resolveReference(set: SourceSet, base: SourceDocument, reference: string, at?: Path): Resolved {
  return follow(set, base, reference, at, 0);
}

/** A document, and the part of it that a fragment is read in. */
interface Scope {
  readonly source: SourceDocument;
  readonly resource: Resource | undefined;
}

function follow(set: SourceSet, base: SourceDocument, reference: string, at: Path | undefined, hops: number): Resolved {
  if (hops > MAX_HOPS) {
    return { code: "S012", message: `the reference ${JSON.stringify(reference)} leads in a circle`, fix: "correct it" };
  }
  const hash = reference.indexOf("#");
  const file = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? "" : reference.slice(hash + 1);
  const scope = scopeOf(set, base, file, at);
  if ("refused" in scope) {
    const message = `the reference ${JSON.stringify(reference)} is refused: ${scope.refused}`;
    return { code: "S011", message, fix: scope.fix };
  }
  const { source, resource } = scope;
  const inside = resource && resource.tokens.length > 0 ? toPointer(resource.tokens) : undefined;
  const isAnchor = fragment !== "" && !fragment.startsWith("/");
  const what = isAnchor ? `anchor ${fragment}` : fragment || "content";
  const missing: Resolved = {
    code: "S010",
    message: `the reference ${JSON.stringify(reference)} leads nowhere: there is no ${what} in ${source.file}`,
    fix: "add what it refers to, or correct it",
  };
  if (isAnchor) {
    const identifiers = identifiersOf(source);
    const tokens = identifiers?.anchor(resource ?? identifiers.baseAt([]), decoded(fragment));
    return (tokens && walk(set, source, toPointer(tokens), hops)) ?? missing;
  }
  return (
    (inside === undefined ? undefined : walk(set, source, inside + decoded(fragment), hops)) ??
    walk(set, source, decoded(fragment), hops) ??
    walk(set, source, fragment, hops) ??
    missing
  );
}

/** Identifiers come before files: what names itself is not looked for elsewhere. */
function scopeOf(
  set: SourceSet,
  base: SourceDocument,
  file: string,
  at: Path | undefined,
): Scope | { readonly refused: string; readonly fix: string } {
  const identifiers = identifiersOf(base);
  const from = identifiers?.baseAt(tokensOf(at));
  if (file === "") return { source: base, resource: from };
  const uri = resolveUri(file, from?.uri ?? pathToFileURL(base.path).href);
  for (const source of uri === undefined ? [] : [base, set.root]) {
    const resource = identifiersOf(source)?.resource(uri as string);
    if (resource) return { source, resource };
  }
  const opened = set.open(base, file);
  return "refused" in opened ? opened : { source: opened.source, resource: undefined };
}

function walk(set: SourceSet, source: SourceDocument, pointer: string, hops: number): Resolved | undefined {
  const tokens = pointer === "" ? [] : pointer.slice(1).split("/").map(fromToken);
  let value: JsonValue = source.root;
  let at: Path | undefined;
  for (const [index, token] of tokens.entries()) {
    const next: JsonValue | undefined = isMap(value) || Array.isArray(value) ? member(value, token) : undefined;
    if (next === undefined) {
      const through = isMap(value) ? own(value, "$ref") : undefined;
      if (typeof through !== "string") return undefined;
      const rest = toPointer(tokens.slice(index));
      const target = follow(set, source, through, at, hops + 1);
      if (!("value" in target)) return target;
      return walk(set, target.source, toPointer(target.tokens) + rest, hops + 1);
    }
    value = next;
    at = { parent: at, token };
  }
  return { source, tokens: tokensOf(at ?? pathOf([])), value };
}

function member(value: JsonMap | JsonValue[], token: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
  return own(value, token);
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
