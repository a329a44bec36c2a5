import type { BodyEncoder } from "./body.ts";
import { type Piece, streamOf } from "./byte-stream.ts";
import { ParameterError, toJsonText } from "./parameters.ts";

/**
 * One JSON text an item: `application/x-ndjson`, `application/jsonl` and, with its record separator, `application/json-seq`
 * (RFC 7464). An array is encoded at once; any other iterable is read as it is sent, so such a call has one attempt.
 */
export const jsonLinesBody: BodyEncoder = (value, { contentType }) => {
  const mark = /[/+]json-seq\b/i.test(contentType) ? "\u001e" : "";
  const write = (item: unknown): string => `${mark}${toJsonText(item)}\n`;
  if (Array.isArray(value)) return { body: value.map(write).join(""), contentType };
  if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value || Symbol.iterator in value)) {
    throw new ParameterError("must be an array or an (async) iterable of items");
  }
  return { ...streamOf(lines(value as AsyncIterable<unknown>, write)), contentType };
};

async function* lines(items: AsyncIterable<unknown>, write: (item: unknown) => string): AsyncGenerator<Piece> {
  for await (const item of items) yield write(item);
}
