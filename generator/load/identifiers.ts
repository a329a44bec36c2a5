import { Buffer } from "node:buffer";
import { pathToFileURL } from "node:url";
import { child, isMap, type JsonValue, own, ownString, type Path, tokensOf, toPointer } from "./json-tree.ts";
import type { SourceDocument } from "./source-document.ts";

/** The schemas of one file that are known by more than their place. */
export interface Identifiers {
  /** URI against which a reference at these tokens is read, and the schema that has this URI. */
  baseAt(tokens: readonly string[]): Resource;
  /** The document or schema with this URI (without a fragment). */
  resource(uri: string): Resource | undefined;
  /** The schema with this anchor in a resource; in the whole file when the resource has none. */
  anchor(resource: Resource, name: string): readonly string[] | undefined;
}

export interface Resource {
  readonly uri: string;
  readonly tokens: readonly string[];
}

const WORDS = ["$id", "nchor", "$self"];
/** Members that hold data, in which nothing is a schema. */
const DATA = /^(examples?|default|enum|const|x-.*)$/s;
/** Maps whose keys are names that somebody chose. */
const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas"]);

const known = new WeakMap<SourceDocument, Identifiers | undefined>();

/**
 * `$id`, `$anchor` and `$dynamicAnchor` of a file, and `$self` of OpenAPI 3.2; undefined when it has none. Has to be
 * asked before the file's tree is changed. [JSON Schema, 8.2](https://json-schema.org/draft/2020-12/json-schema-core#section-8.2)
 */
export function identifiersOf(source: SourceDocument): Identifiers | undefined {
  if (!known.has(source)) known.set(source, mayHaveSome(source) ? read(source) : undefined);
  return known.get(source);
}

/** Documents without any are told by their bytes. An overlay may have added some. */
function mayHaveSome(source: SourceDocument): boolean {
  const bytes = Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
  return source.isOverlaid !== undefined || WORDS.some((word) => bytes.includes(word));
}

export function resolveUri(reference: string, base: string): string | undefined {
  const uri = URL.canParse(reference, base) ? new URL(reference, base) : undefined;
  if (!uri) return undefined;
  uri.hash = "";
  return uri.href;
}

function read(source: SourceDocument): Identifiers | undefined {
  const file = pathToFileURL(source.path).href;
  const self = isMap(source.root) ? ownString(source.root, "$self") : undefined;
  const root: Resource = { uri: (self && resolveUri(self, file)) || file, tokens: [] };
  const resources = new Map<string, Resource>([[root.uri, root]]);
  const places = new Map<string, Resource>();
  const anchors = new Map<string, readonly string[]>();
  const stack: { value: JsonValue; path: Path | undefined; named: boolean; base: Resource }[] = [
    { value: source.root, path: undefined, named: false, base: root },
  ];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value, path, named } = next;
    let { base } = next;
    if (typeof value !== "object" || value === null) continue;
    if (isMap(value) && !named) {
      const id = own(value, "$id");
      const uri = typeof id === "string" && path ? resolveUri(id, base.uri) : undefined;
      if (uri !== undefined) {
        base = { uri, tokens: tokensOf(path) };
        places.set(toPointer(base.tokens), base);
        if (!resources.has(uri)) resources.set(uri, base);
      }
      for (const key of ["$anchor", "$dynamicAnchor"]) {
        const anchor = own(value, key);
        if (typeof anchor !== "string") continue;
        for (const name of [`${base.uri}#${anchor}`, `#${anchor}`]) {
          if (!anchors.has(name)) anchors.set(name, tokensOf(path));
        }
      }
    }
    const keys = Object.keys(value);
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i] as string;
      const held = (value as Record<string, JsonValue>)[key] as JsonValue;
      if (typeof held !== "object" || (!named && DATA.test(key))) continue;
      stack.push({ value: held, path: child(path, key), named: !named && NAMED.has(key), base });
    }
  }
  if (resources.size === 1 && anchors.size === 0 && self === undefined) return undefined;
  return {
    baseAt(tokens) {
      for (let length = tokens.length; length > 0; length--) {
        const found = places.get(toPointer(tokens.slice(0, length)));
        if (found) return found;
      }
      return root;
    },
    resource: (uri) => resources.get(uri),
    anchor: (resource, name) => anchors.get(`${resource.uri}#${name}`) ?? anchors.get(`#${name}`),
  };
}
