/** What an answer says of the token that it refuses. */
interface Challenge {
  /** Whether another token can help. */
  readonly isWorthRefresh: boolean;
  /** Claims that it must meet, as JSON text. */
  readonly claims?: string | undefined;
}

const LONGEST = 8_192;
const PIECE = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?/g;

/** The Bearer challenge in `WWW-Authenticate` (RFC 6750 section 3): a token that lacks a scope would be refused again. */
export function bearerChallenge(headers: Headers): Challenge {
  const text = (headers.get("www-authenticate") ?? "").slice(0, LONGEST);
  const told = new Map<string, string>();
  let isBearer = false;
  for (const [, name = "", quoted, value = quoted] of text.matchAll(PIECE)) {
    // A name without a value starts a challenge.
    if (value === undefined) isBearer = name.toLowerCase() === "bearer";
    else if (isBearer) told.set(name.toLowerCase(), value);
  }
  return {
    isWorthRefresh: [undefined, "invalid_token", "insufficient_claims"].includes(told.get("error")),
    claims: claimsIn(told.get("claims")),
  };
}

/** Base64 of a JSON object; anything else is not sent on. */
function claimsIn(text: string = ""): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
