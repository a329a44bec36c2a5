/** New files of a provider, written once and never over another; and the temporary files of a download or of another commit. */
import { constants, mkdir, mkdtemp, open, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { InputError, printable } from "./errors.ts";
import { assertFolders, standing } from "./output-places.ts";

/** A name that is one entry of a folder on every system. */
const segment = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

function refuse(file: string, message: string, fix: string): InputError {
  return new InputError([{ file: printable(file), line: 1, column: 1, code: "C003", severity: "error", message, fix }]);
}

async function writeOne(folder: string, name: string, content: Uint8Array | string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(join(folder, name), flags);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/**
 * Writes files that are not there yet below `root`, paths joined by `/`; people are told them below `told`.
 * @throws InputError before the first one is written when any of them exists or has no usable name.
 */
export async function writeNew(
  root: string,
  files: ReadonlyMap<string, Uint8Array | string>,
  told: string = "",
): Promise<void> {
  const checked = new Set<string>();
  for (const path of files.keys()) {
    if (!path.split("/").every((part) => segment.test(part)))
      throw refuse(join(told, path), "this is no usable name of a file", "rename the file, and the references to it");
    await assertFolders(root, path, checked);
    if ((await standing(join(root, path))) !== undefined)
      throw refuse(
        join(told, path),
        "this file is there already; nothing is overwritten",
        "remove it first if it is to be replaced",
      );
  }
  await mkdir(root, { recursive: true });
  for (const [path, content] of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeOne(dirname(target), path.split("/").at(-1)!, content);
  }
}

/** Gives the bytes a file of their own while `use` runs. */
export async function withTemporaryFile<T>(
  name: string,
  bytes: Uint8Array,
  use: (folder: string, file: string) => Promise<T>,
): Promise<T> {
  return withTemporaryFiles(new Map([[name, bytes]]), (folder) => use(folder, join(folder, name)));
}

/** Gives files, by path joined by `/`, a folder of their own while `use` runs. */
export async function withTemporaryFiles<T>(
  files: ReadonlyMap<string, Uint8Array | string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "couplet-")));
  try {
    await writeNew(folder, files);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
