/**
 * Serialization of parameters: plain values as every client needs it; other styles, arrays and objects are features
 * (`queryText`, `headerText`, …).
 * The styles of the OpenAPI Parameter Object, which are those of RFC 6570 plus `deepObject`.
 * @see https://spec.openapis.org/oas/v3.1.1#style-values
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

/** What is absent has OpenAPI's default. */
export interface Style {
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  readonly allowReserved?: true;
}

/** Whether each part of a value is written by itself in a style with names. */
export function isExploded({ style = "form", explode = style === "form" || style === "cookie" }: Style): boolean {
  return explode;
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

/** A value that is neither an array nor an object as text. */
export function plainText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (Number.isFinite(value)) return String(value);
      throw new ParameterError("is not a finite number");
    case "boolean":
    case "bigint":
      return String(value);
    default:
      if (value === null) return "";
      if (value instanceof Date) return toIsoText(value);
      throw new ParameterError(
        typeof value === "object"
          ? "is an array or object where a plain value is declared"
          : `is a ${typeof value}, which cannot be sent`,
      );
  }
}

/** One value as text; arrays and objects as JSON text. */
export function toText(value: unknown): string {
  return isCompound(value) ? toJsonText(value) : plainText(value);
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

/** Whether a value is an array or an object with members to be written. */
export function isCompound(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

/** Members that are sent. */
export function members(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** What is sent of an array or object: its elements, or names and values in turn. */
export function parts(value: object): unknown[] {
  return Array.isArray(value) ? value.filter((element) => element !== undefined) : members(value).flat();
}

/** Writes a parameter whose schema is neither an array nor an object, in the usual style of its place. */
export function writePlain(place: ParameterLocation, name: string, value: unknown): string {
  const text = plainText(value);
  if (place === "header") return text;
  return place === "path" ? encode(text) : `${encode(name)}=${encode(text)}`;
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
