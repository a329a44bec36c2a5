/** What a `WWW-Authenticate` header says of a bearer token that was refused (RFC 6750 section 3), by lower-cased name. */
export type BearerChallenge = ReadonlyMap<string, string>;

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
  return found;
}

/** Whether another token can help: a token that lacks a scope is refused again. */
export function isWorthRefresh(challenge: BearerChallenge | undefined): boolean {
  const error = challenge?.get("error");
  return error === undefined || error === "invalid_token" || error === "insufficient_claims";
}
