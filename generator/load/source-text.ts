import { readFileSync, statSync } from "node:fs";
import { InputError, type Location, printable } from "../errors.ts";

/** Bytes of one document file; larger ones are refused before they are read. */
export const MAX_BYTES: number = 64 * 1024 * 1024;
const MAX_EXCERPT = 400;

export interface SourceText {
  /** Real path. */
  readonly path: string;
  /** Path as people are told it. */
  readonly file: string;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Place of an offset of the text. */
  place(offset: number, length?: number): Location;
}

/** Reads a file that should be JSON or YAML text. Throws `InputError` for anything that surely is not. */
export function readSource(path: string, file: string): SourceText {
  const fail = (code: string, message: string, fix: string): never => {
    throw inputError(code, { file, line: 1, column: 1 }, message, fix);
  };
  const bytes = readBytes(path, fail);
  if (bytes.length === 0) fail("S002", "the file is empty", "save the provider's OpenAPI document here");
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) fail("S002", "the file is UTF-16 text", "save it as UTF-8");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) fail("S002", "the file is gzip data", "unpack it first");
  if (bytes.includes(0)) fail("S002", "the file is binary, not JSON or YAML text", "give the document itself");
  const text = decode(bytes) ?? fail("S002", "the file is not valid UTF-8 text", "save it as UTF-8");
  const start = text.slice(0, 1024).trimStart();
  if (text.trim() === "") fail("S002", "the file has no content", "save the provider's OpenAPI document here");
  if (start.startsWith("<")) {
    fail(
      "S002",
      "the file is HTML or XML, not an OpenAPI document",
      "download the raw document; a web page about it, a login page or an error page was saved instead",
    );
  }
  return { path, file, text, bytes, place: createPlaces(file, text) };
}

/** Places in one text, by an index of its lines that is made once. */
function createPlaces(file: string, text: string): (offset: number, length?: number) => Location {
  let starts: number[] | undefined;
  return (offset, length = 1) => {
    if (!starts) {
      starts = [0];
      for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    }
    const at = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] as number;
    const column = at - start + 1;
    const next = starts[low + 1];
    const end = next === undefined ? text.length : next - 1;
    // A line of minified JSON says nothing to a reader.
    if (end - start > MAX_EXCERPT) return { file, line: low + 1, column };
    const line = text.slice(start, end).replace(/\r$/, "");
    const shown = Math.max(1, Math.min(length, line.length - column + 1));
    return { file, line: low + 1, column, excerpt: { text: line, length: shown } };
  };
}

export function inputError(code: string, place: Location, message: string, fix?: string): InputError {
  const told = { ...place, code, severity: "error" as const, message: printable(message) };
  return new InputError([fix === undefined ? told : { ...told, fix: printable(fix) }]);
}

function readBytes(path: string, fail: (code: string, message: string, fix: string) => never): Uint8Array {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) fail("S001", "this is not a regular file", "name the document's file");
    if (stat.size > MAX_BYTES) {
      fail("S005", `the file has ${stat.size} bytes; at most ${MAX_BYTES} (64 MiB) are read`, "split or filter it");
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return fail("S001", "there is no such file", "check the path");
    return fail("S001", `the file cannot be read (${code ?? "unknown"})`, "check its permissions");
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
