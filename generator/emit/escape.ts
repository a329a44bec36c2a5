/**
 * Characters that may hide, reorder or break text. A fixed list instead of Unicode categories, so that the output
 * does not depend on the Unicode version of the machine (CVE-2021-42574 is the attack that this closes).
 */
const hidden =
  "\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u1680" +
  "\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\u3164\\ud800-\\udfff\\ue000-\\uf8ff" +
  "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}";

const unsafeInCode = new RegExp(`[${hidden}<]`, "gu");
const unsafeInText = new RegExp(`[${hidden}]`, "gu");
// JSON.stringify escapes all that is below a blank; the line breaks are its own, between values only.
const beyondAscii = /[\u007f-\uffff]+/g;
const spaces = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

function escapeUnits(match: string): string {
  let escaped = "";
  for (let i = 0; i < match.length; i++) escaped += `\\u${match.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}

/** A string as a double-quoted literal that shows every character it holds. */
export function quote(value: string): string {
  return JSON.stringify(value).replace(unsafeInCode, escapeUnits);
}

/** Foreign text for people: line breaks are kept as `\n`, other spaces become blanks, hidden characters go. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(spaces, " ")
    .split("\n")
    .map((line) => line.replace(unsafeInText, ""))
    .join("\n");
}

/** JSON text, one key per line, ending with a newline; hidden characters are escaped. */
export function toJson(value: unknown, indent = 1): string {
  const text = JSON.stringify(value, null, indent);
  // A simple class first: the full one takes ten times as long, and most of a document is ASCII.
  return `${text.replace(beyondAscii, (run) => run.replace(unsafeInText, escapeUnits))}\n`;
}
