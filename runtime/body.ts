/** Request body encoders. Each makes the bytes of a body once, so that every attempt sends the same ones. */
import { isUnread, type Piece, streamOf } from "./byte-stream.ts";
import { deepQueryText } from "./deep-query-text.ts";
import type { Encoding } from "./descriptor.ts";
import { checkHeader, checkText, encode, ParameterError, toJsonText, toText } from "./parameters.ts";
import { type PartOptions, partOptions } from "./part.ts";
import { type Separators, stylePairs } from "./query-text.ts";
import { reservedQueryText } from "./reserved-query-text.ts";

export interface EncodedBody {
  readonly body: string | Blob | Uint8Array<ArrayBuffer> | ArrayBuffer | ReadableStream;
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
  if (typeof value === "string" || value instanceof Blob || value instanceof ArrayBuffer)
    return { body: value, contentType };
  if (ArrayBuffer.isView(value)) return { body: viewBytes(value), contentType };
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

function formProperty(name: string, value: unknown, encoding: Encoding | undefined): string {
  const contentType = encoding?.contentType;
  const styled = isStyled(encoding);
  if (!styled && contentType !== undefined && isJson(contentType))
    return `${encode(name)}=${encode(toJsonText(value))}`;
  const write = !styled && isNested(value) ? deepQueryText : reservedQueryText;
  return write(name, value, encoding ?? {}) ?? "";
}

/** OpenAPI 3.1.1, 4.8.15.1.2: each of these turns the media type off. */
function isStyled(encoding: Encoding | undefined): encoding is Encoding {
  return encoding?.style !== undefined || encoding?.explode !== undefined || encoding?.allowReserved !== undefined;
}

function isNested(value: unknown): boolean {
  if (typeof value !== "object" || value === null || value instanceof Date) return false;
  return !Array.isArray(value) || value.some((element) => typeof element === "object" && element !== null);
}

const rawSeparators: Separators = new Map([
  ["spaceDelimited", " "],
  ["pipeDelimited", "|"],
]);

/**
 * `multipart/form-data` (RFC 7578). Blobs are file parts, other bytes too; objects are JSON parts; an array is one
 * part an element; a property with a style is text parts, not percent-encoded (OpenAPI 3.1.1, 4.8.15.1.2). The boundary
 * is chosen once, so that attempts are identical byte for byte. Files are read as they are sent, never before; a part
 * that is a stream can be sent only once. `part` (part.ts) gives a part its own headers.
 */
export const multipartBody: BodyEncoder = (value, { contentType, encoding }) => {
  const boundary = `couplet-${crypto.randomUUID()}`;
  const chunks: Piece[] = [];
  let once = false;
  for (const [property, member] of properties(value)) {
    const rule = own(encoding, property);
    const elements = (Array.isArray(member) ? member : [member]).filter((element) => element !== undefined);
    // A style is for text: what holds bytes, or what `part` speaks of, is sent as it is.
    const styled = isStyled(rule) && !elements.some((element) => isBytes(element) || partOptions(element));
    const fields: readonly (readonly [string, unknown])[] = styled
      ? stylePairs(property, member, rule, (text) => text, rawSeparators)
      : elements.map((element) => [property, element]);
    for (const [name, element] of fields) {
      const options = partOptions(element);
      const part = toPart(element, styled ? undefined : rule?.contentType, options);
      once ||= isUnread(part.data);
      const file = part.fileName === undefined ? "" : `; filename="${quoted(part.fileName)}"`;
      const type = part.type === undefined ? "" : `\r\nContent-Type: ${part.type}`;
      chunks.push(
        `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}${type}${partHeaders(rule?.headers, options?.headers)}\r\n\r\n`,
        part.data,
        "\r\n",
      );
    }
  }
  chunks.push(`--${boundary}--\r\n`);
  const whole = `${contentType.replace(/;\s*boundary=[^;]*/i, "")}; boundary=${boundary}`;
  return once
    ? { ...streamOf(chunks), contentType: whole }
    : { body: new Blob(chunks as BlobPart[]), contentType: whole };
};

function isBytes(value: unknown): boolean {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value) || isUnread(value);
}

/** Header lines of a part; what the caller says replaces what the document says. */
function partHeaders(...sources: (Readonly<Record<string, string>> | undefined)[]): string {
  const lines = new Map<string, string>();
  for (const [name, value] of sources.flatMap((source) => Object.entries(source ?? {}))) {
    checkHeader(name, value);
    // These two are written from what the part is.
    if (!/^content-(?:disposition|type)$/i.test(name)) lines.set(name.toLowerCase(), `\r\n${name}: ${value}`);
  }
  return [...lines.values()].join("");
}

interface Part {
  readonly data: Piece;
  readonly type?: string | undefined;
  readonly fileName?: string;
}

function toPart(value: unknown, declared: string | undefined, options: PartOptions | undefined): Part {
  const named = options?.fileName === undefined ? undefined : { fileName: options.fileName };
  // An Encoding Object may list several types; then the Blob's own decides.
  const one = options?.contentType ?? (declared === undefined || /[,*]/.test(declared) ? undefined : declared);
  const single = one === undefined ? undefined : mediaType(one);
  if (value instanceof Blob) {
    const fileName = "name" in value && typeof value.name === "string" ? value.name : "blob";
    return { data: value, type: single ?? mediaType(value.type || "application/octet-stream"), fileName, ...named };
  }
  if (isUnread(value)) return { data: value, type: single ?? "application/octet-stream", fileName: "blob", ...named };
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const data = value instanceof ArrayBuffer ? value : viewBytes(value);
    return { data, type: single ?? "application/octet-stream", fileName: "blob", ...named };
  }
  if (
    (typeof value === "object" && value !== null && !(value instanceof Date)) ||
    (single !== undefined && isJson(single))
  ) {
    return { data: toJsonText(value), type: single ?? "application/json", ...named };
  }
  return { data: checkText(toText(value)), type: single, ...named };
}

const escapes: Readonly<Record<string, string>> = { "\r": "%0D", "\n": "%0A", '"': "%22" };

/**
 * Escapes as browsers do (WHATWG HTML, multipart/form-data encoding): a name cannot end its quotes or its line. Line
 * breaks keep their kind. A `%` stays, as there: a name that holds `%22` itself is read as a quote.
 */
function quoted(text: string): string {
  return checkText(text).replace(/[\r\n"]/g, (character) => escapes[character]!);
}

function mediaType(text: string): string {
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[\t ]*;[\t\u0020-\u007e]*)?$/.test(text)) {
    throw new ParameterError("holds a part whose media type is not valid");
  }
  return text;
}

function viewBytes(view: ArrayBufferView): Uint8Array<ArrayBuffer> {
  // A copy also detaches the body from a caller that goes on writing to its buffer.
  return new Uint8Array(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

function properties(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ParameterError("must be an object");
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

function concrete(contentType: string, otherwise: string): string {
  return contentType.includes("*") ? otherwise : contentType;
}

/** Whether a media type is JSON text: `application/json`, `text/json` or `+json`. */
export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);
}
