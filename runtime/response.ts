/** Reading and decoding of answers: capped, complete, and without rounding. */
import { isJson } from "./body.ts";
import { Broken } from "./broken.ts";
import type { ResponseKind } from "./descriptor.ts";
import { DecodeError, ResponseTooLargeError } from "./errors.ts";
import { isUnsafe, numbersOf, placeOf } from "./json-numbers.ts";
import { printable } from "./printable.ts";

/** The body is larger than allowed. */
export class TooLarge extends Broken {
  constructor(message: string, status: number) {
    super(`the answer is too large: ${message}`, {
      Type: ResponseTooLargeError,
      label: "too large",
      effect: status < 300 ? "applied" : "unknown",
    });
  }
}
/** Fewer or more bytes came than Content-Length announced (RFC 9110 8.6). */
export class Truncated extends Error {
  readonly code: string = "CONTENT_LENGTH_MISMATCH";
}
/** The body is not what its media type promises. */
export class Undecodable extends Broken {
  constructor(message: string) {
    super(`the answer cannot be decoded: ${message}`, { Type: DecodeError, label: "undecodable", effect: "applied" });
  }
}

export const empty: Uint8Array<ArrayBuffer> = new Uint8Array();
const utf8: TextDecoder = new TextDecoder();

/** The whole body, decompressed. Cancels the rest as soon as more than `max` bytes came; what was not begun is left as it is. */
export async function readBody(
  response: Response,
  status: number,
  method: string,
  max: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const length = announcedLength(response, status, method);
  if (length !== undefined && length > max)
    throw new TooLarge(`${length} bytes are announced, ${max} are allowed`, status);
  const { body } = response;
  if (body === null) return empty;
  const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.byteLength;
    if (total > max) {
      reader.cancel().catch(() => {});
      throw new TooLarge(`more than the allowed ${max} bytes came`, status);
    }
    chunks.push(value);
  }
  if (length !== undefined && length !== total) {
    throw new Truncated(`${total} bytes came, ${length} were announced`);
  }
  return chunks.length === 1 ? chunks[0]! : join(chunks, total);
}

/** One piece of many, `total` bytes long. */
export function join(chunks: readonly Uint8Array<ArrayBuffer>[], total: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** Content-Length where it says how many bytes will come out of the body. */
export function announcedLength(response: Response, status: number, method: string): number | undefined {
  const text = response.headers.get("content-length");
  if (text === null || !/^\d{1,15}$/.test(text) || method === "HEAD" || status === 204 || status === 304)
    return undefined;
  // A compressed body has another length, and a cross-origin page cannot see that it was compressed.
  if (response.type === "cors" || response.headers.has("content-encoding")) return undefined;
  return Number(text);
}

/** Gives up on a body, so that its connection is freed. */
export function cancel(response: Response): void {
  // A body that is already broken cannot be cancelled, and nobody needs to know.
  response.body?.cancel().catch(() => {});
}

/** How the body of an answer with this status is read: by its code, else its range, else `default`, else its media type. */
export function responseKind(responses: Readonly<Record<string, ResponseKind>>, status: number): ResponseKind {
  return forStatus(responses, status) ?? "auto";
}

/** What is said of a status: by its code, else its range, else `default`. */
export function forStatus<T>(said: Readonly<Record<string, T>>, status: number): T | undefined {
  const code = String(status);
  for (const name of [code, `${code[0]}XX`, "default"]) if (Object.hasOwn(said, name)) return said[name];
  return undefined;
}

/** Reads JSON text, which `what` names in a message. Throws Undecodable. */
export type JsonParser = (text: string, what: string) => unknown;

/**
 * Decodes a body. Throws Undecodable for a success that is not what it says; the message shows nothing of the body but a
 * place. An error is decoded as far as possible: an error page instead of JSON is its text.
 */
export function decodeBody(
  bytes: Uint8Array<ArrayBuffer>,
  declared: ResponseKind,
  headers: Headers,
  isError: boolean,
  parse: JsonParser = isError ? keepIntegers : jsonValue,
): unknown {
  if (bytes.byteLength === 0 && (isError || (declared !== "bytes" && declared !== "text"))) return undefined;
  const contentType = headers.get("content-type") ?? "";
  // An error may come from somebody who has never heard of the document, so what it says of itself counts for more.
  const isOpen = /auto|stream/.test(declared) || (isError && /bytes|none/.test(declared));
  const isShown = isText(contentType) || (isError && declared !== "bytes");
  const kind = !isOpen ? declared : isJson(contentType) ? "json" : isShown ? "text" : "bytes";
  if (kind === "none") return undefined;
  if (kind === "bytes") return bytes;
  const text = decodeText(bytes, contentType);
  if (kind === "text") return text;
  const named = contentType === "" ? "no Content-Type" : `Content-Type "${printable(contentType, 80)}"`;
  try {
    return parse(text, `the answer has ${named} and ${bytes.byteLength} bytes, which`);
  } catch (error) {
    if (isError) return text;
    throw error;
  }
}
/** The value of a JSON text, which `what` names and the message never shows. Throws Undecodable. */
export const jsonValue: JsonParser = (text, what) => {
  const value = parseJson(text, what);
  const place = unsafeInteger(text);
  if (place === undefined) return value;
  throw roundedInteger(place);
};

/** The same, but numbers beyond the safe range are rounded. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Undecodable(`${what} are not valid JSON`);
  }
}

/** The fault of an integer that nobody may round; `place` is its JSON Pointer. */
export function roundedInteger(place: string): Undecodable {
  const where = printable(place || "the root");
  return new Undecodable(
    `the integer at ${where} is beyond Number.MAX_SAFE_INTEGER and would be rounded; the policy can \`coerce\` it to a string or bigint`,
  );
}

/** The value of an error's JSON text: an integer beyond the safe range is the text of its digits. */
export function keepIntegers(text: string): unknown {
  return unsafeInteger(text) === undefined ? JSON.parse(text) : JSON.parse(text, keepDigits as never);
}

// An error must not be lost over a number: where the engine tells the source text, its digits are kept as a string.
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && isUnsafe(context?.source ?? "") ? context?.source : value;
}

function isText(contentType: string): boolean {
  return /^\s*(?:text\/|application\/(?:[\w.+-]*\+)?xml|application\/x-www-form-urlencoded)/i.test(contentType);
}

function decodeText(bytes: Uint8Array<ArrayBuffer>, contentType: string): string {
  const charset = /;\s*charset="?([\w:.-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    if (!/^utf-?8$/i.test(charset)) return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows.
  }
  return utf8.decode(bytes);
}

// 16 digits at the head of a number are the cheap sign that a closer look is due.
const longNumber = /(?:^|[[:,\s])-?\d{16}/;

/** JSON Pointer of the first integer that a double cannot hold exactly, in text that is valid JSON. */
export function unsafeInteger(text: string): string | undefined {
  if (!longNumber.test(text)) return undefined;
  for (const [digits, path] of numbersOf(text)) if (isUnsafe(digits)) return placeOf(path);
  return undefined;
}
