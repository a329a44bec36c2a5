/**
 * Which regular expressions of a document are run at all. One is refused when a backtracking engine could need long for
 * it: repetition of what varies (but for parts that a separator keeps apart), many choices, several long repetitions in
 * a row, lookaround, backreferences, great length.
 */
import { type CharacterSet, characters, overlap } from "./pattern-characters.ts";

const maxLength = 200;
const manyRepetitions = 20;
const mostRepetitions = 1000;
const mostChoices = 4096;

/** The flags with which a pattern is valid, or undefined for one that must not be run. */
export function safePattern(pattern: string): { readonly flags: "u" | "" } | undefined {
  if (pattern.length > maxLength || !isLinear(pattern)) return undefined;
  for (const flags of ["u", ""] as const) {
    try {
      new RegExp(pattern, flags);
      return { flags };
    } catch {
      // Not valid with these flags: OpenAPI says ECMA-262, documents say all sorts of things.
    }
  }
  return undefined;
}

/** What is known of a group, or of a single character, while the pattern is read. */
interface Unit {
  /** Ways to match that backtracking could try: of finished alternatives, and of the one at hand. */
  choices: number;
  current: number;
  /** Long repetitions in a row: the most of an alternative, and of the one at hand. */
  long: number;
  currentLong: number;
  /** First part of a single alternative, and all that follow; undefined where that is not simple. */
  first: CharacterSet | undefined;
  rest: CharacterSet[] | undefined;
  parts: number;
}

function unit(): Unit {
  return { choices: 0, current: 1, long: 0, currentLong: 0, first: undefined, rest: [], parts: 0 };
}

function endAlternative(group: Unit): void {
  group.choices += group.current;
  group.long = Math.max(group.long, group.currentLong);
  group.current = 1;
  group.currentLong = 0;
}

/** `(-[a-z]+)`: each round starts with something that cannot stand in the rest. */
function isSeparated({ first, rest, long, choices }: Unit): boolean {
  return (
    first !== undefined && rest !== undefined && long <= 1 && choices <= 16 && rest.every((set) => !overlap(first, set))
  );
}

const atom =
  /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|c[a-z]|.)|\[(?:\\.|[^\]\\])*\]|[^\\[\]()|*+?{}]/iy;
const quantifier = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;

function isLinear(pattern: string): boolean {
  if (/\\[1-9k]|\(\?(?:[=!]|<[=!])/.test(pattern)) return false;
  const groups: Unit[] = [unit()];
  for (let i = 0; i < pattern.length; ) {
    const top = groups.at(-1)!;
    if (pattern[i] === "(") {
      groups.push(unit());
      i += /^\(\?(?::|<[A-Za-z]\w*>)/.exec(pattern.slice(i, i + 64))?.[0].length ?? 1;
      continue;
    }
    if (pattern[i] === "|") {
      endAlternative(top);
      top.rest = undefined;
      i++;
      continue;
    }
    let part = unit();
    let set: CharacterSet | undefined;
    if (pattern[i] === ")") {
      part = groups.pop()!;
      if (groups.length === 0) return false;
      i++;
    } else {
      atom.lastIndex = i;
      const [source] = atom.exec(pattern) ?? [];
      if (source === undefined) return false;
      set = characters(source);
      i = atom.lastIndex;
    }
    endAlternative(part);
    const repeat = quantifierAt(pattern, i);
    i += repeat?.length ?? 0;
    if (!append(groups.at(-1)!, part, set, repeat)) return false;
  }
  const [whole] = groups;
  if (whole === undefined || groups.length > 1) return false;
  const single = whole.choices === 0;
  endAlternative(whole);
  return whole.choices <= mostChoices && whole.long <= (pattern.startsWith("^") && single ? 2 : 1);
}

/** Adds a part, with its repetition, to the alternative at hand. False where that could take long. */
function append(group: Unit, part: Unit, set: CharacterSet | undefined, repeat: Repeat | undefined): boolean {
  const varies = part.choices > 1 || part.long > 0;
  if (set === undefined) group.rest = undefined;
  else if (group.parts === 0 && repeat === undefined) group.first = set;
  else group.rest?.push(set);
  group.parts++;
  const { least = 1, most = 1 } = repeat ?? {};
  if (Number.isFinite(most) && most > mostRepetitions) return false;
  if (most <= 1) {
    group.current *= part.choices + (least < most ? 1 : 0);
    group.currentLong += part.long;
  } else if (varies) {
    if (!isSeparated(part)) return false;
    group.currentLong++;
  } else if (set === undefined && Number.isFinite(most) && most > manyRepetitions) {
    return false;
  } else if (least !== most && most > manyRepetitions) {
    group.currentLong++;
  } else {
    group.current *= most - least + 1;
  }
  return group.current <= mostChoices;
}

interface Repeat {
  readonly length: number;
  readonly least: number;
  readonly most: number;
}

function quantifierAt(pattern: string, at: number): Repeat | undefined {
  quantifier.lastIndex = at;
  const found = quantifier.exec(pattern);
  if (found === null) return undefined;
  const [text, from, range, to] = found;
  const { length } = text;
  if (from === undefined) {
    return { length, least: text.startsWith("+") ? 1 : 0, most: text.startsWith("?") ? 1 : Number.POSITIVE_INFINITY };
  }
  const least = Number(from);
  return { length, least, most: range === undefined ? least : to ? Number(to) : Number.POSITIVE_INFINITY };
}
