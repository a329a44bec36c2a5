import type { CapturedRequest } from "./capture.ts";
import { mediaType, member, pointerTo } from "./document.ts";
import { memberNames, splitStyled } from "./encoding-style.ts";
import { isLines, readLines } from "./lines.ts";
import { readValue } from "./read-value.ts";
import type { SchemaSet } from "./schema-set.ts";
import { kindsOf, propertyNames, propertyOf, viewsOf } from "./schema-views.ts";
import { decodeFormText, splitPairs } from "./wire-pairs.ts";
import { buildTree, Parsed, splitName, type WireValue } from "./wire-tree.ts";

/** A media type object of the document. */
export interface BodyMedia {
  readonly node: Readonly<Record<string, unknown>>;
  /** Pointer of its schema; absent when it declares none. */
  readonly schema?: string;
}

/** The value that a request body means, by its own content type. Throws when it cannot be read. */
export function decodeBody(schemas: SchemaSet, media: BodyMedia, request: CapturedRequest): unknown {
  const type = mediaType(request.headers.get("content-type") ?? "");
  const text = request.body ?? "";
  if (isLines(type)) return readLines(text);
  if (/[/+]json$/.test(type)) return JSON.parse(text);
  if (type === "application/x-www-form-urlencoded") return decodeForm(schemas, media, text);
  if (type === "multipart/form-data") return decodeParts(schemas, media, request.parts ?? []);
  return readValue(schemas, text, media.schema);
}

function decodeForm(schemas: SchemaSet, media: BodyMedia, text: string): unknown {
  const nameOf = memberNames(schemas, media);
  const pairs = splitPairs(text).map(({ name, raw }) => {
    // Delimited values are split before decoding, so that an encoded delimiter stays part of its item.
    const value = splitStyled(schemas, media, name, raw, decodeFormText) ?? decodeFormText(raw);
    return { name: nameOf(name), value: parseNested(schemas, schemaOfName(schemas, media, name), value) };
  });
  return readProperties(schemas, media, pairs);
}

function decodeParts(schemas: SchemaSet, media: BodyMedia, parts: NonNullable<CapturedRequest["parts"]>): unknown {
  const nameOf = memberNames(schemas, media);
  const pairs = parts.map(({ name, text, type }): { name: string; value: WireValue } => {
    if (type !== undefined && /[/+]json\b/.test(type)) return { name, value: new Parsed(JSON.parse(text)) };
    const value = splitStyled(schemas, media, name, text, (part) => part) ?? text;
    return { name: nameOf(name), value: parseNested(schemas, schemaOfName(schemas, media, name), value) };
  });
  return readProperties(schemas, media, pairs);
}

/** Properties whose own names hold brackets are kept whole; all other names spell structures. */
function readProperties(
  schemas: SchemaSet,
  media: BodyMedia,
  pairs: readonly { readonly name: string; readonly value: WireValue }[],
): unknown {
  const names = media.schema === undefined ? [] : propertyNames(schemas.root, media.schema);
  const bracketed = pairs.filter(({ name }) => !(names.includes(name) && splitName(name).length > 1));
  const tree = buildTree(bracketed);
  for (const { name, value } of pairs.filter((pair) => !bracketed.includes(pair))) {
    const present = tree.get(name);
    tree.set(name, present === undefined ? value : [present, value].flat());
  }
  return readValue(schemas, tree, media.schema);
}

/** An object in one field is written as JSON; a text that is none stays what it is and fails validation. */
function parseNested(schemas: SchemaSet, property: string | undefined, value: WireValue): WireValue {
  if (property === undefined || typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  if (kindsOf(schemas.root, property).has("scalar")) return value;
  try {
    return new Parsed(JSON.parse(value));
  } catch {
    return value;
  }
}

function schemaOfName(schemas: SchemaSet, media: BodyMedia, name: string): string | undefined {
  if (media.schema === undefined) return undefined;
  const views = viewsOf(schemas.root, media.schema);
  return views.map((view) => propertyOf(schemas.root, view, name)).find((pointer) => pointer !== undefined);
}

/** The media type object at a pointer. */
export function bodyMedia(node: Readonly<Record<string, unknown>>, pointer: string): BodyMedia {
  return member(node, "schema") === undefined ? { node } : { node, schema: pointerTo(pointer, "schema") };
}
