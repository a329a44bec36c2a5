/** What can happen to a request, and how often. Which one it is depends on nothing but the seed, so runs repeat. */
export type Fault =
  | "error500" // refused before it takes effect
  | "unavailable" // 503 after it took effect
  | "resetBefore"
  | "resetAfter"
  | "truncated" // 200 after it took effect, cut in its body
  | "throttled" // 429 with Retry-After, before
  | "stalled" // took effect, never answered
  | "drip" // took effect, the body comes byte by byte and never ends
  | "slow" // took effect, the body comes slowly, but whole
  | "shortBody" // took effect, fewer bytes than Content-Length says
  | "double" // took effect, the answer comes twice on the connection
  | "zombie"; // cut at once, takes effect later

/** Shares of all requests. The first seven add up to 18 %. */
export const shares: Readonly<Record<Fault, number>> = {
  error500: 0.03,
  unavailable: 0.03,
  resetBefore: 0.03,
  resetAfter: 0.03,
  truncated: 0.02,
  throttled: 0.03,
  stalled: 0.01,
  drip: 0.002,
  slow: 0.01,
  shortBody: 0.002,
  double: 0.005,
  zombie: 0.005,
};

/** A number in [0, 1) that belongs to these words: FNV-1a, then the finaliser of MurmurHash3. */
export function chance(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join("\n")) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The fault of the nth request of an act, if it has one. */
export function faultOf(seed: number, act: string, nth: number): Fault | undefined {
  let left = chance(seed, act, nth);
  for (const [fault, share] of Object.entries(shares)) {
    if (left < share) return fault as Fault;
    left -= share;
  }
  return undefined;
}
