/** For whoever started a command in a folder below the project's own. */
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { commandLine, InputError } from "./errors.ts";
import { lockName } from "./project-run.ts";

const configName = "couplet.yaml";

// A package that was generated from one document has a lock, too, but no folder of documents.
function isProject(folder: string): boolean {
  return (
    existsSync(join(folder, configName)) || (existsSync(join(folder, lockName)) && existsSync(join(folder, "specs")))
  );
}

/** The way to the nearest project above a folder that is none itself: `../..`. */
export function projectAbove(folder: string): string | undefined {
  if (isProject(folder)) return undefined;
  for (let above = dirname(folder), before = folder; above !== before; before = above, above = dirname(above))
    if (isProject(above)) return relative(folder, above);
  return undefined;
}

/** Before something is written: a second project inside of one is rarely meant. */
export function refuseBelowProject(folder: string): void {
  const above = projectAbove(folder);
  if (above === undefined) return;
  const message = `this folder lies inside of the project in ${above}`;
  const fix = `run it there; or, for a project of its own, put a ${configName} here`;
  throw new InputError([{ file: commandLine, line: 1, column: 1, code: "C002", severity: "error", message, fix }]);
}
