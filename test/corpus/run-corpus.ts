/** Examines documents in processes of their own, a few at a time, and type-checks what came out in batches. */
import { mkdir, mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./cache.ts";
import type { CorpusDocument } from "./documents.ts";
import { Examiner } from "./examiner.ts";
import type { Examined, Result } from "./result.ts";
import { typeCheck } from "./type-check.ts";

export interface Task {
  readonly key: string;
  readonly document: CorpusDocument;
}

interface Done {
  readonly examined: Examined;
  readonly out: string;
}

export interface RunOptions {
  readonly workers: number;
  /** Milliseconds after which a document counts as hanging. */
  readonly timeout: number;
  /** Keeps the generated packages. */
  readonly keep: boolean;
  readonly keepResults: (results: readonly Result[]) => Promise<void>;
  readonly progress: (result: Result) => void;
}

/** A batch is type-checked when it has this many packages, or megabytes. */
const batchPackages = 20;
const batchMegabytes = 40;
/** Documents from this size on have a process of their own, so that its peak memory is theirs. */
const ownProcessMegabytes = 1;

export async function runCorpus(tasks: readonly Task[], options: RunOptions): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), "couplet-corpus-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  const results: Result[] = [];
  let batch: Done[] = [];
  let checking: Promise<void> = Promise.resolve();
  const flush = (): void => {
    const ready = batch;
    batch = [];
    checking = checking.then(async () => {
      const checked = await check(folder, ready);
      await options.keepResults(checked);
      results.push(...checked);
      for (const result of checked) options.progress(result);
      if (!options.keep) for (const { out } of ready) await rm(out, { recursive: true, force: true });
    });
  };
  const queue = [...tasks.entries()];
  const work = async (): Promise<void> => {
    const examiner = new Examiner(options.timeout);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, task] = next;
      const out = join(folder, `p${index}`);
      await mkdir(out);
      const examined = await examine(task, out, examiner);
      // Only now: while this one was examined the other worker may have sent the batch off.
      batch.push({ examined, out });
      const size = batch.reduce((sum, { examined }) => sum + examined.emitted, 0);
      if (batch.length < batchPackages && size < batchMegabytes) continue;
      flush();
      await checking;
    }
    examiner.close();
  };
  try {
    await Promise.all(Array.from({ length: options.workers }, work));
    flush();
    await checking;
    if (results.length < tasks.length)
      throw new Error(`${tasks.length - results.length} documents were examined and have no result`);
    return results;
  } finally {
    if (options.keep) console.error(`generated packages: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

async function examine({ key, document }: Task, out: string, examiner: Examiner): Promise<Examined> {
  const sizes = await Promise.all(document.files.map(async (file) => (await stat(file)).size));
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  const { name, file } = document;
  try {
    const found = await examiner.examine({ file, out, judgeOnly: false }, megabytes >= ownProcessMegabytes);
    return { key, document: name, megabytes, ...found };
  } catch (error) {
    // What is known of the document itself; a judge that fails as well leaves it undecided, and so not excused.
    const judged = await examiner.examine({ file, out, judgeOnly: true }, true).catch(() => undefined);
    const blank = { valid: true, invalidBecause: [], declared: 0, warnings: {}, missing: [] };
    const failed = { generated: false, refusal: [(error as Error).message], kept: 0, ms: 0, peak: 0, emitted: 0 };
    return { key, document: name, megabytes, ...blank, ...judged, ...failed };
  }
}

async function check(folder: string, batch: readonly Done[]): Promise<Result[]> {
  const packages = batch.filter(({ examined }) => examined.generated).map(({ out }) => out);
  const errors = packages.length > 0 ? await typeCheck(folder, packages) : new Map<string, string[]>();
  return batch.map(({ examined, out }) => {
    const found = errors.get(out) ?? [];
    return { ...examined, typeErrors: found.length, typeErrorTexts: found.slice(0, 10) };
  });
}
