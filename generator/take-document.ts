/** A document that a command line names, wherever it is: at hand as files while something is done with it. */
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { type FetchOptions, fetchDocument, isUrl } from "./fetch-document.ts";
import { readGitFiles } from "./git-files.ts";
import type { Revision } from "./planned-version.ts";
import { withTemporaryFile, withTemporaryFiles } from "./vendor.ts";

export interface TakenDocument extends Revision {
  /** As it may be written down. */
  readonly from: { readonly file: string } | { readonly url: string };
}

/** A file name that can be kept; its extension tells JSON from YAML. */
export function safeName(name: string): string {
  return /^[\w.-]{1,100}\.(?:json|ya?ml)$/i.test(name) && !name.startsWith(".") ? name : "openapi";
}

/**
 * @param source A file, `git:<ref>:<path>`, or a URL whose host is allowed.
 * @throws InputError of fetching, or of `use`.
 */
export async function withDocument<T>(
  source: string,
  { cwd, ...options }: FetchOptions & { readonly cwd: string; readonly progress: (message: string) => void },
  use: (document: TakenDocument) => Promise<T>,
): Promise<T> {
  if (source.startsWith("git:")) {
    const { files, name } = await readGitFiles(source, cwd);
    return withTemporaryFiles(files, (folder) => use({ file: name, cwd: folder, from: { file: source } }));
  }
  if (!isUrl(source)) {
    const path = relative(cwd, resolve(cwd, source)).split(sep).join("/");
    // What lies outside of the project is another matter on each machine: its name is enough.
    const outside = path.startsWith("..") || isAbsolute(path);
    return use({ file: source, cwd, from: { file: outside ? basename(path) : path } });
  }
  options.progress("fetching the document");
  const { bytes, name, url } = await fetchDocument(source, options);
  return withTemporaryFile(safeName(name), bytes, (folder) =>
    use({ file: safeName(name), cwd: folder, from: { url } }),
  );
}
