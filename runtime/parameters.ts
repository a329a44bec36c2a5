/**
 * Serialization of parameters: the styles of the OpenAPI Parameter Object, which are those of RFC 6570 plus
 * `deepObject`. @see https://spec.openapis.org/oas/v3.1.1#style-values
 *
 * What the specification leaves open is decided here: `undefined` is not sent (also inside arrays and objects), `null`
 * is sent as an empty value, a `Date` as ISO 8601, `deepObject` nests to any depth and numbers its arrays
 * (`expand[0]=…`), and a value nested deeper than its style allows is sent as JSON text.
 */
import { climbs } from "./climbing.ts";
import type { ParameterLocation, ParameterStyle } from "./descriptor.ts";

/** Why a value cannot be sent; its message never holds the value. */
export class ParameterError extends Error {
  override name: string = "ParameterError";
}

export interface Style {
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly allowReserved?: true | undefined;
}

/** Pairs of a name and a value that are not encoded yet. */
export type Pair = readonly [name: string, value: string];

const maxDepth = 32;
const loneSurrogate = "holds a lone surrogate, which has no UTF-8 form";
const plain = /^[A-Za-z0-9_~-]*$/;
const subDelimiters = /[!'()*]/g;
const reserved = /%(?:2[1346789ABCF]|3[ABDF]|40|5[BD])/gi;
const encodedTriple = /%25([0-9A-F]{2})/gi;
/**
 * Reserved characters that stay encoded under `allowReserved`: raw they would end the value or change it there.
 * RFC 3986 3.3 and 3.4, WHATWG form parsing, RFC 6265 4.1.1.
 */
const unfit: Readonly<Record<Exclude<ParameterLocation, "header">, string>> = {
  query: "&+#[]",
  path: "/?#[]",
  cookie: ";,",
};

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function encode(text: string): string {
  if (plain.test(text)) return text;
  try {
    return encodeURIComponent(text).replace(subDelimiters, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    throw new ParameterError(loneSurrogate);
  }
}

/** Reserved expansion of RFC 6570 3.2.3: also percent-encoded triples pass as they are, and of `kept` nothing does. */
function encodeReserved(text: string, kept: string): string {
  return encode(text)
    .replace(encodedTriple, "%$1")
    .replace(reserved, (hex) => {
      const character = decodeURIComponent(hex);
      return kept.includes(character) ? hex : character;
    });
}

/** Also the delimiters between the parts of a value stay encoded in those parts (OpenAPI 3.1.1, appendix C.2). */
function encoder(style: Style, location: keyof typeof unfit, value: unknown): (text: string) => string {
  if (style.allowReserved !== true) return encode;
  const compound = Array.isArray(value) || isObject(value);
  const delimiters = style.style === "matrix" ? ";,=" : location === "path" ? ",=" : style.explode ? "" : ",";
  const kept = compound ? unfit[location] + delimiters : style.style === "matrix" ? `${unfit.path};` : unfit[location];
  return (text) => encodeReserved(text, kept);
}

/** Refuses what has no UTF-8 form: sent as bytes it would become another text. */
export function checkText(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new ParameterError(loneSurrogate);
  return text;
}

/** One value as text; arrays and objects as JSON text. */
export function toText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new ParameterError("is not a finite number");
      return String(value);
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      if (value === null) return "";
      if (value instanceof Date) return toIsoText(value);
      return toJsonText(value);
    default:
      throw new ParameterError(`is a ${typeof value}, which cannot be sent`);
  }
}

/** JSON text of a value that has one. */
export function toJsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new ParameterError(
      error instanceof TypeError && /BigInt/i.test(error.message)
        ? "holds a bigint, which JSON text cannot carry: pass it as a string or a safe number"
        : "has no JSON form (is it cyclic?)",
    );
  }
  if (text === undefined) throw new ParameterError(`is a ${typeof value}, which has no JSON form`);
  return text;
}

