import { type BodyEncoder, type EncodedBody, isJson, own, properties, viewBytes } from "./body.ts";
import { isUnread, type Piece, streamOf } from "./byte-stream.ts";
import type { Encoding } from "./descriptor.ts";
import { checkHeader, checkText, ParameterError, toJsonText, toText } from "./parameters.ts";
import { type PartOptions, partOptions } from "./part.ts";

/** The text parts of a property whose Encoding Object gives it a style; undefined where it has none. */
export type StyledParts = (
  name: string,
  value: unknown,
  rule: Encoding,
) => readonly (readonly [name: string, text: string])[] | undefined;

/**
 * `multipart/form-data` (RFC 7578). Blobs are file parts, other bytes too; objects are JSON parts; an array is one
 * part an element. The boundary
 * is chosen once, so that attempts are identical byte for byte. Files are read as they are sent, never before; a part
 * that is a stream can be sent only once. `part` (part.ts) gives a part its own headers.
 */
export const multipartBody: BodyEncoder = (value, context) => writeParts(value, context);

/** The same, with another way of writing some properties. */
export function writeParts(
  value: unknown,
  { contentType, encoding }: Parameters<BodyEncoder>[1],
  styled?: StyledParts,
): EncodedBody {
  const boundary = `couplet-${crypto.randomUUID()}`;
  const chunks: Piece[] = [];
  let once = false;
  for (const [property, member] of properties(value)) {
    const rule = own(encoding, property);
    const elements = (Array.isArray(member) ? member : [member]).filter((element) => element !== undefined);
    const texts = rule && styled?.(property, member, rule);
    const fields = texts ?? elements.map((element) => [property, element] as const);
    for (const [name, element] of fields) {
      const options = partOptions(element);
      const part = toPart(element, texts ? undefined : rule?.contentType, options);
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
