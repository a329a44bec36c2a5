import { type BodyEncoder, isStyled } from "./body.ts";
import { isUnread } from "./byte-stream.ts";
import { type StyledParts, writeParts } from "./multipart-body.ts";
import { partOptions } from "./part.ts";
import { type Separators, stylePairs } from "./query-text.ts";

/**
 * `multipartBody` where some properties have a style: these are text parts, not percent-encoded (OpenAPI 3.1.1,
 * 4.8.15.1.2).
 */
export const styledMultipartBody: BodyEncoder = (value, context) => writeParts(value, context, styledParts);

const rawSeparators: Separators = new Map([
  ["spaceDelimited", " "],
  ["pipeDelimited", "|"],
]);

const styledParts: StyledParts = (name, value, rule) => {
  // A style is for text: what holds bytes, or what `part` speaks of, is sent as it is.
  const isSentAsItIs = (element: unknown): boolean => isBytes(element) || partOptions(element) !== undefined;
  if (!isStyled(rule) || [value].flat().some(isSentAsItIs)) return undefined;
  return stylePairs(name, value, rule, (text) => text, rawSeparators);
};

function isBytes(value: unknown): boolean {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value) || isUnread(value);
}
