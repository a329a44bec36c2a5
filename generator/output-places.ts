/** Where generated files may stand: below the output folder, reached through folders only, and never over something else. */
import type { Stats } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Diagnostic, InputError } from "./errors.ts";

const segment = /^[a-z0-9][a-z0-9._-]{0,79}$/;

/** Whether a path of the output is made of safe lower-case names; README.md and CHANGELOG.md are the exceptions. */
function isSafePath(path: string): boolean {
  const segments = path.split("/");
  const name = segments.pop()!;
  const safe =
    segments.every((part) => segment.test(part)) && (segment.test(name) || /^(?:README|CHANGELOG)\.md$/.test(name));
  return safe && !path.includes("..");
}

function refuse(file: string, message: string, fix: string, code: Diagnostic["code"] = "C003"): never {
  throw new InputError([{ file, line: 1, column: 1, code, severity: "error", message, fix }]);
}

/** What stands at a path, links not followed; nothing where a folder on the way is missing. */
export async function standing(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

/**
 * Refuses, with a located error and before anything is changed, an output in which writing `paths` or removing `owned`
 * would change something that is not ours. The output folder may be a link itself; a link below it is refused even
 * where it stays inside, since two packages would then be one.
 */
export async function assertPlaces(root: string, paths: Iterable<string>, owned: Iterable<string> = []): Promise<void> {
  if ((await standing(root)) !== undefined && !(await stat(root).catch(() => undefined))?.isDirectory()) {
    refuse(root, "the output folder is not a folder", "remove it, or name another folder");
  }
  const checked = new Set<string>();
  for (const path of paths) {
    if (!isSafePath(path)) throw new Error(`internal: unsafe output path ${JSON.stringify(path)}`);
    await assertFolders(root, path, checked);
    const found = await standing(join(root, path));
    if (found !== undefined && !found.isFile()) {
      const message = "there is a link or a folder where a file is to be written";
      refuse(join(root, path), message, "remove it and run again");
    }
  }
  for (const path of owned) {
    if (!isSafePath(path)) {
      const message = `the lock lists ${JSON.stringify(path)}, which is no path of a generated file`;
      refuse("couplet.lock.json", message, "restore the lock from version control", "L001");
    }
    await assertFolders(root, path, checked);
  }
}

/** Refuses links and files on the way to a path below `root`; `checked` remembers folders that are fine. */
export async function assertFolders(root: string, path: string, checked: Set<string>): Promise<void> {
  let folder = root;
  for (const name of path.split("/").slice(0, -1)) {
    folder = join(folder, name);
    if (checked.has(folder)) continue;
    const found = await standing(folder);
    if (found === undefined) return;
    if (found.isSymbolicLink()) {
      refuse(folder, "a folder of the output is a link, which may lead outside", "remove the link and run again");
    }
    if (!found.isDirectory())
      refuse(folder, "there is a file where a folder of the output belongs", "remove it and run again");
    checked.add(folder);
  }
}
