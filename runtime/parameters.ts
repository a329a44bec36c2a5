/**
 * Serialization of parameters, as far as every client needs it; the rest are features (`queryText`, `headerText`, …). The styles of the OpenAPI Parameter Object, which are those of RFC 6570 plus
 * `deepObject`. @see https://spec.openapis.org/oas/v3.1.1#style-values
 *
 * What the specification leaves open is decided here: `undefined` is not sent (also inside arrays and objects), `null`
 * is sent as an empty value, a `Date` as ISO 8601, `deepObject` nests to any depth and numbers its arrays
 * (`expand[0]=…`), and a value nested deeper than its style allows is sent as JSON text.
 */
import { climbs } from "./climbing.ts";
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

/**
 * Writes the parameters of one location: a feature that generated code names. Undefined, or an empty text, where there is
 * nothing to send. Throws a ParameterError.
 */
export type ParameterWriter = (name: string, value: unknown, style: Style) => string | undefined;

const loneSurrogate = "holds a lone surrogate, which has no UTF-8 form";
const plain = /^[A-Za-z0-9_~-]*$/;
const subDelimiters = /[!'()*]/g;
/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function encode(text: string): string {
  if (plain.test(text)) return text;
  try {
    return encodeURIComponent(text).replace(subDelimiters, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  } catch {
    throw new ParameterError(loneSurrogate);
  }
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

/** Whether a value has members of its own to be written. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Members that are sent. */
export function members(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** Elements that are sent. */
export function elements(value: readonly unknown[]): unknown[] {
  return value.filter((element) => element !== undefined);
}

/** The text that stands for a path parameter in style `simple`. */
export const simplePathText: ParameterWriter = (_name, value, style) => {
  if (style.style === "json") return encode(toJsonText(value));
  return simpleText(value, style, encode);
};

/** A value in style `simple`; undefined for an empty array or object. */
export function simpleText(value: unknown, { explode }: Style, write: (text: string) => string): string | undefined {
  if (!Array.isArray(value) && !isObject(value)) return write(toText(value));
  if (!Array.isArray(value) && explode)
    return (
      members(value)
        .map(([k, v]) => `${write(k)}=${write(toText(v))}`)
        .join(",") || undefined
    );
  const flat = Array.isArray(value) ? elements(value) : members(value).flat();
  return flat.length === 0 ? undefined : flat.map((part) => write(toText(part))).join(",");
}

/** Refuses the text of a path parameter that is empty or climbs. */
export function checkPath(text: string | undefined): string {
  if (!text) throw new ParameterError("is empty, which would leave a hole in the path");
  if (climbs(text)) throw new ParameterError("holds a dot segment (`.` or `..`), which would climb in the path");
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
