/** Whether a media type is a sequence of JSON texts. */
export function isLines(contentType: string): boolean {
  return /^application\/(?:(?:x-)?(?:ndjson|jsonl|json-?lines|json-?stream)|(?:[\w.-]+\+)?json-seq|stream\+json)\s*(?:;|$)/i.test(
    contentType,
  );
}

/** The items of such a text. */
export function readLines(text: string): unknown[] {
  return text
    .replaceAll("\u001e", "\n")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));
}
