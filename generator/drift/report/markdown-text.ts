/** Foreign text in Markdown as GitHub reads it: it stays text, links nothing, mentions nobody and ends no table cell. */
import { toVisible } from "../../report.ts";
import { segmentsOf } from "./segments.ts";

/** What GitHub would make a mention, a reference or a link of is parted by a character that nobody sees, as other bots do it. */
const gap = "&#8203;";
const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** Entities, not backslashes: they are never markup, wherever they stand. */
function escapeProse(text: string): string {
  return (
    toVisible(text)
      .replace(/[&<>\\`*[\]|~$]/g, entity)
      // Inside of a word an underscore is text.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, entity)
      .replace(/^(\s*)([-+=#]|\d(?=\d*[.)]))/, (_, space: string, first: string) => space + entity(first))
      .replace(/@|:(?=\/\/)|#(?=\d)(?<!&#)|\bGH(?=-\d)|\bwww(?=\.)/gi, `$&${gap}`)
  );
}

/** Code, whatever the text holds. */
export function code(text: string): string {
  const shown = toVisible(text).trim();
  if (shown === "") return "";
  // Backticks end a span, and bars and backslashes mean something in tables even there.
  if (!/[`|\\]/.test(shown)) return `\`${shown}\``;
  return `<code>${shown.replace(/[^\p{L}\p{N} ,;/]/gu, entity)}</code>`;
}

/** Words of a message: what stands between backticks is code, the rest is escaped. */
export function prose(text: string): string {
  return segmentsOf(text)
    .map((segment) => (segment.kind === "code" ? code(segment.text) : escapeProse(segment.text)))
    .join("");
}
