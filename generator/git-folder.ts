/** A folder as another commit of this repository has it. Git alone reads; nothing is checked out or fetched. */
import { InputError, printable } from "./errors.ts";
import { git, readTree, splitBatch } from "./git-files.ts";

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
  const refuse = (message: string, fix: string): InputError =>
    new InputError(
      [
        {
          ...{ file: printable(`git:${ref}:${folder}`), line: 1, column: 1, code: "C007", severity: "error" },
          ...{ message: printable(message), fix },
        },
      ],
      "revision",
    );
  const commit = await git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], "");
  if (commit.code !== 0)
    throw refuse(
      `there is no commit ${ref} in this clone`,
      "fetch it first: a clone of CI may be shallow; or name a folder",
    );
  const id = commit.output.toString("utf8").trim();
  const listed = await git(cwd, ["ls-tree", "-z", "-l", "-r", id, `${folder.replace(/\/+$/, "")}/`], "");
  if (listed.code !== 0) throw refuse(listed.problem, "check that this is a git repository, and that git is installed");
  const start = `${folder.replace(/\/+$/, "")}/`;
  const entries = readTree(listed.output, "").filter(
    ({ path }) => path.startsWith(start) && isWanted(path.slice(start.length)),
  );
  if (entries.length > mostFiles || entries.reduce((sum, { size }) => sum + size, 0) > mostBytes)
    throw refuse("the folder is too large to be compared", "check the commit out, and name its folder");
  const read = await git(cwd, ["cat-file", "--batch"], entries.map((entry) => `${entry.id}\n`).join(""));
  if (read.code !== 0) throw refuse(read.problem, "check the clone with `git fsck`");
  const contents = splitBatch(read.output, entries);
  return new Map(
    entries.map(({ path }, index) => [path.slice(start.length), Buffer.from(contents[index]!).toString("utf8")]),
  );
}
