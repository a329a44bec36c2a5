import { safePattern } from "./patterns.ts";

const maxSample = 256;

/** A short text that matches a pattern, for the patterns that documents use; undefined where none is found. */
export function samplePattern(pattern: string, minLength = 0): string | undefined {
  const safe = safePattern(pattern);
  if (safe === undefined) return undefined;
  const matcher = new RegExp(pattern, safe.flags);
  // A repetition without a bound is how a pattern with a least length is met.
  for (const repeats of new Set([1, Math.min(minLength, maxSample)])) {
    const parser = createParser(pattern, repeats);
    const text = parser.alternatives();
    if (text !== undefined && parser.done() && text.length >= minLength && matcher.test(text)) return text;
  }
  return undefined;
}

const classes: Readonly<Record<string, string>> = {
  d: "1",
  w: "a",
  s: " ",
  D: "a",
  W: "-",
  S: "a",
  n: "\n",
  t: "\t",
  r: "\r",
};

interface Parser {
  alternatives(): string | undefined;
  done(): boolean;
}

/** Reads a pattern once and makes the shortest plain text on the way; the caller checks the result. */
function createParser(pattern: string, repeats: number): Parser {
  let at = 0;

  function alternatives(): string | undefined {
    let first = sequence();
    while (pattern[at] === "|") {
      at++;
      const other = sequence();
      first ??= other;
    }
    return first;
  }
  function sequence(): string | undefined {
    let text: string | undefined = "";
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") {
      const piece = atom();
      const [least, ideal] = repetition();
      const count: number = least === 0 && text !== "" ? 0 : Math.max(least, ideal);
      text =
        piece === undefined || text === undefined
          ? count === 0
            ? text
            : undefined
          : text + piece.repeat(Math.min(count, maxSample + 1));
      if (text !== undefined && text.length > maxSample) text = undefined;
    }
    return text;
  }
  function repetition(): readonly [least: number, ideal: number] {
    const found = /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(pattern.slice(at, at + 16));
    if (found === null) return [1, 1];
    at += found[0].length;
    if (found[2] !== undefined) return [Number(found[2]), Number(found[2])];
    return found[1] === "+" ? [1, repeats] : [0, found[1] === "?" ? 0 : repeats];
  }
  function atom(): string | undefined {
    const char = pattern[at++];
    if (char === "(") {
      at += /^\?(?::|<[A-Za-z]\w*>)/.exec(pattern.slice(at, at + 64))?.[0].length ?? 0;
      const inner = alternatives();
      at++;
      return inner;
    }
    if (char === "[") return set();
    if (char === "^" || char === "$") return "";
    if (char === ".") return "a";
    return char === "\\" ? escaped() : char;
  }
  function escaped(): string | undefined {
    const char = pattern[at++] ?? "";
    if (char === "b" || char === "B") return "";
    return classes[char] ?? (/[A-Za-z0-9]/.test(char) ? undefined : char);
  }
  function set(): string | undefined {
    const end = /^(?:\\.|[^\]\\])*\]/.exec(pattern.slice(at));
    if (end === null) return undefined;
    const body = end[0].slice(0, -1);
    at += end[0].length;
    const matcher = new RegExp(`[${body}]`);
    for (const candidate of "aA01 -_.:/#+@,;b2Z9") if (matcher.test(candidate)) return candidate;
    return undefined;
  }
  return { alternatives, done: () => at === pattern.length };
}
