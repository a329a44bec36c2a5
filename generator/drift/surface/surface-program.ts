/** Two states of a package as one program, so that the compiler can be asked about types of both. */
import { Project, ts } from "ts-morph";

/** Paths below the package's folder -> text: its manifest and its TypeScript. */
export type PackageFiles = ReadonlyMap<string, string>;

export interface SurfaceProgram {
  readonly program: ts.Program;
  /** The module of a file of the package; undefined when there is none. */
  readonly before: (path: string) => ts.SourceFile | undefined;
  readonly after: (path: string) => ts.SourceFile | undefined;
  /** Whose file it is, and its path there. */
  readonly owner: (file: ts.SourceFile) => { readonly side: "before" | "after"; readonly path: string } | undefined;
}

const compilerOptions: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
  customConditions: ["@couplet/source"],
  types: [],
};

/** @param folder Where the package stands: what it depends on is looked for from there, for both. Nothing is written. */
export function createSurfaceProgram(old: PackageFiles, now: PackageFiles, folder: string): SurfaceProgram {
  const home = folder.replaceAll("\\", "/").replace(/\/$/, "");
  const roots = { before: `${home}/.couplet-before/`, after: `${home}/.couplet-after/` };
  const project = new Project({
    compilerOptions,
    skipFileDependencyResolution: true,
    skipAddingFilesFromTsConfig: true,
  });
  const add = (root: string, files: PackageFiles): void => {
    for (const [path, text] of files) if (path.endsWith(".ts")) project.createSourceFile(root + path, text);
  };
  add(roots.before, old);
  add(roots.after, now);
  const program = project.getProgram().compilerObject;
  return {
    program,
    before: (path) => program.getSourceFile(roots.before + path),
    after: (path) => program.getSourceFile(roots.after + path),
    owner({ fileName }) {
      if (fileName.startsWith(roots.before)) return { side: "before", path: fileName.slice(roots.before.length) };
      return fileName.startsWith(roots.after) ? { side: "after", path: fileName.slice(roots.after.length) } : undefined;
    },
  };
}
