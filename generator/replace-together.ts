/** Files that change together or not at all: a new document with everything that follows from it. */
import { randomBytes } from "node:crypto";
import { constants, mkdir, open, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError, printable } from "./errors.ts";
import { assertFolders, standing } from "./output-places.ts";

/** A name that is one entry of a folder on every system. */
const segment = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

interface Staged {
  readonly target: string;
  /** New content beside its place; absent: the file goes. */
  readonly temporary?: string;
  /** What stood there; absent: nothing. */
  readonly before?: Uint8Array;
}

function refuse(file: string, message: string, fix: string): InputError {
  return new InputError([{ file: printable(file), line: 1, column: 1, code: "C003", severity: "error", message, fix }]);
}

async function writeBeside(target: string, content: Uint8Array | string): Promise<string> {
  const temporary = join(dirname(target), `.couplet-${randomBytes(6).toString("hex")}`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(temporary, flags);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
  return temporary;
}

/**
 * Writes files below `root`, or removes those whose content is `undefined`; paths joined by `/`. Everything is first
 * written beside its place, and only then put there. When that fails, what stood there before comes back. Files that
 * have their content already are left alone.
 * @param move Puts a file into its place; for tests.
 * @throws InputError before anything is written when a path leaves `root`, or leads over a link or a folder.
 */
export async function replaceTogether(
  root: string,
  files: ReadonlyMap<string, Uint8Array | string | undefined>,
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<{ readonly written: number; readonly removed: number }> {
  const checked = new Set<string>();
  for (const path of files.keys()) {
    if (!path.split("/").every((part) => segment.test(part)))
      throw refuse(path, "this is no usable name of a file", "rename the file");
    await assertFolders(root, path, checked);
    const found = await standing(join(root, path));
    if (found !== undefined && !found.isFile())
      throw refuse(path, "there is a link or a folder where a file is to be written", "remove it and run again");
  }
  const staged: Staged[] = [];
  const folders: string[] = [];
  const done: Staged[] = [];
  try {
    for (const [path, content] of files) {
      const target = join(root, path);
      const before = await readFile(target).catch(() => undefined);
      if (before === undefined ? content === undefined : content !== undefined && before.equals(Buffer.from(content)))
        continue;
      if (content !== undefined) {
        const first = await mkdir(dirname(target), { recursive: true });
        for (let made = dirname(target); first !== undefined && made.length >= first.length; made = dirname(made))
          folders.push(made);
      }
      const temporary = content === undefined ? {} : { temporary: await writeBeside(target, content) };
      staged.push({ target, ...temporary, ...(before === undefined ? {} : { before }) });
    }
    for (const one of staged) {
      done.push(one);
      if (one.temporary === undefined) await rm(one.target);
      else await move(one.temporary, one.target);
    }
  } catch (error) {
    for (const one of done.reverse()) await putBack(one);
    for (const { temporary } of staged) if (temporary !== undefined) await rm(temporary, { force: true });
    for (const folder of folders.sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => {});
    throw error;
  }
  const removed = staged.filter(({ temporary }) => temporary === undefined).length;
  return { written: staged.length - removed, removed };
}

async function putBack({ target, before }: Staged): Promise<void> {
  if (before === undefined) await rm(target, { force: true });
  else await rename(await writeBeside(target, before), target);
}
