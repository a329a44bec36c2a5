/** What a `WWW-Authenticate` header says of a bearer token that was refused (RFC 6750 section 3). */
export interface BearerChallenge {
  readonly error?: string;
  /** Claims that a new token must meet, as JSON text. */
  readonly claims?: string;
}

const LONGEST = 8_192;
const PIECE = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?/g;

/** The Bearer challenge among those of an answer; undefined when there is none. */
export function bearerChallenge(headers: Headers): BearerChallenge | undefined {
  const text = (headers.get("www-authenticate") ?? "").slice(0, LONGEST);
  let found: Map<string, string> | undefined;
  for (const [, name = "", quoted, plain] of text.matchAll(PIECE)) {
    const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    // A name without a value starts the next challenge.
    if (value !== undefined) found?.set(name.toLowerCase(), value);
    else if (found !== undefined) break;
    else if (name.toLowerCase() === "bearer") found = new Map();
  }
  if (found === undefined) return undefined;
  const error = found.get("error");
  const claims = toClaims(found.get("claims"));
  return { ...(error !== undefined && { error }), ...(claims !== undefined && { claims }) };
}

/** Whether another token can help: a token that lacks a scope is refused again. */
export function isWorthRefresh(challenge: BearerChallenge | undefined): boolean {
  const error = challenge?.error;
  return error === undefined || error === "invalid_token" || error === "insufficient_claims";
}

/** Base64 of a JSON object; anything else is not sent on. */
function toClaims(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const json = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
