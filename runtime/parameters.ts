/**
 * Serialization of parameters: the styles of the OpenAPI Parameter Object, which are those of RFC 6570 plus
 * `deepObject`. @see https://spec.openapis.org/oas/v3.1.1#style-values
 *
 * What the specification leaves open is decided here: `undefined` is not sent (also inside arrays and objects), `null`
 * is sent as an empty value, a `Date` as ISO 8601, `deepObject` nests to any depth and numbers its arrays
 * (`expand[0]=…`), and a value nested deeper than its style allows is sent as JSON text.
 */
import type { ParameterStyle } from "./descriptor.ts";

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
const plain = /^[A-Za-z0-9_~-]*$/;
const subDelimiters = /[!'()*]/g;
const reserved = /%(?:2[1346789ABCF]|3[ABDF]|40|5[BD])/gi;

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function encode(text: string): string {
  if (plain.test(text)) return text;
  try {
    return encodeURIComponent(text).replace(subDelimiters, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    throw new ParameterError("holds a lone surrogate, which has no UTF-8 form");
  }
}

// `&`, `=`, `+` and `#` stay encoded: raw they would end the value (RFC 3986 3.4, WHATWG form parsing).
function encodeReserved(text: string): string {
  return encode(text).replace(reserved, (hex) => {
    const character = decodeURIComponent(hex);
    return "&=+#[]".includes(character) ? hex : character;
  });
}

function encoder(style: Style): (text: string) => string {
  return style.allowReserved === true ? encodeReserved : encode;
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

const separators: Readonly<Record<string, string>> = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C" };

/** `name=value` texts, encoded, of a query parameter or of a property of a form body; joined by `&`. */
export function queryText(name: string, value: unknown, style: Style): string {
  if (value === undefined) return "";
  const enc = encoder(style);
  const write = (pairs: readonly Pair[]): string => pairs.map(([k, v]) => `${encode(k)}=${enc(v)}`).join("&");
  if (style.style === "json") return write([[name, toJsonText(value)]]);
  if (!Array.isArray(value) && !isObject(value)) return `${encode(name)}=${enc(toText(value))}`;
  if (style.style === "deepObject") return write(bracketPairs(name, value));
  const parts = Array.isArray(value) ? elements(value) : members(value);
  if (parts.length === 0) return "";
  if (style.explode) {
    return write(
      Array.isArray(value)
        ? parts.map((part) => [name, toText(part)])
        : members(value as never).map(([k, v]) => [k, toText(v)]),
    );
  }
  const flat = Array.isArray(value) ? parts : members(value as never).flat();
  return `${encode(name)}=${flat.map((part) => enc(toText(part))).join(separators[style.style] ?? ",")}`;
}

/** The encoded text that stands for `{name}` in a path template. */
export function pathText(name: string, value: unknown, style: Style): string {
  const enc = style.allowReserved === true ? (text: string) => encodeReserved(text).replaceAll("?", "%3F") : encode;
  const lead = style.style === "label" ? "." : style.style === "matrix" ? ";" : "";
  const named = style.style === "matrix" ? `${encode(name)}=` : "";
  if (style.style === "json") return enc(toJsonText(value));
  if (!Array.isArray(value) && !isObject(value)) return `${lead}${named}${segment(toText(value), enc)}`;
  if (Array.isArray(value)) {
    const texts = elements(value).map((element) => segment(toText(element), enc));
    if (texts.length === 0) throw new ParameterError("is an empty array, which would leave a hole in the path");
    return style.explode ? lead + texts.map((text) => named + text).join(lead || ",") : lead + named + texts.join(",");
  }
  const pairs = members(value);
  if (pairs.length === 0) throw new ParameterError("is an empty object, which would leave a hole in the path");
  if (style.explode) return lead + pairs.map(([k, v]) => `${enc(k)}=${enc(toText(v))}`).join(lead || ",");
  return lead + named + pairs.map(([k, v]) => `${enc(k)},${enc(toText(v))}`).join(",");
}

const climbing = /(?:^|[\\/])\.{1,2}(?:[\\/]|$)/;

// A server or proxy may decode the path once more than it should: the value must not climb in any decoded form.
function segment(text: string, enc: (text: string) => string): string {
  if (plain.test(text) && text !== "") return text;
  if (text === "") throw new ParameterError("is empty, which would leave a hole in the path");
  let form = text;
  for (let round = 0; round < 8; round++) {
    if (climbing.test(form))
      throw new ParameterError("holds a dot segment (`.` or `..`), which would climb in the path");
    let decoded: string;
    try {
      decoded = decodeURIComponent(form);
    } catch {
      break;
    }
    if (decoded === form) break;
    form = decoded;
  }
  return enc(text);
}

/** A header value in style `simple`; nothing is percent-encoded. */
export function headerText(value: unknown, style: Style): string {
  if (style.style === "json") return toJsonText(value);
  if (Array.isArray(value)) return elements(value).map(toText).join(",");
  if (isObject(value)) {
    return members(value)
      .map(([k, v]) => `${k}${style.explode ? "=" : ","}${toText(v)}`)
      .join(",");
  }
  return toText(value);
}

/** `name=value` for the Cookie header. */
export function cookieText(name: string, value: unknown, style: Style): string {
  // Raw reserved characters could end the cookie: `allowReserved` is for queries.
  return queryText(name, value, { style: style.style, explode: style.explode }).replaceAll("&", "; ");
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
