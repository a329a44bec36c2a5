/** Literal secrets in a policy: found by their usual prefixes or by looking random. Their text never leaves this file. */
import type { PolicyPath } from "./policy-model.ts";

// Widespread shapes of keys: `<kind>_live_…`, version-control and chat tokens, cloud key ids, signed tokens, PEM keys.
const shapes: readonly RegExp[] = [
  /\b[srp]k_(?:live|test)_[A-Za-z0-9]{3,}/,
  /\b[a-z]{2,12}_(?:live|test|prod)_(?=[A-Za-z]*[0-9])[A-Za-z0-9]{8,}/,
  /\bshp(?:at|ss|ca|pa)_[A-Za-z0-9]{8,}/,
  /\bgh[pousr]_[A-Za-z0-9]{16,}/,
  /\b[a-z]{3,8}_pat_[A-Za-z0-9_]{16,}/,
  /\bglpat-[A-Za-z0-9_-]{16,}/,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/,
  /\bwhsec_[A-Za-z0-9+/=]{8,}/,
  /\bEZ[AT]K[A-Za-z0-9]{16,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Words and identifiers change between letters and digits seldom; keys do it all the time. */
function looksRandom(token: string): boolean {
  if (token.length < 24 || token.length > 512) return false;
  const digitRuns = token.match(/[0-9]+/g)?.length ?? 0;
  if (/^[0-9a-f]+$/i.test(token)) return token.length >= 32 && digitRuns >= 5 && /[a-f]/i.test(token);
  return digitRuns >= 4 && /[a-z]/.test(token) && /[A-Z]/.test(token) && entropy(token) >= 4.2;
}

/** The secret parts of a text, as ranges. */
export function findSecrets(text: string, path: PolicyPath): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (const shape of shapes) {
    const match = shape.exec(text);
    if (match) found.push([match.index, match.index + match[0].length]);
  }
  const hash = path.at(-1) === "sha256";
  if (!hash) {
    for (const match of text.matchAll(/[A-Za-z0-9+_=-]{24,}/g))
      if (looksRandom(match[0])) found.push([match.index, match.index + match[0].length]);
  }
  const last = path.at(-1);
  const note = String(last).startsWith("x-");
  const credential =
    path.at(-3) === "credentials" && !["env", "store", "provider", "pattern", "secret"].includes(String(last));
  if ((credential || path.at(-2) === "credentials") && found.length === 0 && text !== "none" && !note)
    found.push([0, text.length]);
  return found;
}

/** Blanks out everything in a text that has the shape of a key, keeping its length. */
export function blankShapes(text: string): string {
  let blanked = text;
  for (const shape of shapes) blanked = blanked.replace(new RegExp(shape, "g"), (found) => "*".repeat(found.length));
  return blanked;
}
