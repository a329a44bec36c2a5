/** The consumer's program with other text in the generated versions it imports; nothing is written. */
import { posix } from "node:path";
import { ts } from "ts-morph";
import type { BoundVersion } from "./bound-versions.ts";

export interface Revision {
  readonly of: BoundVersion;
  /** The new client: paths below the version's folder -> text. */
  readonly files: ReadonlyMap<string, string>;
}

/** `dist/<version>` of the same package. */
function builtFolder({ folder }: BoundVersion): string {
  return posix.join(posix.dirname(folder), "dist", posix.basename(folder));
}

/**
 * Files that did not change are taken from `program` as they are. The new sources stand where the old ones stood, also
 * for imports that lead to a built package.
 */
export function createRevisedProgram(
  program: ts.Program,
  revisions: readonly Revision[],
  compiler: typeof ts = ts,
): ts.Program {
  const options = program.getCompilerOptions();
  const texts = new Map<string, string>();
  for (const { of, files } of revisions)
    for (const [path, text] of files) if (path.endsWith(".ts")) texts.set(posix.join(of.folder, path), text);
  const folders = revisions.map(({ of }) => `${of.folder}/`);
  const host = compiler.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  const isOurs = (path: string): boolean =>
    /\.[cm]?ts$/.test(path) && folders.some((folder) => path.startsWith(folder));
  host.fileExists = (path) => (isOurs(path) ? texts.has(path) : fileExists(path));
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, onError, isNew) => {
    const text = texts.get(path);
    if (text !== undefined) return compiler.createSourceFile(path, text, target, true);
    if (isOurs(path)) return undefined;
    return program.getSourceFile(path) ?? getSourceFile(path, target, onError, isNew);
  };
  const library = program.getSourceFiles().find((file) => program.isSourceFileDefaultLibrary(file));
  if (library !== undefined) {
    const at = posix.dirname(library.fileName);
    host.getDefaultLibLocation = () => at;
    host.getDefaultLibFileName = (given) => posix.join(at, compiler.getDefaultLibFileName(given));
  }
  const cache = compiler.createModuleResolutionCache(host.getCurrentDirectory(), host.getCanonicalFileName, options);
  host.resolveModuleNameLiterals = (literals, containing, redirected, given, file) =>
    literals.map((literal) => {
      const mode = compiler.getModeForUsageLocation(file, literal, given);
      const found = compiler.resolveModuleName(literal.text, containing, given, host, cache, redirected, mode);
      return { ...found, resolvedModule: toSources(found.resolvedModule, revisions, texts) };
    });
  return compiler.createProgram({ rootNames: program.getRootFileNames(), options, host });
}

/** A built file stands for its source. */
function toSources(
  found: ts.ResolvedModuleFull | undefined,
  revisions: readonly Revision[],
  texts: ReadonlyMap<string, string>,
): ts.ResolvedModuleFull | undefined {
  if (found === undefined) return undefined;
  for (const { of } of revisions) {
    const built = `${builtFolder(of)}/`;
    if (!found.resolvedFileName.startsWith(built)) continue;
    const source = posix.join(of.folder, found.resolvedFileName.slice(built.length).replace(/\.d\.[cm]?ts$/, ".ts"));
    return texts.has(source) ? { ...found, resolvedFileName: source, extension: ts.Extension.Ts } : undefined;
  }
  return found;
}
