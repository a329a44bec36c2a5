import { visible } from "./escape.ts";

/** Foreign text on one line of Markdown, also inside a table: no markup of its own, no HTML, no links or images. */
export function inline(text: string, maxLength = 300): string {
  const flat = visible(text).replace(/\s+/g, " ").trim();
  const cut = flat.length > maxLength ? `${flat.slice(0, maxLength).trimEnd()}…` : flat;
  return (
    cut
      .replace(/[\\`*_{}[\]()#+!|<>~&]/g, "\\$&")
      .replace(/^([-=:]|\d+\.)/, "\\$1")
      // A bare address becomes a link in most viewers; a zero-effect entity keeps it text.
      .replace(/(https?|ftp):\/\//gi, "$1&#58;//")
      .replace(/www\./gi, "www&#46;")
  );
}

/** Foreign text as code on one line: the fence is longer than any run of backticks inside. */
export function inlineCode(text: string): string {
  const flat = visible(text).replace(/\s+/g, " ").replace(/\|/g, "\\|");
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || flat.startsWith(" ") || flat === "" ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A fenced block of code whose fence is longer than any inside. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
