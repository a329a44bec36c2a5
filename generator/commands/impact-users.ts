/** Whose code `couplet impact` is about: a project, or usage files that projects elsewhere have written. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { Consumer } from "../drift/usage/impact.ts";
import { parseUsageFile, printUsageFile, type UsageFile } from "../drift/usage/usage-file.ts";
import { InputError } from "../errors.ts";
import { usageError } from "./report-output.ts";

export interface VersionName {
  readonly provider: string;
  readonly version: string;
}

/** Where the consumer's usage is read from. */
export type Users =
  | { readonly kind: "project"; readonly consumer: Consumer; readonly versions: readonly VersionName[] }
  | { readonly kind: "files"; readonly files: readonly UsageFile[]; readonly versions: readonly VersionName[] };

export async function openUsers(
  { project, usage = [] }: { readonly project?: string; readonly usage?: readonly string[] },
  cwd: string,
): Promise<Users> {
  if (project === undefined) {
    const files = usage.map((name) => parseUsageFile(name, readUsage(cwd, name)));
    return { kind: "files", files, versions: distinctVersions(files.flatMap(({ packages }) => packages)) };
  }
  const tsconfig = resolve(cwd, project);
  if (!existsSync(tsconfig))
    throw usageError(`there is no file ${JSON.stringify(project)}`, "name the tsconfig.json of the code");
  // The compiler takes its time to load: other commands do not wait for it.
  const { openConsumer } = await import("../drift/usage/impact.ts");
  const consumer = openConsumer(tsconfig);
  const versions = consumer.programs.flatMap(({ usages }) => usages.versions.map(({ bindings }) => bindings));
  if (versions.length === 0) {
    const message = "this project imports no generated client";
    const fix = "name the tsconfig.json whose files import one; `include` and `paths` decide what belongs to it";
    throw new InputError([{ file: project, line: 1, column: 1, code: "D302", severity: "error", message, fix }]);
  }
  return { kind: "project", consumer, versions: distinctVersions(versions) };
}

function readUsage(cwd: string, name: string): string {
  try {
    return readFileSync(resolve(cwd, name), "utf8");
  } catch {
    throw usageError(`${JSON.stringify(name)} cannot be read`, "name a file that --usage-out has written");
  }
}

function distinctVersions(versions: readonly VersionName[]): VersionName[] {
  const found = versions.map(({ provider, version }) => ({ provider, version }));
  return [...new Map(found.map((one) => [nameOf(one), one])).values()];
}

export function nameOf({ provider, version }: VersionName): string {
  return `${provider}@${version}`;
}

export async function usageTextOf(users: Users, cwd: string): Promise<string> {
  if (users.kind === "files")
    throw usageError("--usage-out goes with --project", "usage files are merged where they are read");
  const { usageFileOf } = await import("../drift/usage/write-usage.ts");
  return printUsageFile(usageFileOf(users.consumer, consumerName(users.consumer.tsconfig), cwd.split(sep).join("/")));
}

/** The nearest package.json above names the consumer, else its folder does. */
function consumerName(tsconfig: string): string {
  for (let folder = dirname(tsconfig); ; folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
      if (typeof name === "string" && name !== "") return name;
    } catch {
      // None here, or none that can be read: another one may be above.
    }
    if (folder === dirname(folder)) return basename(dirname(tsconfig));
  }
}
