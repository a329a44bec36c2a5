/** Sets of characters as a regular expression names them: exact for ASCII, one flag for all the rest. */

/** 128 flags for ASCII, and one for everything else. */
export type CharacterSet = readonly boolean[];

const size = 129;
const rest = 128;

const from = (test: (code: number) => boolean, others: boolean): CharacterSet =>
  Array.from({ length: size }, (_, code) => (code === rest ? others : test(code)));

export const allCharacters: CharacterSet = from(() => true, true);
const digits = from((code) => code >= 48 && code <= 57, false);
const words = from((code) => /\w/.test(String.fromCharCode(code)), false);
const spaces = from((code) => /\s/.test(String.fromCharCode(code)), true);

const not = (set: CharacterSet): CharacterSet => set.map((has, code) => code === rest || !has);

export function setOf(character: string): CharacterSet {
  const wanted = character.charCodeAt(0);
  return from((code) => code === wanted, wanted >= rest);
}

export function union(sets: readonly CharacterSet[]): CharacterSet {
  return Array.from({ length: size }, (_, code) => sets.some((set) => set[code]));
}

export function intersects(a: CharacterSet, b: CharacterSet): boolean {
  return a.some((has, code) => has && b[code]);
}

const named: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  D: not(digits),
  w: words,
  W: not(words),
  s: spaces,
  S: from((code) => !/\s/.test(String.fromCharCode(code)), true),
  t: setOf("\t"),
  n: setOf("\n"),
  r: setOf("\r"),
  f: setOf("\f"),
  v: setOf("\v"),
  0: setOf("\0"),
};

/** The escape at `at` (a backslash). Unicode properties count as every character. */
export function readEscape(text: string, at: number): { readonly set: CharacterSet; readonly length: number } {
  const code = /^\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\})/.exec(text.slice(at));
  if (code) {
    const point = Number.parseInt((code[1] ?? code[2] ?? code[3])!, 16);
    return { set: from((one) => one === point, point >= rest), length: code[0].length };
  }
  const property = /^\\[pP]\{[^}]*\}/.exec(text.slice(at));
  if (property) return { set: allCharacters, length: property[0].length };
  const next = text[at + 1] ?? "";
  if (next === "c") return { set: from((one) => one < 32, false), length: 3 };
  return { set: Object.hasOwn(named, next) ? named[next]! : setOf(next), length: 2 };
}

/** The character class at `at` (an opening bracket). */
export function readClass(text: string, at: number): { readonly set: CharacterSet; readonly length: number } {
  let i = at + 1;
  const negated = text[i] === "^";
  if (negated) i++;
  const sets: CharacterSet[] = [];
  const one = (): CharacterSet => {
    if (text[i] !== "\\") return setOf(text[i++]!);
    const { set, length } = readEscape(text, i);
    i += length;
    return set;
  };
  while (i < text.length && text[i] !== "]") {
    const low = one();
    if (text[i] === "-" && text[i + 1] !== "]" && i + 1 < text.length) {
      i++;
      const high = one();
      const start = low.indexOf(true);
      const end = high.lastIndexOf(true);
      sets.push(from((code) => code >= start && code <= end, end >= rest));
    } else sets.push(low);
  }
  const set = union(sets);
  return { set: negated ? not(set) : set, length: i + 1 - at };
}
