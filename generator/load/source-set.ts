import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { InputError } from "../errors.ts";
import type { Findings } from "./findings.ts";
import { applyOverlay, type ObserveAction } from "./overlay.ts";
import { openSource, type SourceDocument } from "./source-document.ts";
import { inputError } from "./source-text.ts";

/** Files that one document may have: more is an attack or a mistake. */
const MAX_FILES = 5_000;
const MAX_TOTAL_NODES = 2_000_000;

export type Opened = { readonly source: SourceDocument } | { readonly refused: string; readonly fix: string };

/**
 * The root file and the files it refers to, all inside the root file's own folder; overlays may lie elsewhere. Nothing
 * is ever fetched.
 */
export interface SourceSet {
  /** With the overlays applied. */
  readonly root: SourceDocument;
  /** Opens what `reference` (the part before `#`) names, seen from `base`. */
  open(base: SourceDocument, reference: string): Opened;
  /** sha256 (hex): of the root's bytes alone, or of the root, each other file by path, and the overlays in order. */
  sha256(): string;
  /** Real paths of all files that were read, the root first, the overlays last. */
  paths(): readonly string[];
}

export function createSourceSet(
  path: string,
  cwd: string,
  overlayPaths: readonly string[],
  findings: Findings,
  observe?: ObserveAction,
): SourceSet {
  const shown = (absolute: string): string => {
    const short = relative(cwd, absolute);
    return short === "" || short.startsWith("..") ? absolute : short.split(sep).join("/");
  };
  const openNamed = (name: string): SourceDocument => {
    const absolute = resolve(cwd, name);
    return openSource(real(absolute) ?? absolute, shown(absolute));
  };
  const overlays = overlayPaths.map(openNamed);
  const root = overlays.reduce((below, overlay) => applyOverlay(below, overlay, findings, observe), openNamed(path));
  const folder = dirname(root.path);
  const files = new Map<string, SourceDocument>([[root.path, root]]);
  let nodes = root.nodes;

  return {
    root,
    open(base, reference) {
      const target = localPath(reference);
      if (target === undefined) {
        return {
          refused: `it points outside this machine or names a scheme (${reference}); references are never fetched`,
          fix: "bundle the document first, or save that file beside it and refer to it by a relative path",
        };
      }
      const wanted = resolve(dirname(base.path), target);
      const found = real(wanted);
      const inside = (file: string): boolean => file === folder || file.startsWith(folder + sep);
      if (!inside(found ?? wanted)) {
        return { refused: "it leads out of the document's own folder", fix: "move that file into the folder" };
      }
      if (!found)
        return { refused: `there is no file ${shown(wanted)}`, fix: "add the file, or correct the reference" };
      if (!statSync(found).isFile()) return { refused: `${shown(wanted)} is not a file`, fix: "refer to a file" };
      const known = files.get(found);
      if (known) return { source: known };
      if (files.size >= MAX_FILES) return { refused: `more than ${MAX_FILES} files`, fix: "bundle the document first" };
      const source = openSource(found, shown(found));
      nodes += source.nodes;
      if (nodes > MAX_TOTAL_NODES) {
        throw inputError("S005", source.place([]), `more than ${MAX_TOTAL_NODES} values in all files together`);
      }
      files.set(found, source);
      return { source };
    },
    paths: () => [...new Set([...files.keys(), ...overlays.map((overlay) => overlay.path)])],
    sha256() {
      const hash = createHash("sha256").update(root.bytes);
      const others = [...files.values()].filter((file) => file !== root);
      const named = others.map((file) => ({ name: relative(folder, file.path).split(sep).join("/"), file }));
      for (const { name, file } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        hash.update(`\n${name}\n`).update(file.bytes);
      }
      for (const overlay of overlays) hash.update("\noverlay\n").update(overlay.bytes);
      return hash.digest("hex");
    },
  };
}

/** A relative file path, or undefined for anything with a scheme, a host or a NUL. */
function localPath(reference: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference) || /^[/\\]{2}/.test(reference)) return undefined;
  let path = reference.replace(/\?.*$/s, "");
  try {
    path = decodeURIComponent(path);
  } catch {
    // A stray percent sign: the name is meant as it stands.
  }
  return path.includes("\0") ? undefined : path;
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    return undefined;
  }
}
