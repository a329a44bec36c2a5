/** `--runtime`: where generated packages find the runtime. */
import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { commandLine, InputError } from "../errors.ts";

const isPath = /^(?:\.{1,2}$|\.{0,2}[\\/]|[A-Za-z]:[\\/])/;

/**
 * What the packages' package.json says of `@couplet/runtime`. A path is meant from where the person stands, while npm
 * reads it from the package's folder. Throws an InputError for a path without a package.
 */
export function runtimeDependency(given: string, cwd: string, packageFolder: string): string {
  if (!isPath.test(given)) return given;
  const folder = resolve(cwd, given);
  if (existsSync(join(folder, "package.json"))) return `file:${relative(packageFolder, folder).split(sep).join("/")}`;
  const message = `--runtime ${given}: there is no package in this folder`;
  const fix = "name the folder `runtime` of a checkout of couplet, or a version";
  throw new InputError([{ file: commandLine, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}
