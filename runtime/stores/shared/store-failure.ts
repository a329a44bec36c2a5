/** A shared store that gave no usable answer. Its own error is not attached: drivers put commands, and so tokens, into theirs. */
export class StoreFailure extends Error {
  override name: string = "StoreFailure";
}

/** Codes of drivers: `ECONNREFUSED`, `42P01`, `READONLY`. Anything else could be foreign text. */
const CODE = /^[A-Z0-9_]{3,32}$/;

/** What may be shown of a driver's error: its code, or the word with which Redis begins. */
export function failureCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const word = typeof message === "string" ? message.split(" ", 1)[0] : undefined;
  return [code, word].find((text): text is string => typeof text === "string" && CODE.test(text));
}
