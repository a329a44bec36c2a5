/** The pages that people write for people, taken apart: headings, links, code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

export interface Block {
  readonly language: string;
  readonly text: string;
  /** `README.md:12`, of the first line of its text. */
  readonly place: string;
  /** The heading that it stands under. */
  readonly heading: string;
}

export interface Page {
  readonly path: string;
  /** What a link into the page may name after `#`. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly { readonly target: string; readonly place: string }[];
  readonly blocks: readonly Block[];
  /** Text in backticks outside of blocks. */
  readonly inline: readonly { readonly text: string; readonly place: string }[];
}

/** The anchor that GitHub makes of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

export function readPage(path: string, text: string = readFileSync(join(root, path), "utf8")): Page {
  const anchors = new Set<string>();
  const links: { target: string; place: string }[] = [];
  const blocks: Block[] = [];
  const inline: { text: string; place: string }[] = [];
  let heading = "";
  let open: { fence: string; language: string; lines: string[]; first: number } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const place = `${path}:${index + 1}`;
    const fence = /^(`{3,})(\w*)$/.exec(line);
    if (open !== undefined) {
      if (line !== open.fence) open.lines.push(line);
      else {
        blocks.push({ ...open, text: open.lines.join("\n"), place: `${path}:${open.first}`, heading });
        open = undefined;
      }
    } else if (fence !== null) {
      open = { fence: fence[1]!, language: fence[2]!, lines: [], first: index + 2 };
    } else {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      if (line.startsWith("#")) anchors.add(anchorOf(heading));
      for (const [, id] of line.matchAll(/<a id="([^"]*)"/g)) anchors.add(id!);
      for (const [, target] of line.matchAll(/\]\(([^)\s]*)\)/g)) links.push({ target: target!, place });
      for (const [, code] of line.matchAll(/`([^`]+)`/g)) inline.push({ text: code!, place });
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.first}: a block that does not end`);
  return { path, anchors, links, blocks, inline };
}

export const pages: readonly Page[] = ["README.md", "runtime/README.md", "generator/README.md", "SECURITY.md"].map(
  (path) => readPage(path),
);

export const blocksOf = (language: string): readonly Block[] =>
  pages.flatMap((page) => page.blocks.filter((block) => block.language === language));
