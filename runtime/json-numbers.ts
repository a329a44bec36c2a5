/** Number tokens of JSON text with their places: what `JSON.parse` no longer tells once it has rounded them. */

const number = /-?\d[\d.eE+-]*/y;

/**
 * Each number in text that is valid JSON: its text and its place, as keys (quoted, as they stand in the text) and indexes
 * from the root. The place changes as the walk goes on. Linear.
 */
export function* numbersOf(text: string): Generator<readonly [digits: string, path: readonly (string | number)[]]> {
  // One entry an open container: the index in an array, or the key (still quoted) in an object.
  const path: (string | number)[] = [];
  let string = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const top = path.length - 1;
    if (character === '"') {
      const end = stringEnd(text, at);
      string = text.slice(at, end);
      at = end - 1;
    } else if (character === ":") path[top] = string;
    else if (character === "[") path.push(0);
    else if (character === "{") path.push('""');
    else if (character === "]" || character === "}") path.pop();
    else if (character === ",") {
      if (typeof path[top] === "number") path[top]++;
    } else if (character === "-" || (character >= "0" && character <= "9")) {
      number.lastIndex = at;
      const [digits] = number.exec(text)!;
      yield [digits, path];
      at += digits.length - 1;
    }
  }
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    let escapes = 0;
    while (text[at - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
}

/** The JSON Pointer (RFC 6901) of a place that `numbersOf` tells. */
export function placeOf(path: readonly (string | number)[]): string {
  return jsonPointer(path.map((token) => (typeof token === "number" ? token : (JSON.parse(token) as string))));
}

export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** An integer that a double cannot hold exactly. */
export function isUnsafe(digits: string): boolean {
  return /^-?\d{16,}$/.test(digits) && !Number.isSafeInteger(Number(digits));
}
