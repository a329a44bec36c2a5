/**
 * Refuses regular expressions that can take more than linear time by backtracking, or that other engines read
 * differently: at most 200 characters, no lookaround, no backreference, no quantifier inside a quantified group, no two
 * quantifiers that can take the same characters side by side. It refuses some harmless ones; it lets no harmful one pass.
 */
import { allCharacters, type CharacterSet, intersects, readClass, readEscape, setOf, union } from "./character-set.ts";

export interface RegexProblem {
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
}

const maxLength = 200;
const maxNesting = 20;

/** One atom of a sequence, flattened out of plain groups. */
interface Item {
  readonly offset: number;
  /** All characters that it can take. */
  readonly set: CharacterSet;
  /** Characters that it can begin with. */
  readonly first: CharacterSet;
  readonly optional: boolean;
  /** It can take any number of characters, or so many that it matters. */
  readonly unbounded: boolean;
}

class Stop extends Error {
  readonly problem: RegexProblem;
  constructor(offset: number, message: string, fix: string) {
    super(message);
    this.problem = { offset, message, fix };
  }
}

const simplerFix = "write it without repetition inside repetition, for example with one character class";

class Checker {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  constructor(text: string) {
    this.#text = text;
  }

  check(): void {
    this.#alternatives();
    if (this.#at < this.#text.length) throw new Stop(this.#at, "a bracket too many", "remove it");
  }

  #alternatives(): Item[][] {
    if (++this.#depth > maxNesting) throw new Stop(this.#at, "groups are nested too deeply", "write it more simply");
    const alternatives = [this.#sequence()];
    while (this.#text[this.#at] === "|") {
      this.#at++;
      alternatives.push(this.#sequence());
    }
    this.#depth--;
    return alternatives;
  }

  #sequence(): Item[] {
    const items: Item[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")")
      items.push(...this.#term());
    refuseOverlap(items);
    return items;
  }

  #term(): Item[] {
    const offset = this.#at;
    const character = this.#text[this.#at]!;
    if (character === "^" || character === "$") {
      this.#at++;
      return [];
    }
    if (character === "(") return this.#group(offset);
    const set = this.#atom(character);
    if (set === undefined) return [];
    const [least, most] = this.#quantifier();
    return most === 0 ? [] : [{ offset, set, first: set, optional: least === 0, unbounded: most > 16 && most > least }];
  }

  #group(offset: number): Item[] {
    const opening = /^\((?:\?(?:<([A-Za-z_$][\w$]*)>|:|(<?[=!])|.))?/.exec(this.#text.slice(offset))!;
    if (opening[2] !== undefined)
      throw new Stop(
        offset,
        "lookaround is not allowed",
        "match the text itself, and test the rest in a second condition",
      );
    this.#at += opening[0].length;
    const alternatives = this.#alternatives();
    if (this.#text[this.#at] !== ")") throw new Stop(offset, "the group is not closed", "add `)`");
    this.#at++;
    const [least, most] = this.#quantifier();
    if (most > 1) refuseInsideQuantifier(offset, alternatives);
    if (alternatives.length === 1 && least === 1 && most === 1) return alternatives[0]!;
    const all = alternatives.flat();
    if (all.length === 0) return [];
    const set = union(all.map((item) => item.set));
    return [
      {
        offset,
        set,
        first: union(alternatives.flatMap((items) => firstOf(items))),
        optional: least === 0 || alternatives.some((items) => items.every((item) => item.optional)),
        unbounded: (most > 16 && most > least) || all.some((item) => item.unbounded),
      },
    ];
  }

  #atom(character: string): CharacterSet | undefined {
    if (character === "[") {
      const { set, length } = readClass(this.#text, this.#at);
      this.#at += length;
      return set;
    }
    if (character === "\\") {
      const next = this.#text[this.#at + 1] ?? "";
      if (/[1-9k]/.test(next)) throw new Stop(this.#at, "backreferences are not allowed", "repeat the pattern itself");
      if (/[bB]/.test(next)) {
        this.#at += 2;
        return undefined;
      }
      const { set, length } = readEscape(this.#text, this.#at);
      this.#at += length;
      return set;
    }
    this.#at++;
    return character === "." ? allCharacters : setOf(character);
  }

  /** Least and greatest number of repetitions of what stands before. */
  #quantifier(): [least: number, most: number] {
    const match = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(this.#text.slice(this.#at));
    if (match === null) return [1, 1];
    this.#at += match[0].length;
    if (match[1] === "*") return [0, Number.POSITIVE_INFINITY];
    if (match[1] === "+") return [1, Number.POSITIVE_INFINITY];
    if (match[1] === "?") return [0, 1];
    const least = Number(match[2]);
    const most = match[3] === undefined ? least : match[4] === "" ? Number.POSITIVE_INFINITY : Number(match[4]);
    return [least, most];
  }
}

function firstOf(items: readonly Item[]): CharacterSet[] {
  const first: CharacterSet[] = [];
  for (const item of items) {
    first.push(item.first);
    if (!item.optional) break;
  }
  return first;
}

function refuseInsideQuantifier(offset: number, alternatives: readonly (readonly Item[])[]): void {
  if (alternatives.some((items) => items.length === 0 || items.some((item) => item.optional || item.unbounded)))
    throw new Stop(offset, "a quantifier inside a repeated group can take exponential time", simplerFix);
  const firsts = alternatives.map((items) => union(firstOf(items)));
  for (const [i, first] of firsts.entries())
    if (firsts.slice(i + 1).some((other) => intersects(first, other)))
      throw new Stop(
        offset,
        "alternatives of a repeated group begin alike, which can take exponential time",
        simplerFix,
      );
}

/** `a*b?a*`: where one repetition ends and the next begins must be decided by a character that the first cannot take. */
function refuseOverlap(items: readonly Item[]): void {
  for (const [i, item] of items.entries()) {
    if (!item.unbounded) continue;
    for (const later of items.slice(i + 1)) {
      const contested = intersects(item.set, later.first);
      if (contested && later.unbounded)
        throw new Stop(
          later.offset,
          "two quantifiers can take the same characters, which can take quadratic time",
          "put a character between them that the first cannot take, or drop one",
        );
      if (!contested && !later.optional) break;
    }
  }
}

/** What is wrong with a pattern, or undefined. */
export function regexProblem(pattern: string): RegexProblem | undefined {
  if (pattern.length > maxLength)
    return { offset: maxLength, message: `the pattern is longer than ${maxLength} characters`, fix: "shorten it" };
  for (const flags of ["", "u"]) {
    try {
      new RegExp(pattern, flags);
    } catch (error) {
      const reason = (error as Error).message.split(": ").at(-1);
      return {
        offset: 0,
        message: `not a regular expression: ${reason}`,
        fix: "correct its syntax; escape only what needs it",
      };
    }
  }
  try {
    new Checker(pattern).check();
    return undefined;
  } catch (error) {
    if (error instanceof Stop) return error.problem;
    throw error;
  }
}

/** True when every top-level alternative is anchored at both ends. */
export function isAnchored(pattern: string): boolean {
  const alternatives: string[] = [];
  let depth = 0;
  let start = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "\\") i++;
    else if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "|" && depth === 0) {
      alternatives.push(pattern.slice(start, i));
      start = i + 1;
    }
  }
  alternatives.push(pattern.slice(start));
  return alternatives.every((one) => one.startsWith("^") && /(?:^|[^\\])(?:\\\\)*\$$/.test(one));
}
