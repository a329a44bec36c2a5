/** A folder as another commit of this repository has it. */
import { posix } from "node:path";
import { InputError, printable } from "./errors.ts";
import { GitProblem, gitPrefix, openGitTree } from "./git-tree.ts";

const mostFiles = 20_000;
const mostBytes = 256 * 1024 * 1024;

/**
 * Files below `folder` (from `cwd`) whose path says yes, by path from the folder; empty when the commit has none.
 * @throws InputError (`stop: "revision"`) when there is no such commit, or it is too much.
 */
export async function readGitFolder(
  ref: string,
  folder: string,
  { cwd, isWanted }: { readonly cwd: string; readonly isWanted: (path: string) => boolean },
): Promise<Map<string, string>> {
  try {
    const tree = await openGitTree(cwd, ref);
    const place = posix.join(await gitPrefix(cwd), folder);
    const own = ({ path }: { readonly path: string }): string => posix.relative(place, path);
    const entries = (await tree.below(place)).filter((entry) => isWanted(own(entry)));
    if (entries.length > mostFiles || entries.reduce((sum, { size }) => sum + size, 0) > mostBytes)
      throw new GitProblem("the folder is too large to be compared", "check the commit out, and name its folder");
    const contents = await tree.read(entries);
    return new Map(entries.map((entry, index) => [own(entry), Buffer.from(contents[index]!).toString("utf8")]));
  } catch (error) {
    if (!(error instanceof GitProblem)) throw error;
    const place = { file: printable(`git:${ref}:${folder}`), line: 1, column: 1 };
    const { message, fix } = error;
    throw new InputError([{ ...place, code: "C007", severity: "error", message: printable(message), fix }], "revision");
  }
}
