/** A `name=value` pair of a query, form body or cookie; the value still encoded, so that delimiters can be told apart. */
export interface WirePair {
  readonly name: string;
  readonly raw: string;
}

/** Splits `a=1&b=2`. Names are decoded, `+` in them read as a space. */
export function splitPairs(text: string): WirePair[] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return { name: decodeFormText(at === -1 ? pair : pair.slice(0, at)), raw: at === -1 ? "" : pair.slice(at + 1) };
    });
}

/** Splits `a=1; b=2`. https://www.rfc-editor.org/rfc/rfc6265#section-4.2.1 */
export function splitCookies(header: string): WirePair[] {
  return splitPairs(header.split(/;\s*/).join("&"));
}

/** Percent-decoding with `+` as a space. Text that is not valid percent-encoding is kept. */
export function decodeFormText(raw: string): string {
  return decodeText(raw.replaceAll("+", " "));
}

/** Percent-decoding. Text that is not valid percent-encoding is kept. */
export function decodeText(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
