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

/** Finds what a `$ref` means, through references that stand in the way of its pointer. */
export function resolveReference(set: SourceSet, base: SourceDocument, reference: string): Resolved {
  return follow(set, base, reference, 0);
}

function follow(set: SourceSet, base: SourceDocument, reference: string, hops: number): Resolved {
  if (hops > MAX_HOPS) {
    return { code: "S012", message: `the reference ${JSON.stringify(reference)} leads in a circle`, fix: "correct it" };
  }
  const hash = reference.indexOf("#");
  const file = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? "" : reference.slice(hash + 1);
  let source = base;
  if (file !== "") {
    const opened = set.open(base, file);
    if ("refused" in opened) {
      const message = `the reference ${JSON.stringify(reference)} is refused: ${opened.refused}`;
      return { code: "S011", message, fix: opened.fix };
    }
    source = opened.source;
  }
  if (fragment !== "" && !fragment.startsWith("/")) {
    const message = `the reference ${JSON.stringify(reference)} names an anchor; anchors are not supported yet`;
    return { code: "S010", message, fix: "refer to the schema by its JSON Pointer" };
  }
  return (
    walk(set, source, decoded(fragment), hops) ??
    walk(set, source, fragment, hops) ?? {
      code: "S010",
      message: `the reference ${JSON.stringify(reference)} leads nowhere: there is no ${fragment || "content"} in ${source.file}`,
      fix: "add what it refers to, or correct it",
    }
  );
}

function walk(set: SourceSet, source: SourceDocument, pointer: string, hops: number): Resolved | undefined {
  const tokens = pointer === "" ? [] : pointer.slice(1).split("/").map(unescapeToken);
  let value: JsonValue = source.root;
  let at: Path | undefined;
  for (const [index, token] of tokens.entries()) {
    const next: JsonValue | undefined = isMap(value) || Array.isArray(value) ? member(value, token) : undefined;
    if (next === undefined) {
      const through = isMap(value) ? own(value, "$ref") : undefined;
      if (typeof through !== "string") return undefined;
      const rest = toPointer(tokens.slice(index));
      const target = follow(set, source, through, hops + 1);
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

function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
