/** A package whose sources, generator and files are all as the lock records them is not generated again. */
import { readFile, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isSealed, type LockedProvider, sha256 } from "./lock.ts";
import {
  type GenerateOptions,
  hashInputs,
  inputPath,
  lockedProvider,
  type PackageJob,
  recordedOutputs,
} from "./package-job.ts";
import { tool } from "./tool.ts";

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

async function sameInputs(job: PackageJob, locked: LockedProvider, options: GenerateOptions): Promise<boolean> {
  const versions = Object.entries(locked.versions);
  if (versions.length !== job.versions.length) return false;
  for (const source of job.versions) {
    const before = versions.find(([version]) => source.version === undefined || version === source.version)?.[1].inputs;
    if (before === undefined) return false;
    for (const file of [source.document, ...(job.policy === undefined ? [] : [job.policy])]) {
      const real = await realpath(resolve(options.root, file)).catch(() => file);
      if (![file, real].some((path) => Object.hasOwn(before, inputPath(path, options)))) return false;
    }
    const recorded = Object.keys(before).filter((path) => !path.startsWith("--"));
    // A recorded file that is gone or unreadable is a change; building again says what is wrong with it.
    const now = await hashInputs(recorded, source, options).catch(() => ({}));
    if (!sameRecord(before, now)) return false;
  }
  return true;
}

/** The changelog is copied as it is, so that its hash is that of its source. */
async function sameChangelog(
  { changelog }: PackageJob,
  { outputs }: LockedProvider,
  options: GenerateOptions,
): Promise<boolean> {
  const recorded = Object.hasOwn(outputs, "CHANGELOG.md") ? outputs["CHANGELOG.md"] : undefined;
  const bytes = changelog === undefined ? undefined : await readFile(resolve(options.root, changelog)).catch(() => "");
  return recorded === (bytes && sha256(bytes));
}

/** The provider and what the lock records of it, or undefined when anything has to be built. */
export async function findUnchanged(
  job: PackageJob,
  options: GenerateOptions,
): Promise<{ provider: string; locked: LockedProvider } | undefined> {
  const { lock } = options;
  if (job.findings !== undefined && job.findings.length > 0) return undefined;
  if (lock === undefined || lock.generator.sha256 !== (await tool()).sha256) return undefined;
  const provider = job.provider ?? Object.keys(lock.providers)[0] ?? "";
  const locked = lockedProvider(lock, provider);
  // An entry of the lock that was edited or taken out decides anew: a name, an origin.
  if (locked === undefined || !isSealed(locked) || !(await sameInputs(job, locked, options))) return undefined;
  if (locked.package?.name !== `${options.scope}/${provider}` || options.release !== undefined) return undefined;
  if (!(await sameChangelog(job, locked, options))) return undefined;
  for (const [path, hash] of recordedOutputs(locked, job.folder(provider))) {
    // As bytes: decoding them would take longer than hashing. A file that cannot be read is a change.
    const bytes = await readFile(join(options.out, path)).catch(() => undefined);
    if (bytes === undefined || sha256(bytes) !== hash) return undefined;
  }
  return { provider, locked };
}
