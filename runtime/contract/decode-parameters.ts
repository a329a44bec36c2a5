import type { DocumentParameter } from "./document.ts";
import { readValue } from "./read-value.ts";
import type { SchemaSet } from "./schema-set.ts";
import { isOpenObject, kindsOf, propertyNames } from "./schema-views.ts";
import { decodeFormText, decodeText, type WirePair } from "./wire-pairs.ts";
import { buildTree, type WireValue } from "./wire-tree.ts";

/** A parameter that was sent, or why it cannot be read. */
export type DecodedParameter = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads one query or cookie parameter and takes its pairs out of `pairs`; undefined when it was not sent. An exploded
 * object takes every pair it can be meant by, so parameters with fixed names must be read before it.
 * https://spec.openapis.org/oas/v3.1.1.html#style-values
 */
export function decodePairs(
  schemas: SchemaSet,
  parameter: DocumentParameter,
  pairs: Set<WirePair>,
): DecodedParameter | undefined {
  const sent = [...pairs].filter((pair) => pair.name === parameter.name).length;
  if (sent > 1 && !parameter.explode && parameter.style !== "deepObject") {
    take(pairs, (name) => name === parameter.name);
    return { problem: `was sent ${sent} times, though it does not explode` };
  }
  const wire = takePairs(schemas, parameter, pairs);
  return wire === undefined ? undefined : finish(schemas, parameter, wire);
}

/** Reads the text of a path segment or header. */
export function decodeSimple(schemas: SchemaSet, parameter: DocumentParameter, raw: string): DecodedParameter {
  const decode = parameter.in === "path" ? decodeText : (text: string) => text.trim();
  if (parameter.contentType !== undefined) return finish(schemas, parameter, decode(raw));
  const { text, separator } = withoutPrefix(parameter, raw);
  if (text === undefined) return { problem: `${JSON.stringify(raw)} does not follow style ${parameter.style}` };
  return finish(schemas, parameter, splitDelimited(schemas, parameter, text, separator, decode));
}

function finish(schemas: SchemaSet, parameter: DocumentParameter, wire: WireValue): DecodedParameter {
  if (parameter.contentType === undefined) return { value: readValue(schemas, wire, parameter.schema) };
  if (!isJsonType(parameter.contentType)) return { value: wire };
  try {
    return { value: JSON.parse(String(wire)) };
  } catch {
    return { problem: `${JSON.stringify(wire)} is not JSON` };
  }
}

function takePairs(schemas: SchemaSet, parameter: DocumentParameter, pairs: Set<WirePair>): WireValue | undefined {
  const kinds = kindsAt(schemas, parameter);
  const decode = decoderOf(parameter);
  if (parameter.style === "deepObject") return takeDeep(parameter, pairs);
  const own = take(pairs, (name) => name === parameter.name);
  if (parameter.explode && own.length === 0 && kinds.has("object") && parameter.contentType === undefined) {
    const names = parameter.schema === undefined ? [] : propertyNames(schemas.root, parameter.schema);
    const open = parameter.schema !== undefined && isOpenObject(schemas.root, parameter.schema);
    const members = take(pairs, (name) => open || names.includes(name));
    return members.length === 0 ? undefined : buildTree(members.map(({ name, raw }) => ({ name, value: decode(raw) })));
  }
  if (own.length === 0) return undefined;
  if (parameter.explode || parameter.contentType !== undefined) {
    const texts = own.map((pair) => decode(pair.raw));
    return texts.length === 1 ? texts[0] : texts;
  }
  const separators = { spaceDelimited: /%20|\+/, pipeDelimited: /\||%7C/i };
  const separator = separators[parameter.style as keyof typeof separators] ?? /,/;
  return splitDelimited(schemas, parameter, own[0]!.raw, separator, decode);
}

/** Cookies of style `cookie`, and those whose content is text, are not percent-encoded. */
function decoderOf({ in: place, style, contentType }: DocumentParameter): (text: string) => string {
  const raw = contentType === undefined ? style === "cookie" : !isJsonType(contentType);
  return place === "cookie" && raw ? (text) => text : decodeFormText;
}

function isJsonType(contentType: string): boolean {
  return /[/+]json\b/i.test(contentType);
}

/** Bracketed names below the parameter's own, which may itself end in brackets (`page[size]`). */
function takeDeep(parameter: DocumentParameter, pairs: Set<WirePair>): WireValue | undefined {
  const found = take(pairs, (name) => name === parameter.name || name.startsWith(`${parameter.name}[`));
  if (found.length === 0) return undefined;
  const renamed = found.map((pair) => ({ name: `p${pair.name.slice(parameter.name.length)}`, raw: pair.raw }));
  return buildTree(renamed.map(decodePair)).get("p");
}

function decodePair(pair: WirePair): { name: string; value: string } {
  return { name: pair.name, value: decodeFormText(pair.raw) };
}

function take(pairs: Set<WirePair>, wanted: (name: string) => boolean): WirePair[] {
  const found = [...pairs].filter((pair) => wanted(pair.name));
  for (const pair of found) pairs.delete(pair);
  return found;
}

/** Splits text without names: a list, the members of an object, or a scalar as it is. */
function splitDelimited(
  schemas: SchemaSet,
  parameter: DocumentParameter,
  text: string,
  separator: RegExp,
  decode: (text: string) => string,
): WireValue {
  const kinds = kindsAt(schemas, parameter);
  const several = separator.test(text);
  if (kinds.has("object") && (!kinds.has("scalar") || several)) {
    const words = text.split(separator);
    const members = parameter.explode ? words.map((word) => splitOnce(word)) : inTwos(words);
    return new Map(members.map(([name, value]) => [decode(name), decode(value)]));
  }
  if (!kinds.has("array") || (kinds.has("scalar") && !several)) return decode(text);
  return text.split(separator).map(decode);
}

function withoutPrefix(parameter: DocumentParameter, raw: string): { text: string | undefined; separator: RegExp } {
  if (parameter.style === "label") {
    return { text: raw.startsWith(".") ? raw.slice(1) : undefined, separator: parameter.explode ? /\./ : /,/ };
  }
  if (parameter.style !== "matrix") return { text: raw, separator: /,/ };
  const prefix = `;${encodeURIComponent(parameter.name)}=`;
  if (!parameter.explode) {
    return { text: raw.startsWith(prefix) ? raw.slice(prefix.length) : undefined, separator: /,/ };
  }
  if (!raw.startsWith(";")) return { text: undefined, separator: /;/ };
  const words = raw.slice(1).split(";");
  const own = words.every((word) => `;${word}`.startsWith(prefix));
  return { text: own ? words.map((word) => word.slice(prefix.length - 1)).join(";") : raw.slice(1), separator: /;/ };
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf("=");
  return at === -1 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}

/** Names and values that follow each other. */
export function inTwos(words: readonly string[]): [string, string][] {
  const members: [string, string][] = [];
  for (let i = 0; i < words.length; i += 2) members.push([words[i]!, words[i + 1] ?? ""]);
  return members;
}

function kindsAt(schemas: SchemaSet, parameter: DocumentParameter): ReadonlySet<string> {
  return parameter.schema === undefined ? new Set(["scalar"]) : kindsOf(schemas.root, parameter.schema);
}
