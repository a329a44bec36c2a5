/** One side of a comparison as a document: a file, a URL, or a file of another commit. */
import { readFile } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { InputError, type Location } from "./errors.ts";
import { loadDocument } from "./load/document.ts";
import { sha256 } from "./lock.ts";
import type { ApiDocument } from "./model.ts";
import { asRevision } from "./planned-version.ts";
import { type TakenDocument, withDocument } from "./take-document.ts";

export interface OpenOptions {
  /** Folder that paths are given and told relative to. */
  readonly cwd: string;
  /** As in `FetchOptions`. */
  readonly allowHosts: readonly string[];
  /** Applied in this order. */
  readonly overlays: readonly string[];
  /** The other side: what has its bytes is not read again. */
  readonly other?: ApiDocument;
  /** Both sides are the same text: nothing can have changed, so it need not be held against OpenAPI's own schema. */
  readonly isUnchanged?: boolean;
  readonly progress: (message: string) => void;
}

/**
 * @param source As `withDocument` takes it.
 * @throws InputError that stops with `revision` when the document cannot be read, with `unreachable` when it cannot be got.
 */
export async function openRevision(source: string, options: OpenOptions): Promise<ApiDocument> {
  const { cwd, other } = options;
  const overlays = options.overlays.map((file) => resolve(cwd, file));
  // The hash of a document of many files, or one that is overlaid, is none of bytes alone: it never is the same.
  const known = overlays.length === 0 && other?.files.length === 1 ? other : undefined;
  return withDocument(source, options, async (taken) => {
    const toShown = shownAs(source, taken, cwd);
    const shown = <T extends Location>(place: T): T => ({ ...place, file: toShown(place.file) });
    const bytes =
      known === undefined ? undefined : await readFile(resolve(taken.cwd, taken.file)).catch(() => undefined);
    if (known !== undefined && bytes !== undefined && (options.isUnchanged || sha256(bytes) === known.sha256))
      return { ...known, sha256: sha256(bytes), file: toShown(taken.file) };
    try {
      const document = await asRevision(
        loadDocument(taken.file, { cwd: taken.cwd, overlays, isKnown: options.isUnchanged === true }),
      );
      return {
        ...document,
        file: toShown(document.file),
        diagnostics: document.diagnostics.map(shown),
        locate: (pointer) => shown(document.locate(pointer)),
      };
    } catch (error) {
      throw error instanceof InputError ? new InputError(error.diagnostics.map(shown), error.stop) : error;
    }
  });
}

/** People are told where a copy comes from, not where it lies for a moment. */
function shownAs(
  source: string,
  { file: root, cwd: folder, from }: TakenDocument,
  cwd: string,
): (file: string) => string {
  return (file) => {
    if (isAbsolute(file)) {
      const path = relative(cwd, file);
      return path.startsWith("..") ? file : path.split(sep).join("/");
    }
    if (folder === cwd) return file;
    if ("url" in from) return file === root ? from.url : file;
    return `${source.slice(0, source.length - root.length)}${file}`;
  };
}
