/** What an answer says of the credentials that it refuses. */
export interface Challenge {
  /** Whether others can help. */
  readonly isWorthRefresh: boolean;
  /** Claims that new ones must meet, as they are written there. */
  readonly claims?: string | undefined;
}

/** Reads a challenge: a feature that generated code names. */
export type ChallengeKind = (headers: Headers) => Challenge;

/** That of a bearer token (RFC 6750 section 3): a token that lacks a scope would be refused again. */
export const bearerChallenge: ChallengeKind = (headers) => {
  const challenge = challengeIn(headers);
  const error = challenge?.get("error") ?? "invalid_token";
  return { isWorthRefresh: /^(?:invalid_token|insufficient_claims)$/.test(error), claims: challenge?.get("claims") };
};

const LONGEST = 8_192;
const PIECE = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?/g;

/** The Bearer challenge among those of an answer, by lower-cased names; undefined when there is none. */
function challengeIn(headers: Headers): ReadonlyMap<string, string> | undefined {
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
