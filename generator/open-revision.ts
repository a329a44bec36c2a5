/** One side of a comparison: a file, a URL, a file of another commit, or a version of the project. */
import { basename, join, resolve } from "node:path";
import { InputError, type Location } from "./errors.ts";
import { fetchDocument, isUrl } from "./fetch-document.ts";
import { readGitFiles } from "./git-files.ts";
import { loadDocument } from "./load/document.ts";
import type { ApiDocument } from "./model.ts";
import { withTemporaryFiles } from "./vendor.ts";

export type RevisionSource =
  | { readonly kind: "file"; readonly file: string; readonly overlays: readonly string[] }
  | { readonly kind: "url"; readonly url: string; readonly overlays: readonly string[] }
  | { readonly kind: "git"; readonly text: string; readonly overlays: readonly string[] };

export interface OpenOptions {
  /** Folder that paths are given and told relative to. */
  readonly cwd: string;
  /** As in `FetchOptions`. */
  readonly allowHosts: readonly string[];
}

/** What a person wrote for one side; `provider@version` is looked up before. Overlays are those of the pinned version. */
export function toRevisionSource(text: string, overlays: readonly string[]): RevisionSource {
  if (text.startsWith("git:")) return { kind: "git", text, overlays };
  return isUrl(text) ? { kind: "url", url: text, overlays } : { kind: "file", file: text, overlays };
}

/** @throws InputError that stops with `revision` when the document cannot be read, with `unreachable` when it cannot be got. */
export async function openRevision(source: RevisionSource, options: OpenOptions): Promise<ApiDocument> {
  const { cwd } = options;
  const overlays = source.overlays.map((file) => resolve(cwd, file));
  if (source.kind === "file") return asRevision(loadDocument(source.file, { cwd, overlays }));
  if (source.kind === "git") {
    const { files, name } = await readGitFiles(source.text, cwd);
    const folder = source.text.slice(0, source.text.length - name.length);
    return openCopy(files, name, overlays, (file) => `${folder}${file}`);
  }
  const { bytes, url } = await fetchDocument(source.url, options);
  const name = basename(new URL(url).pathname);
  const safe = /^[\w.-]{1,100}\.(?:json|ya?ml)$/i.test(name) && !name.startsWith(".") ? name : "openapi";
  return openCopy(new Map([[safe, bytes]]), safe, overlays, (file) => (file === safe ? url : file));
}

/** Loads files that are not on disk from a copy of them; people are told where they come from. */
async function openCopy(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  overlays: readonly string[],
  toShown: (file: string) => string,
): Promise<ApiDocument> {
  const known = new Set(files.keys());
  const shown = <T extends Location>(place: T): T =>
    known.has(place.file) ? { ...place, file: toShown(place.file) } : place;
  return withTemporaryFiles(files, async (folder) => {
    try {
      const document = await asRevision(loadDocument(join(folder, name), { cwd: folder, overlays }));
      return {
        ...document,
        file: toShown(name),
        diagnostics: document.diagnostics.map(shown),
        locate: (pointer) => shown(document.locate(pointer)),
      };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.diagnostics.map(shown), error.stop);
    }
  });
}

async function asRevision(loading: Promise<ApiDocument>): Promise<ApiDocument> {
  try {
    return await loading;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.diagnostics, "revision");
  }
}
