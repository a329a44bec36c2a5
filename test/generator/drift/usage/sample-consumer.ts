/** The sample consumer, opened once for all tests of a file, and what its comments say of its lines. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../consumer", import.meta.url));

export const sampleTsconfig: string = join(root, "tsconfig.json");

export interface MarkedLine {
  /** `receipts.ts:6` */
  readonly place: string;
  /** Name of the field that the line is about. */
  readonly field: string;
  /** `breaks`: the compiler says so too; `meets`: it cannot know. */
  readonly mark: "breaks" | "meets";
}

/** Lines that end in `// breaks: <field>` or `// meets: <field>`: the ground truth, written by hand. */
export function markedLines(): MarkedLine[] {
  return readdirSync(join(root, "src"))
    .sort()
    .flatMap((name) =>
      readFileSync(join(root, "src", name), "utf8")
        .split("\n")
        .flatMap((line, index) => {
          const [, mark, field] = /\/\/ (breaks|meets): (\w+)$/.exec(line) ?? [];
          return mark === undefined ? [] : [{ place: `${name}:${index + 1}`, field: field!, mark: mark as "breaks" }];
        }),
    );
}

export function placeOfSite({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}
