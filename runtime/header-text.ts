import { isCompound, members, type ParameterWriter, parts, toJsonText, toText } from "./parameters.ts";

/**
 * A header value in style `simple`; nothing is percent-encoded, JSON text is kept in ASCII by its own escapes.
 * Undefined for an empty array or object: there is nothing to send.
 */
export const headerText: ParameterWriter = (_name, value, { style, explode }) => {
  if (style === "json") return toJsonText(value).replace(beyondAscii, jsonEscape);
  if (!isCompound(value)) return toText(value);
  const texts =
    explode && !Array.isArray(value)
      ? members(value).map(([name, member]) => `${name}=${toText(member)}`)
      : parts(value).map(toText);
  return texts.length === 0 ? undefined : texts.join(",");
};

const beyondAscii = /[^\u0020-\u007e]/g;

function jsonEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
