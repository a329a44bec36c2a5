import type { ParameterLocation } from "./descriptor.ts";
import { encode, isCompound, isExploded, type Style } from "./parameters.ts";

const reserved = /%(?:2[1346789ABCF]|3[ABDF]|40|5[BD])/gi;
const encodedTriple = /%25([0-9A-F]{2})/gi;
/**
 * Reserved characters that stay encoded under `allowReserved`: raw they would end the value or change it there.
 * RFC 3986 3.3 and 3.4, WHATWG form parsing, RFC 6265 4.1.1.
 */
const unfit: Readonly<Record<Exclude<ParameterLocation, "header">, string>> = {
  query: "&+#[]",
  path: "/?#[]",
  cookie: ";,",
};

/** Reserved expansion of RFC 6570 3.2.3: also percent-encoded triples pass as they are, and of `kept` nothing does. */
function encodeReserved(text: string, kept: string): string {
  return encode(text)
    .replace(encodedTriple, "%$1")
    .replace(reserved, (hex) => {
      const character = decodeURIComponent(hex);
      return kept.includes(character) ? hex : character;
    });
}

/**
 * How values are percent-encoded under `allowReserved`. Also the delimiters between the parts of a value stay encoded in those parts (OpenAPI 3.1.1,
 * appendix C.2).
 */
export function encoder(style: Style, location: keyof typeof unfit, value: unknown): (text: string) => string {
  if (style.allowReserved !== true) return encode;
  const delimiters = style.style === "matrix" ? ";,=" : location === "path" ? ",=" : isExploded(style) ? "" : ",";
  const kept = isCompound(value)
    ? unfit[location] + delimiters
    : style.style === "matrix"
      ? `${unfit.path};`
      : unfit[location];
  return (text) => encodeReserved(text, kept);
}
