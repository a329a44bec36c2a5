/** Request body encoders. Each makes the bytes of a body once, so that every attempt sends the same ones. */
import { isUnread, streamOf } from "./byte-stream.ts";
import { deepQueryText } from "./deep-query-text.ts";
import type { Encoding } from "./descriptor.ts";
import { checkText, encode, ParameterError, type Style, toJsonText, toText } from "./parameters.ts";
import { queryText } from "./query-text.ts";
import { reservedQueryText } from "./reserved-query-text.ts";

export interface EncodedBody {
  readonly body: string | Blob | Uint8Array<ArrayBuffer> | ReadableStream;
  readonly contentType: string;
  /** The body is a stream: it can be sent only once, so the call has a single attempt. */
  readonly once?: true;
  /** Called when the call fails: leaves what the body is still read from. */
  readonly end?: () => void;
}

export type BodyEncoder = (
  value: unknown,
  context: { readonly contentType: string; readonly encoding?: Readonly<Record<string, Encoding>> | undefined },
) => EncodedBody;

/** `application/json` and `+json`. Dates become ISO 8601; a bigint or a cycle is refused. */
export const jsonBody: BodyEncoder = (value, { contentType }) => ({ body: toJsonText(value), contentType });

/** `text/*`. */
export const textBody: BodyEncoder = (value, { contentType }) => ({
  body: checkText(toText(value)),
  contentType: concrete(contentType, "text/plain"),
});

/**
 * Bytes as they are: `Blob`, `ArrayBuffer`, a typed array, a string, or a stream (`ReadableStream` or an async iterable
 * of bytes). A stream is read as it is sent, at most once: such a call is never retried. For a media type range (`image/*`) a Blob's own type is sent.
 */
export const bytesBody: BodyEncoder = (value, context) => {
  const contentType = concrete(
    context.contentType,
    value instanceof Blob && value.type ? value.type : "application/octet-stream",
  );
  if (value instanceof ReadableStream) return { body: value, contentType, once: true };
  if (isUnread(value)) return { ...streamOf([value]), contentType };
  if (typeof value === "string" || value instanceof Blob) return { body: value, contentType };
  const view = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (ArrayBuffer.isView(view)) return { body: viewBytes(view), contentType };
  throw new ParameterError("must be a Blob, ArrayBuffer, typed array, string or ReadableStream");
};

/**
 * `application/x-www-form-urlencoded`. Without an Encoding Object, primitives and arrays of primitives follow
 * OpenAPI's default (`tag=a&tag=b`), objects and arrays of objects are named by brackets (`item[0][sku]=…`).
 */
export const formBody: BodyEncoder = (value, { contentType, encoding }) => {
  const parts: string[] = [];
  for (const [name, member] of properties(value)) {
    const text = formProperty(name, member, own(encoding, name));
    if (text !== "") parts.push(text);
  }
  return { body: parts.join("&"), contentType };
};

const usual: Style = { style: "form", explode: true };

function formProperty(name: string, value: unknown, encoding: Encoding | undefined): string {
  const contentType = encoding?.contentType;
  const styled = isStyled(encoding);
  if (!styled && contentType !== undefined && isJson(contentType))
    return `${encode(name)}=${encode(toJsonText(value))}`;
  const text =
    !styled && isNested(value)
      ? deepQueryText(name, value, usual)
      : encoding === undefined
        ? queryText(name, value, usual)
        : reservedQueryText(name, value, encoding);
  return text ?? "";
}

/** OpenAPI 3.1.1, 4.8.15.1.2: each of these turns the media type off. */
export function isStyled(encoding: Encoding | undefined): encoding is Encoding {
  return encoding?.style !== undefined || encoding?.explode !== undefined || encoding?.allowReserved !== undefined;
}

function isNested(value: unknown): boolean {
  if (typeof value !== "object" || value === null || value instanceof Date) return false;
  return !Array.isArray(value) || value.some((element) => typeof element === "object" && element !== null);
}

/** A copy also detaches the body from a caller that goes on writing to its buffer. */
export function viewBytes(view: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

/** What is sent of the object that a form is. */
export function properties(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ParameterError("must be an object");
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** What an Encoding Object or the like says of a property. */
export function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

function concrete(contentType: string, otherwise: string): string {
  return contentType.includes("*") ? otherwise : contentType;
}

/** Whether a media type is JSON text: `application/json`, `text/json` or `+json`. */
export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);
}
