import { type ParameterWriter, simpleText, toJsonText } from "./parameters.ts";

/**
 * A header value in style `simple`; nothing is percent-encoded, JSON text is kept in ASCII by its own escapes.
 * Undefined for an empty array or object: there is nothing to send.
 */
export const headerText: ParameterWriter = (_name, value, style) => {
  if (style.style === "json") return toJsonText(value).replace(beyondAscii, jsonEscape);
  return simpleText(value, style, (text) => text);
};

const beyondAscii = /[^\u0020-\u007e]/g;

function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
