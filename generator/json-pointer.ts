/** A JSON Pointer lengthened by tokens: [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901). */
export function pointerTo(base: string, ...tokens: readonly (string | number)[]): string {
  return base + tokens.map((token) => `/${toToken(String(token))}`).join("");
}

/** A key as a token of a JSON Pointer. */
export function toToken(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}

/** What a token of a JSON Pointer stands for. */
export function fromToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
