/** Would the generator write what is committed? Hashes decide; only a provider whose hashes differ is built again. */
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Diagnostic, InputError, locate, printable } from "../errors.ts";
import { prepare } from "../generate.ts";
import { isSealed, type Lock, type LockedProvider, sha256 } from "../lock.ts";
import { standing } from "../output-places.ts";
import { lockedProvider, type PackageJob, recordedOutputs } from "../package-job.ts";
import { policySchemaFile } from "../policy-schema-file.ts";
import type { Run } from "../project-run.ts";
import { tool } from "../tool.ts";
import { findUnchanged } from "../unchanged.ts";
import { compareOut, type Difference, findExtra } from "../workspace.ts";
import { foreignEntries, type LockText, placeInLock } from "./lock-entries.ts";

export interface CodegenDrift {
  /** `L…`: the lock is not one that this generator wrote. */
  readonly lock: readonly Diagnostic[];
  /** `G301`: files that differ; and what keeps them from being built. */
  readonly files: readonly Diagnostic[];
  readonly versions: number;
  readonly compared: number;
  /** Providers that had to be built. */
  readonly rebuilt: readonly string[];
}

/**
 * @param trusting Without it no hash is believed and everything is built: a lock can be made to fit an edited file, and
 * so review of a stranger's change must not go by it.
 */
export async function codegenDrift(
  { jobs, options }: Run,
  lockText: LockText | undefined,
  trusting: boolean,
): Promise<CodegenDrift> {
  const { lock } = options;
  const lockFindings = lockText === undefined ? [noLock(options.lockFile)] : await generatorMismatch(lockText, lock);
  const files: Diagnostic[] = [];
  const rebuilt: string[] = [];
  const known = new Set<string>();
  for (const job of jobs) {
    options.progress(`comparing ${job.provider}`);
    const unchanged = trusting ? await findUnchanged(job, options) : undefined;
    const result = unchanged ?? (await rebuild(job, lockText));
    if (unchanged === undefined) rebuilt.push(job.provider ?? "");
    for (const [path] of recordedOutputs(result.locked, job.folder(result.provider))) known.add(path);
  }
  await compareRest();
  return {
    lock: lockFindings,
    files,
    versions: jobs.reduce((sum, { versions }) => sum + versions.length, 0),
    compared: known.size,
    rebuilt,
  };

  async function rebuild(
    job: PackageJob,
    text: LockText | undefined,
  ): Promise<{ readonly provider: string; readonly locked: LockedProvider }> {
    const provider = job.provider!;
    const before = lockedProvider(lock, provider);
    const nothing = { provider, locked: before ?? { outputs: {}, versions: {} } };
    const isThere = (await standing(join(options.out, job.folder(provider)))) !== undefined;
    if (before === undefined && (lock !== undefined || !isThere)) {
      files.push(neverGenerated(job));
      return nothing;
    }
    try {
      const prepared = await prepare([job], { ...options, check: true, complete: false });
      const after = lockedProvider(prepared.lock, provider)!;
      if (before !== undefined && text !== undefined && !isSealed(before))
        lockFindings.push(...foreignEntries(text, provider, before, after));
      const differences = await compareOut(options.out, prepared.files, []);
      const missing = differences.filter(({ kind }) => kind === "missing");
      if (missing.length > mostMissing) files.push(manyMissing(missing));
      for (const one of differences)
        if (one.kind !== "missing" || missing.length <= mostMissing)
          files.push(await fileFinding(one, prepared.files.get(one.path), before, job.folder(provider)));
      return { provider, locked: after };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const finding of error.diagnostics) (finding.code.startsWith("L") ? lockFindings : files).push(finding);
      return nothing;
    }
  }

  async function fileFinding(
    { path, kind }: Difference,
    wanted: string | undefined,
    before: LockedProvider | undefined,
    folder: string,
  ): Promise<Diagnostic> {
    const file = told(path);
    const base = { file, line: 1, column: 1, code: "G301", severity: "error" as const, fix: "run `couplet generate`" };
    if (kind !== "changed") return { ...base, message: "this generated file is missing" };
    const text = await readFile(join(options.out, path), "utf8").catch(() => undefined);
    if (text === undefined) return { ...base, message: "there is something else where this generated file belongs" };
    const recorded = before && new Map(recordedOutputs(before, folder)).get(path);
    const message =
      recorded === sha256(text)
        ? "this generated file is older than its sources: they give another line here"
        : "this generated file was edited: its sources give another line here";
    return { ...base, ...locate(file, text, firstDifference(text, wanted ?? "")), message };
  }

  function manyMissing(missing: readonly Difference[]): Diagnostic {
    return {
      ...{ file: told(missing[0]!.path), line: 1, column: 1, code: "G301", severity: "error" },
      ...{ message: `this and ${missing.length - 1} more generated files are missing`, fix: "run `couplet generate`" },
    };
  }

  async function compareRest(): Promise<void> {
    if (options.policySchema !== undefined) {
      const schema = await policySchemaFile(options.policySchema, { ...options, check: !trusting });
      const text = schema.text === undefined ? undefined : await readFile(options.policySchema, "utf8").catch(() => "");
      if (text !== schema.text)
        files.push({
          ...{ file: inRoot(options.policySchema), line: 1, column: 1, code: "G301", severity: "error" },
          ...{ message: "this is not the schema of the policy format", fix: "run `couplet generate`" },
        });
    }
    const folders = options.complete ? [""] : jobs.map((job) => job.folder(job.provider!));
    for (const path of await findExtra(options.out, (file) => known.has(file), folders))
      files.push({
        ...{ file: told(path), line: 1, column: 1, code: "G301", severity: "error" },
        ...{ message: "nothing generates this file", fix: "move it out of the output folder, or delete it" },
      });
  }

  function inRoot(file: string): string {
    return relative(options.root, file).split(sep).join("/");
  }
  function told(path: string): string {
    return printable(inRoot(join(options.out, path)));
  }
}

/** More of one provider are told as one: somebody has not generated, or does not commit what is generated. */
const mostMissing = 5;

function noLock(file: string): Diagnostic {
  return {
    ...{ file, line: 1, column: 1, code: "L004", severity: "error" },
    ...{ message: "there is no lock: nothing says what was generated from what", fix: "run `couplet generate`" },
  };
}

async function generatorMismatch(text: LockText, lock: Lock | undefined): Promise<Diagnostic[]> {
  const { version, sha256: code } = await tool();
  if (lock === undefined || lock.generator.sha256 === code) return [];
  const theirs = lock.generator.version === version ? "another build of it" : `couplet ${lock.generator.version}`;
  return [
    {
      ...placeInLock(text, ["generator", lock.generator.version === version ? "sha256" : "version"]),
      code: "L004",
      severity: "error",
      message: `this is couplet ${version}, and the lock was written by ${printable(theirs)}`,
      fix: "install the version that the project uses, or run `couplet generate` and commit what changes",
    },
  ];
}

function neverGenerated({ provider, policy, versions }: PackageJob): Diagnostic {
  return {
    ...{ file: versions[0]?.document ?? policy ?? "couplet.lock.json", line: 1, column: 1, code: "G301" },
    severity: "error",
    message: `${provider} was never generated`,
    fix: "run `couplet generate` and `npm install`, then commit",
  };
}

/** Start of the first line that differs. */
function firstDifference(text: string, wanted: string): number {
  let at = 0;
  while (at < text.length && text[at] === wanted[at]) at++;
  return Math.min(text.lastIndexOf("\n", at - 1) + 1, Math.max(0, text.length - 1));
}
