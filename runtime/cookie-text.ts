import { pairText } from "./deep-query-text.ts";
import { ParameterError, type ParameterWriter } from "./parameters.ts";
import { type Separators, stylePairs } from "./query-text.ts";
import { encoder } from "./reserved-encoding.ts";

/**
 * `name=value` for the Cookie header; several are joined by `; `, since a `&` would be part of the value. Style `form`
 * percent-encodes, OpenAPI 3.2's style `cookie` writes the text as it is and refuses what would end it.
 */
export const cookieText: ParameterWriter = (name, value, style) => {
  const raw = style.style === "cookie";
  const pairs = stylePairs(name, value, style, raw ? cookieValue : encoder(style, "cookie", value), commas);
  return pairs.map(pairText).join("; ");
};

const commas: Separators = new Map();

/** RFC 6265 4.1.1, less strict about quotes, commas and backslashes, which servers do take. */
function cookieValue(text: string): string {
  if (/[^\u0021-\u007e]|;/.test(text)) {
    throw new ParameterError("holds a blank, a semicolon, a control character, or a character beyond ASCII");
  }
  return text;
}
