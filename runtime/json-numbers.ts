/** Number tokens of JSON text with their places: what `JSON.parse` no longer tells once it has rounded them. */

const token = /\\.|["[\]{},:]|-?\d[\d.eE+-]*/gs;

/**
 * Each number in text that is valid JSON: its text and its place, as keys (quoted, as they stand in the text) and indexes
 * from the root. The place changes as the walk goes on. Linear.
 */
export function* numbersOf(text: string): Generator<readonly [digits: string, path: readonly (string | number)[]]> {
  // One entry an open container: the index in an array, or the key (still quoted) in an object.
  const path: (string | number)[] = [];
  let opened: number | undefined;
  let string = "";
  for (const { 0: found, index } of text.matchAll(token)) {
    const top = path.length - 1;
    if (found === '"') {
      if (opened !== undefined) string = text.slice(opened, index + 1);
      opened = opened === undefined ? index : undefined;
    } else if (opened !== undefined) continue;
    else if (found === ":") path[top] = string;
    else if (found === "[") path.push(0);
    else if (found === "{") path.push('""');
    else if (found === "]" || found === "}") path.pop();
    else if (found !== ",") yield [found, path];
    else if (typeof path[top] === "number") path[top]++;
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
