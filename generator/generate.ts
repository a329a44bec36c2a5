/** The pipeline: load -> plan -> emit -> write | compare. Everything is printed and scanned before the first byte is written. */
import { basename, dirname, join, relative, sep } from "node:path";
import type { BuiltPackage } from "./build-package.ts";
import { type Diagnostic, InputError } from "./errors.ts";
import { type Lock, type LockedProvider, printLock } from "./lock.ts";
import { assertPlaces } from "./output-places.ts";
import { type GenerateOptions, joinPath, type PackageJob, recordedOutputs } from "./package-job.ts";
import { policySchemaFile } from "./policy-schema-file.ts";
import { tool } from "./tool.ts";
import { findUnchanged } from "./unchanged.ts";
import { compareOut, type Difference, writeOut } from "./workspace.ts";

export type { GenerateOptions, PackageJob } from "./package-job.ts";

export interface PackageReport {
  readonly provider: string;
  readonly version: string;
  readonly dir: string;
  readonly entry: string;
  readonly operations: number;
  readonly files: number;
  readonly bytes: number;
  readonly ms: number;
  /** Nothing had changed, so that the version was not generated again. */
  readonly unchanged: boolean;
}

export interface GenerateReport {
  readonly packages: readonly PackageReport[];
  readonly diagnostics: readonly Diagnostic[];
  readonly differences: readonly Difference[];
  readonly written: number;
  readonly removed: number;
}

/** A package of this run: built, or found unchanged (then without files). */
export type Outcome = Omit<BuiltPackage, "files" | "documents"> & { readonly files?: ReadonlyMap<string, string> };

/** Everything that a run would write, in memory. */
export interface Prepared {
  readonly outcomes: readonly Outcome[];
  /** Paths below the output folder -> text. */
  readonly files: ReadonlyMap<string, string>;
  /** Absolute paths of the lock and what else stands outside of the output folder, the lock last. */
  readonly beside: readonly (readonly [path: string, text: string])[];
  readonly lock: Lock;
  /** Paths below the output folder that an earlier run wrote and that may go. */
  readonly owned: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws InputError with all findings when one of them is an error. */
export async function prepare(jobs: readonly PackageJob[], options: GenerateOptions): Promise<Prepared> {
  const diagnostics: Diagnostic[] = [];
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    const unchanged = options.check ? undefined : await findUnchanged(job, options);
    if (unchanged) outcomes.push({ ...unchanged, folder: job.folder(unchanged.provider), ms: new Map() });
    else {
      // Loaded only when there is something to build: the printers bring the TypeScript compiler with them.
      const { buildPackage } = await import("./build-package.ts");
      const built = await buildPackage(job, options, diagnostics);
      if (built) outcomes.push(built);
    }
  }
  if (diagnostics.some((finding) => finding.severity === "error")) throw new InputError(diagnostics);

  const files = new Map(outcomes.flatMap((outcome) => [...(outcome.files ?? [])]));
  const { policySchema: schemaPath } = options;
  const schema = schemaPath === undefined ? undefined : await policySchemaFile(schemaPath, options);
  const lock = await nextLock(outcomes, options, schema?.sha256);
  const beside: [path: string, text: string][] = [[options.lockFile, printLock(lock)]];
  if (schemaPath !== undefined && schema?.text !== undefined) beside.unshift([schemaPath, schema.text]);
  const kept = new Set(outcomes.filter((outcome) => outcome.files === undefined).map((outcome) => outcome.provider));
  return { outcomes, files, beside, lock, owned: ownedBefore(kept, outcomes, options), diagnostics };
}

export async function generate(jobs: readonly PackageJob[], options: GenerateOptions): Promise<GenerateReport> {
  const prepared = await prepare(jobs, options);
  const { outcomes, files, beside, diagnostics } = prepared;
  const packages = outcomes.flatMap((outcome) => report(outcome, options));
  if (options.check) {
    const differences = await compare(files, beside, outcomes, options);
    return { packages, diagnostics, differences, written: 0, removed: 0 };
  }
  // The lock is written last, but where it cannot be, nothing is.
  for (const [path] of beside) await assertPlaces(dirname(path), [basename(path)]);
  const done = await writeOut(options.out, files, prepared.owned);
  for (const [path, text] of beside) await writeOut(dirname(path), new Map([[basename(path), text]]), []);
  return { packages, diagnostics, differences: [], ...done };
}

async function nextLock(
  outcomes: readonly Outcome[],
  options: GenerateOptions,
  policySchema: string | undefined,
): Promise<Lock> {
  const providers: Record<string, LockedProvider> = options.complete ? {} : { ...options.lock?.providers };
  for (const outcome of outcomes) providers[outcome.provider] = outcome.locked;
  const generator = {
    name: "couplet",
    ...(await tool()),
    ...(policySchema === undefined ? {} : { policySchema }),
  } as const;
  return { lockVersion: 1, generator, providers };
}

/** Files that an earlier run wrote for the packages of this run, or for providers that are gone. */
function ownedBefore(kept: ReadonlySet<string>, outcomes: readonly Outcome[], options: GenerateOptions): string[] {
  const folders = new Map(outcomes.map((outcome) => [outcome.provider, outcome.folder]));
  return Object.entries(options.lock?.providers ?? {}).flatMap(([provider, locked]) => {
    const gone = outcomes[0]?.folder === "" ? "" : provider;
    const folder = folders.get(provider) ?? (options.complete ? gone : undefined);
    return folder === undefined || kept.has(provider) ? [] : recordedOutputs(locked, folder).map(([path]) => path);
  });
}

async function compare(
  files: ReadonlyMap<string, string>,
  beside: readonly (readonly [path: string, text: string])[],
  outcomes: readonly Outcome[],
  options: GenerateOptions,
): Promise<Difference[]> {
  const inOut = (path: string): string => relative(options.out, path).split(sep).join("/");
  const all = new Map([...files, ...beside.map(([path, text]): [string, string] => [inOut(path), text])]);
  const folders = options.complete ? [""] : outcomes.map((outcome) => outcome.folder);
  return compareOut(options.out, all, folders);
}

function report(outcome: Outcome, options: GenerateOptions): PackageReport[] {
  return Object.entries(outcome.locked.versions).map(([version, locked]) => {
    const dir = join(options.out, outcome.folder);
    const paths = Object.keys(locked.outputs);
    const texts = paths.map((path) => outcome.files?.get(joinPath(outcome.folder, `${version}/${path}`)) ?? "");
    return {
      provider: outcome.provider,
      version,
      dir,
      entry: join(dir, version, "index.ts"),
      operations: locked.operations,
      files: paths.length,
      bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      ms: Math.round(outcome.ms.get(version) ?? 0),
      unchanged: outcome.files === undefined,
    };
  });
}
