/** Files that a policy names: relative to it, and inside the project. */
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, resolve, sep } from "node:path";
import type { Diagnostic } from "../errors.ts";

/** Why a name is refused; the place is known to whoever read it. */
export type FileProblem = Pick<Diagnostic, "code" | "message" | "fix">;

export const isInside = (folder: string, file: string): boolean =>
  file.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * The real path of a file. `root` and `folder` are real paths; nothing outside of `root` is touched or followed.
 * `what` is the kind of file in messages: `a base`.
 */
export async function findProjectFile(
  root: string,
  folder: string,
  name: string,
  what: string,
): Promise<string | FileProblem> {
  const outside = {
    code: "P003",
    message: `${what} must lie inside the project`,
    fix: "move it into the project, and name it relative to this file, with `/`",
  };
  const path = resolve(folder, name);
  if (isAbsolute(name) || name.includes("\\") || !isInside(root, path)) return outside;
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined && !isInside(root, real)) return outside;
  if (real !== undefined && (await stat(real)).isFile()) return real;
  const message = real === undefined ? "there is no such file" : "this is not a file";
  return { code: "P202", message, fix: "correct the path; it starts at this file's folder" };
}
