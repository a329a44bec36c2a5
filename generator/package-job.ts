/** What one run is asked to do for one provider, and how its inputs are recorded. */
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "./errors.ts";
import { type Lock, type LockedProvider, type LockedVersion, sha256 } from "./lock.ts";

/** One version's document and the overlays that are applied to it, in this order. */
export interface PackageSource {
  readonly version?: string;
  readonly document: string;
  readonly overlays: readonly string[];
}

/** One provider's package: where its sources are and where it goes. Paths are relative to the root of the run. */
export interface PackageJob {
  /** Absent: the policy's `provider`, else a slug of the document's title. */
  readonly provider?: string;
  readonly policy?: string;
  /** What the package's versions brought: copied into it as it is. */
  readonly changelog?: string;
  /** Without a `version` label: a slug of the document's `info.version`. */
  readonly versions: readonly PackageSource[];
  /** What is wrong with the sources themselves; with an error nothing is generated. */
  readonly findings?: readonly Diagnostic[];
  /** The command line names document and overlays, not the policy. */
  readonly fromCommandLine?: true;
  /** Folder of the package below the output folder; "" is the output folder itself. */
  readonly folder: (provider: string) => string;
}

export interface Release {
  readonly version: string;
  readonly changelog: string | undefined;
}

export interface GenerateOptions {
  /** Folder that paths of sources, and paths in findings, start from. */
  readonly root: string;
  readonly out: string;
  /** The lock file; inputs are recorded relative to its folder. */
  readonly lockFile: string;
  readonly lock: Lock | undefined;
  /** Where the JSON Schema of the policy format goes; absent: nowhere. */
  readonly policySchema?: string;
  /** The jobs are all there is: other providers in lock and output are gone, or extra. */
  readonly complete: boolean;
  readonly scope: string;
  /** Version range, or path, of @couplet/runtime in the packages. */
  readonly runtime: string;
  /** Warnings are errors. */
  readonly strict: boolean;
  /** What a connection to somewhere that the lock does not know is: an error, what was asked for, or (absent) a warning. */
  readonly newOrigins?: "error" | "accepted";
  /** Decides the package's version and changelog from what was built; absent: the lock's version and the job's changelog. */
  readonly release?: (provider: string, versions: Readonly<Record<string, LockedVersion>>) => Release;
  /** Compare instead of write. */
  readonly check: boolean;
  readonly progress: (message: string) => void;
}

export function joinPath(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

export function lockedProvider(lock: Lock | undefined, provider: string): LockedProvider | undefined {
  return lock && Object.hasOwn(lock.providers, provider) ? lock.providers[provider] : undefined;
}

export function lockedVersion(lock: Lock | undefined, provider: string, version: string): LockedVersion | undefined {
  const locked = lockedProvider(lock, provider);
  return locked && Object.hasOwn(locked.versions, version) ? locked.versions[version] : undefined;
}

/** A source, given relative to the root or absolute, as the lock names it. */
export function inputPath(file: string, options: GenerateOptions): string {
  return relative(dirname(options.lockFile), resolve(options.root, file)).split(sep).join("/");
}

/** Hashes of files, given as the lock names them, and the options that decide the output. */
export async function hashInputs(
  paths: Iterable<string>,
  source: PackageSource,
  options: GenerateOptions,
): Promise<Record<string, string>> {
  const inputs: Record<string, string> = { "--runtime": options.runtime, "--scope": options.scope };
  if (source.overlays.length > 0) {
    inputs["--overlay"] = source.overlays.map((file) => inputPath(file, options)).join(" ");
  }
  for (const path of [...new Set(paths)].sort())
    inputs[path] = sha256(await readFile(join(dirname(options.lockFile), path)));
  return inputs;
}

/** All files of a provider's package with their recorded hashes, as paths below the output folder. */
export function recordedOutputs(locked: LockedProvider, folder: string): [path: string, hash: string][] {
  const versions = Object.entries(locked.versions).flatMap(([version, { outputs }]) =>
    Object.entries(outputs).map(([path, hash]): [string, string] => [joinPath(folder, `${version}/${path}`), hash]),
  );
  return [
    ...Object.entries(locked.outputs).map(([path, hash]): [string, string] => [joinPath(folder, path), hash]),
    ...versions,
  ];
}
