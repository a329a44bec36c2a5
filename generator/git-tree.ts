/** The files of a commit, read with git's plumbing: nothing is checked out, and no connection is opened. */
import { spawn } from "node:child_process";

export interface GitEntry {
  /** From the root of the repository. */
  readonly path: string;
  readonly id: string;
  /** In bytes. */
  readonly size: number;
}

export interface GitTree {
  /** The regular file at a path. */
  find(path: string): Promise<GitEntry | undefined>;
  /** All regular files in a folder and below, `.` for the root; names that no other system could hold are left out. */
  below(folder: string): Promise<readonly GitEntry[]>;
  read(entries: readonly GitEntry[]): Promise<readonly Uint8Array[]>;
}

/** Why git cannot help, and what a person can do. */
export class GitProblem extends Error {
  override readonly name = "GitProblem";
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

async function run(cwd: string, args: readonly string[], input = ""): Promise<Buffer> {
  const { code, output, problem } = await git(cwd, args, input);
  if (code === 0) return output;
  throw new GitProblem(problem, "check that this is a git repository, and that git is installed");
}

/** The folder `cwd` from the root of its repository: empty, or with `/` at its end. */
export async function gitPrefix(cwd: string): Promise<string> {
  return (await run(cwd, ["rev-parse", "--show-prefix"])).toString("utf8").trim();
}

/** @throws GitProblem when `cwd` is in no repository, or the repository has no such commit. */
export async function openGitTree(cwd: string, ref: string): Promise<GitTree> {
  await run(cwd, ["rev-parse", "--git-dir"]);
  const commit = await git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], "");
  if (commit.code !== 0)
    throw new GitProblem(`there is no commit ${ref} in this clone`, "fetch it first: a clone of CI may be shallow");
  const id = commit.output.toString("utf8").trim();
  const list = async (...args: readonly string[]): Promise<GitEntry[]> =>
    entriesOf(await run(cwd, ["ls-tree", "-z", "-l", "--full-tree", ...args]));
  return {
    find: async (path) => (await list(id, path)).find((entry) => entry.path === path),
    below: async (folder) => {
      const entries = await list("-r", id, ...(folder === "." ? [] : [`${folder}/`]));
      return entries.filter(({ path }) => !/[\p{Cc}\\]/u.test(path));
    },
    read: async (entries) => {
      const ids = entries.map((entry) => `${entry.id}\n`).join("");
      return splitBatch(await run(cwd, ["cat-file", "--batch"], ids), entries);
    },
  };
}

/** Links and submodules are no regular files. */
function entriesOf(output: Buffer): GitEntry[] {
  return output
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const [, id, size, path] = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      return path === undefined ? [] : [{ path, id: id!, size: Number(size) }];
    });
}

/** Each blob comes after a line of its own, and ends with a line break. */
function splitBatch(output: Buffer, entries: readonly GitEntry[]): Uint8Array[] {
  let at = 0;
  return entries.map(({ size }) => {
    const start = output.indexOf(10, at) + 1;
    at = start + size + 1;
    return output.subarray(start, start + size);
  });
}

interface Ran {
  readonly code: number;
  readonly output: Buffer;
  readonly problem: string;
}

// A partial clone would fetch what it lacks.
const offline = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none", GIT_TERMINAL_PROMPT: "0" };

function git(cwd: string, args: readonly string[], input: string): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...offline, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
    const child = spawn("git", ["--literal-pathspecs", ...args], { cwd, env, stdio: "pipe" });
    const chunks: Buffer[] = [];
    let problem = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      problem = (problem + chunk.toString("utf8")).slice(0, 500);
    });
    child.stdin.on("error", () => {});
    child.on("error", ({ code }: NodeJS.ErrnoException) =>
      resolve({ code: 127, output: Buffer.alloc(0), problem: `git cannot be run: ${code ?? "unknown"}` }),
    );
    child.on("close", (code) =>
      resolve({
        code: code ?? 127,
        output: Buffer.concat(chunks),
        problem: problem.trim().split("\n")[0] || "git failed",
      }),
    );
    child.stdin.end(input);
  });
}
