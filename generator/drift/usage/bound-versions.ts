/** The generated versions that a consumer's program reaches. */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import type { ts } from "ts-morph";
import { InputError } from "../../errors.ts";
import { type Bindings, parseBindings } from "./bindings.ts";

export interface BoundVersion {
  readonly bindings: Bindings;
  /** Folder of the version in its package: where `bindings.json` is. */
  readonly folder: string;
  /** Files of the version in the program, by path below the folder without extension. */
  readonly files: ReadonlyMap<string, ts.SourceFile>;
}

// The compiler writes `/` on every system.
const { basename, dirname, join } = posix;

const extension = /(?:\.d)?\.[cm]?ts$/;

/** `<package>/dist/<version>` is the built form of `<package>/<version>`. */
function sourceFolder(folder: string): string {
  const above = dirname(folder);
  return basename(above) === "dist" ? join(dirname(above), basename(folder)) : folder;
}

/** Of a package that couplet generated, though nothing tells what its symbols stand for. */
function isUnbound(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(dirname(folder), "package.json"), "utf8"));
    const { couplet } = manifest as { couplet?: { versions?: object } };
    return couplet?.versions !== undefined && Object.hasOwn(couplet.versions, basename(folder));
  } catch {
    return false;
  }
}

/** Throws `InputError` for a generated package whose bindings are missing or unreadable. */
export function findBoundVersions(program: ts.Program): readonly BoundVersion[] {
  const folders = new Map<string, ts.SourceFile[]>();
  for (const file of program.getSourceFiles()) {
    if (program.isSourceFileDefaultLibrary(file)) continue;
    const folder = sourceFolder(dirname(file.fileName));
    const known = folders.get(folder);
    if (known) known.push(file);
    else folders.set(folder, [file]);
  }
  const versions: BoundVersion[] = [];
  for (const [folder, files] of folders) {
    const path = join(folder, "bindings.json");
    if (existsSync(path)) {
      const byName = new Map(files.map((file) => [basename(file.fileName).replace(extension, ""), file]));
      versions.push({ bindings: parseBindings(path, readFileSync(path, "utf8")), folder, files: byName });
    } else if (isUnbound(folder)) {
      const message = "this generated version has no bindings.json: nothing tells which symbol stands for which field";
      const fix =
        "an older couplet wrote it, or its package was built without: run couplet generate where its sources are";
      throw new InputError([{ file: path, line: 1, column: 1, code: "D301", severity: "error", message, fix }]);
    }
  }
  return versions;
}
