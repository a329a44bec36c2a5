import { visible } from "./escape.ts";

/** A line of a doc comment: foreign text, or a tag of our own with foreign text behind it. */
export type CommentLine = string | { readonly tag: "deprecated" | "default" | "see"; readonly text?: string };

// A tag in foreign text could switch type checking off, or mislead tools.
const foreignTag = /(^|[\s{*/])@(?=[A-Za-z_])/g;

function harmless(text: string): string[] {
  return visible(text)
    .trim()
    .replace(/\*\//g, "*\\/")
    .replace(/\n{3,}/g, "\n\n")
    .split("\n")
    .map((line) => line.replace(foreignTag, "$1\\@").trimEnd());
}

/**
 * A JSDoc comment without its leading slash-star and trailing star-slash, or undefined when nothing is left to say.
 * Foreign text cannot end it, hide characters in it, or act as a tag.
 */
export function commentText(lines: readonly CommentLine[]): string | undefined {
  const printed: string[] = [];
  for (const line of lines) {
    const [first = "", ...rest] = harmless(typeof line === "string" ? line : (line.text ?? ""));
    if (typeof line === "string") {
      if (first !== "" || rest.length > 0) printed.push(first, ...rest);
    } else {
      printed.push(
        first === "" ? `@${line.tag}` : `@${line.tag} ${first}`,
        ...rest.map((text) => `  ${text}`.trimEnd()),
      );
    }
  }
  const [only] = printed;
  if (only === undefined) return undefined;
  // A lone slash at the end would join the closing star, and one at the start the opening one.
  if (printed.length === 1) return `* ${only} `;
  return `*\n${printed.map((line) => (line === "" ? " *" : ` * ${line}`)).join("\n")}\n `;
}
