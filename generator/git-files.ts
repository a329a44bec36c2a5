/** A document as another commit of this repository has it, with the files that it refers to. */
import { posix } from "node:path";
import { InputError, printable, type Stop } from "./errors.ts";
import { type GitEntry, GitProblem, gitPrefix, openGitTree } from "./git-tree.ts";
import { MAX_BYTES } from "./load/source-text.ts";

export interface GitFiles {
  /** By path from the folder of the document. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Name of the document among them. */
  readonly name: string;
}

const mostFiles = 5_000;
const mostBytes = 4 * MAX_BYTES;

/**
 * @param source `git:<ref>:<path>`; the path is from the root of the repository, or from `cwd` when it begins with `./`.
 * @throws InputError when there is no such commit or file, or it is too large.
 */
export async function readGitFiles(source: string, cwd: string): Promise<GitFiles> {
  const refuse = (message: string, fix: string, stop: Stop = "revision"): InputError => {
    const place = { file: printable(source), line: 1, column: 1 };
    return new InputError([{ ...place, code: "C007", severity: "error", message: printable(message), fix }], stop);
  };
  const [, ref, path] = /^git:([^:]+):(.+)$/s.exec(source) ?? [];
  if (ref === undefined || path === undefined) {
    const fix = "write git:<ref>:<path>, for example git:main:specs/openapi.yaml";
    throw refuse("this names no file of a commit", fix, "usage");
  }
  try {
    return await readFrom(cwd, ref, path);
  } catch (error) {
    throw error instanceof GitProblem ? refuse(error.message, error.fix) : error;
  }
}

async function readFrom(cwd: string, ref: string, given: string): Promise<GitFiles> {
  const tree = await openGitTree(cwd, ref);
  const prefix = /^\.\.?\//.test(given) ? await gitPrefix(cwd) : "";
  const path = posix.normalize(posix.join(prefix, given));
  const root = path.startsWith("../") ? undefined : await tree.find(path);
  if (root === undefined)
    throw new GitProblem(`${ref} has no file ${path}`, "name the path from the root of the repository");
  assertSize([root]);
  const [bytes] = await tree.read([root]);
  const folder = posix.dirname(path);
  const name = posix.basename(path);
  if (!refersToFiles(bytes!)) return { files: new Map([[name, bytes!]]), name };
  const others = (await tree.below(folder)).filter((one) => /\.(json|ya?ml)$/i.test(one.path) && one.path !== path);
  assertSize([root, ...others]);
  const contents = await tree.read(others);
  const below = others.map((one, index) => [posix.relative(folder, one.path), contents[index]!] as const);
  return { files: new Map([[name, bytes!], ...below]), name };
}

function assertSize(entries: readonly GitEntry[]): void {
  if (entries.length <= mostFiles && entries.reduce((sum, { size }) => sum + size, 0) <= mostBytes) return;
  throw new GitProblem("the folder of the document is too large", "bundle the document, or check the commit out");
}

/** A reference that does not begin with `#`. */
function refersToFiles(bytes: Uint8Array): boolean {
  return /\$ref["']?\s*:\s*["']?(?![#"'\s])/.test(Buffer.from(bytes).toString("utf8"));
}