function toIsoText(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new ParameterError("is an invalid Date");
  return date.toISOString();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function members(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function elements(value: readonly unknown[]): unknown[] {
  return value.filter((element) => element !== undefined);
}

/** The pairs of a value that is named by brackets: `name[a][0]=…`. */
export function bracketPairs(name: string, value: unknown, into: Pair[] = [], depth: number = 0): Pair[] {
  if (depth > maxDepth) throw new ParameterError(`is nested deeper than ${maxDepth} levels (is it cyclic?)`);
  if (Array.isArray(value)) {
    let index = 0;
    for (const element of elements(value)) bracketPairs(`${name}[${index++}]`, element, into, depth + 1);
  } else if (isObject(value)) {
    for (const [key, member] of members(value)) bracketPairs(`${name}[${key}]`, member, into, depth + 1);
  } else if (value !== undefined) {
    into.push([name, toText(value)]);
  }
  return into;
}

/** What stands between the parts of a value that does not explode; a comma where nothing is said. */
export type Separators = ReadonlyMap<ParameterStyle, string>;

const commas: Separators = new Map();
const encodedSeparators: Separators = new Map([
  ["spaceDelimited", "%20"],
  ["pipeDelimited", "%7C"],
]);

/** `name=value` texts, encoded, of a query parameter or of a property of a form body; joined by `&`. */
export function queryText(name: string, value: unknown, style: Style): string {
  return stylePairs(name, value, style, encoder(style, "query", value), encodedSeparators)
    .map(pairText)
    .join("&");
}

function pairText([name, value]: Pair): string {
  return `${encode(name)}=${value}`;
}

/** The pairs of a value in a style with names; `write` encodes each value, or each part of one. */
export function stylePairs(
  name: string,
  value: unknown,
  style: Style,
  write: (text: string) => string,
  separators: Separators,
): Pair[] {
  if (value === undefined) return [];
  if (style.style === "json") return [[name, write(toJsonText(value))]];
  if (!Array.isArray(value) && !isObject(value)) return [[name, write(toText(value))]];
  if (style.style === "deepObject") return bracketPairs(name, value).map(([k, v]) => [k, write(v)]);
  const flat = Array.isArray(value) ? elements(value) : members(value).flat();
  if (flat.length === 0) return [];
  if (style.explode) {
    if (Array.isArray(value)) return flat.map((part) => [name, write(toText(part))]);
    return members(value as Record<string, unknown>).map(([k, v]) => [k, write(toText(v))]);
  }
  return [[name, flat.map((part) => write(toText(part))).join(separators.get(style.style) ?? ",")]];
}

/** The encoded text that stands for `{name}` in a path template. Refuses a text that is empty or climbs. */
export function pathText(name: string, value: unknown, style: Style): string {
  const text = expandPath(name, value, style, encoder(style, "path", value));
  if (plain.test(text) && text !== "") return text;
  if (text === "") throw new ParameterError("is empty, which would leave a hole in the path");
  if (climbs(text)) throw new ParameterError("holds a dot segment (`.` or `..`), which would climb in the path");
  return text;
}

function expandPath(name: string, value: unknown, style: Style, enc: (text: string) => string): string {
  if (style.style === "json") return enc(toJsonText(value));
  const lead = style.style === "label" ? "." : style.style === "matrix" ? ";" : "";
  // RFC 6570 3.2.7: of an empty value only the name is written.
  const pair = (key: string, text: string): string =>
    text === "" && style.style === "matrix" ? encode(key) : `${encode(key)}=${text}`;
  const named = (text: string): string => lead + (style.style === "matrix" ? pair(name, text) : text);
  if (!Array.isArray(value) && !isObject(value)) return named(enc(toText(value)));
  const flat = (Array.isArray(value) ? elements(value) : members(value).flat()).map((part) => enc(toText(part)));
  if (flat.length === 0) return "";
  if (!style.explode) return named(flat.join(","));
  if (Array.isArray(value)) return lead === "" ? flat.join(",") : flat.map(named).join("");
  const pairs = members(value as Record<string, unknown>).map(([k, v]) => pair(k, enc(toText(v))));
  return lead + pairs.join(lead || ",");
}

/**
 * A header value in style `simple`; nothing is percent-encoded, JSON text is kept in ASCII by its own escapes.
 * Undefined for an empty array or object: there is nothing to send.
 */
export function headerText(value: unknown, style: Style): string | undefined {
  if (style.style === "json") return toJsonText(value).replace(beyondAscii, jsonEscape);
  if (!Array.isArray(value) && !isObject(value)) return toText(value);
  const flat = Array.isArray(value) ? elements(value) : members(value).flat();
  if (flat.length === 0) return undefined;
  if (Array.isArray(value) || !style.explode) return flat.map(toText).join(",");
  return members(value)
    .map(([k, v]) => `${k}=${toText(v)}`)
    .join(",");
}

const beyondAscii = /[^\u0020-\u007e]/g;

function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * `name=value` for the Cookie header; several are joined by `; `, since a `&` would be part of the value. Style `form`
 * percent-encodes, OpenAPI 3.2's style `cookie` writes the text as it is and refuses what would end it.
 */
export function cookieText(name: string, value: unknown, style: Style): string {
  const raw = style.style === "cookie";
  const pairs = stylePairs(name, value, style, raw ? cookieValue : encoder(style, "cookie", value), commas);
  return pairs.map(pairText).join("; ");
}

/** RFC 6265 4.1.1, less strict about quotes, commas and backslashes, which servers do take. */
function cookieValue(text: string): string {
  if (/[^\u0021-\u007e]|;/.test(text)) {
    throw new ParameterError("holds a blank, a semicolon, a control character, or a character beyond ASCII");
  }
  return text;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** Refuses a field name or value that RFC 9110 5.1 and 5.5 do not allow. The message does not show the value. */
export function checkHeader(name: string, value: string): void {
  if (!token.test(name)) throw new ParameterError("has a name that is not a token of RFC 9110");
  if (!fieldValue.test(value)) {
    throw new ParameterError("holds a line break, a control character, or a character beyond Latin-1");
  }
}
