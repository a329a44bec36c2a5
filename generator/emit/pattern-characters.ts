/** Which characters an atom of a regular expression matches, as far as ASCII tells. */

/** `undefined` members are unknown: such a set overlaps with every other. */
export type CharacterSet = ReadonlySet<number> | "unknown";

const known = new Map<string, CharacterSet>();

/** The ASCII characters that a class, an escape or a literal matches. */
export function characters(atom: string): CharacterSet {
  let set = known.get(atom);
  if (set === undefined) {
    set = read(atom);
    known.set(atom, set);
  }
  return set;
}

function read(atom: string): CharacterSet {
  // Beyond ASCII nothing is tried, so what could reach there is not known.
  if (/[^ -~]|\\[uxpPcbB]/.test(atom) || atom === "^" || atom === "$") return "unknown";
  let matcher: RegExp;
  try {
    matcher = new RegExp(`^(?:${atom})$`);
  } catch {
    return "unknown";
  }
  const set = new Set<number>();
  for (let code = 0; code < 128; code++) if (matcher.test(String.fromCharCode(code))) set.add(code);
  return set;
}

/** Whether a character may be in both. */
export function overlap(a: CharacterSet, b: CharacterSet): boolean {
  if (a === "unknown" || b === "unknown" || a.size === 0 || b.size === 0) return true;
  for (const code of a) if (b.has(code)) return true;
  return false;
}
