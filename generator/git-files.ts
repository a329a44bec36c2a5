/** A document as another commit of this repository has it, with the files that it refers to. Git alone reads; nothing is fetched. */
import { spawn } from "node:child_process";
import { posix } from "node:path";
import { InputError, printable } from "./errors.ts";
import { MAX_BYTES } from "./load/source-text.ts";

export interface GitFiles {
  /** By path from the folder of the document. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Name of the document among them. */
  readonly name: string;
}

export interface Entry {
  readonly path: string;
  readonly id: string;
  readonly size: number;
}

const mostFiles = 5_000;
const mostBytes = 4 * MAX_BYTES;

/**
 * @param source `git:<ref>:<path>`; the path is from the root of the repository, or from `cwd` when it begins with `./`.
 * @throws InputError when there is no such commit or file, or it is too large.
 */
export async function readGitFiles(source: string, cwd: string): Promise<GitFiles> {
  const [, ref = "", given = ""] = /^git:([^:]+):(.+)$/s.exec(source) ?? [];
  const refuse = (message: string, fix: string, stop?: "revision"): InputError =>
    new InputError(
      [
        {
          file: printable(source),
          line: 1,
          column: 1,
          code: "C007",
          severity: "error",
          message: printable(message),
          fix,
        },
      ],
      stop,
    );
  if (ref === "")
    throw refuse("this names no file of a commit", "write git:<ref>:<path>, for example git:main:specs/openapi.yaml");
  const run = async (args: readonly string[], input = ""): Promise<Buffer> => {
    const { code, output, problem } = await git(cwd, args, input);
    if (code === 0) return output;
    throw refuse(problem, "check that this is a git repository, and that git is installed", "revision");
  };
  const commit = await git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], "");
  if (commit.code === 1 || commit.code === 128) {
    await run(["rev-parse", "--git-dir"]);
    throw refuse(`there is no commit ${ref} in this clone`, "fetch it first: a clone of CI may be shallow", "revision");
  }
  const id = (commit.code === 0 ? commit.output : await run(["rev-parse", "--git-dir"])).toString("utf8").trim();
  const prefix = /^\.\.?\//.test(given) ? (await run(["rev-parse", "--show-prefix"])).toString("utf8").trim() : "";
  const path = posix.normalize(posix.join(prefix, given));
  const list = async (of: string, deep: boolean): Promise<Entry[]> => {
    const args = ["ls-tree", "-z", "-l", "--full-tree", ...(deep ? ["-r"] : []), id, ...(of === "." ? [] : [of])];
    return readTree(await run(args), path);
  };
  const root = path.startsWith("../") ? undefined : (await list(path, false)).find((entry) => entry.path === path);
  if (root === undefined)
    throw refuse(`${ref} has no file ${path}`, "name the path from the root of the repository", "revision");
  const check = (entries: readonly Entry[]): void => {
    if (entries.length > mostFiles || entries.reduce((sum, { size }) => sum + size, 0) > mostBytes)
      throw refuse(
        "the folder of the document is too large",
        "bundle the document, or check the commit out",
        "revision",
      );
  };
  check([root]);
  const read = async (entries: readonly Entry[]): Promise<Uint8Array[]> =>
    splitBatch(await run(["cat-file", "--batch"], entries.map((entry) => `${entry.id}\n`).join("")), entries);
  const [bytes] = await read([root]);
  const folder = posix.dirname(path);
  const name = posix.basename(path);
  if (!refersToFiles(bytes!)) return { files: new Map([[name, bytes!]]), name };
  const others = (await list(folder === "." ? "." : `${folder}/`, true)).filter(
    (entry) => /\.(json|ya?ml)$/i.test(entry.path) && entry.path !== path,
  );
  check([root, ...others]);
  const contents = await read(others);
  const below = others.map((entry, index) => [posix.relative(folder, entry.path), contents[index]!] as const);
  return { files: new Map([[name, bytes!], ...below]), name };
}

/** A reference that does not begin with `#`. */
function refersToFiles(bytes: Uint8Array): boolean {
  return /\$ref["']?\s*:\s*["']?(?![#"'\s])/.test(Buffer.from(bytes).toString("utf8"));
}

/** Regular files of a listing; links and submodules are none. */
export function readTree(output: Buffer, document: string): Entry[] {
  return output
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const [, mode, id, size, path] = /^(\d{6}) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      if (path === undefined || !mode!.startsWith("100")) return [];
      // A name that no other system could hold is left out, but for the document, of which the person is told.
      return path !== document && /[\p{Cc}\\]/u.test(path) ? [] : [{ path, id: id!, size: Number(size) }];
    });
}

export function splitBatch(output: Buffer, entries: readonly Entry[]): Uint8Array[] {
  let at = 0;
  return entries.map(({ size }) => {
    const start = output.indexOf(10, at) + 1;
    at = start + size + 1;
    return output.subarray(start, start + size);
  });
}

export interface Ran {
  readonly code: number;
  readonly output: Buffer;
  readonly problem: string;
}

/** Without lazy fetches of partial clones: nothing here may open a connection. */
export function git(cwd: string, args: readonly string[], input: string): Promise<Ran> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      GIT_NO_LAZY_FETCH: "1",
      GIT_ALLOW_PROTOCOL: "none",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
    };
    const child = spawn("git", ["--literal-pathspecs", ...args], { cwd, env, stdio: "pipe" });
    const chunks: Buffer[] = [];
    let problem = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      problem = (problem + chunk.toString("utf8")).slice(0, 500);
    });
    child.stdin.on("error", () => {});
    child.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ code: 127, output: Buffer.alloc(0), problem: `git cannot be run: ${error.code ?? "unknown"}` }),
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
