/** What an answer says of the credentials that it refuses. */
export interface Challenge {
  /** Whether others can help. */
  readonly isWorthRefresh: boolean;
  /** Claims that new ones must meet, as they are written there. */
  readonly claims?: string | undefined;
}

/** Reads a challenge: a feature that generated code names. */
export type ChallengeKind = (headers: Headers) => Challenge;

const LONGEST = 8_192;
const PIECE = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?/g;

/** That of a bearer token in `WWW-Authenticate` (RFC 6750 section 3): a token that lacks a scope would be refused again. */
export const bearerChallenge: ChallengeKind = (headers) => {
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
    claims: told.get("claims"),
  };
};
