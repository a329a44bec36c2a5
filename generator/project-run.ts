/** Providers of a project as jobs of one run of the generator. */
import { join } from "node:path";
import { type Lock, parseLock } from "./lock.ts";
import type { GenerateOptions, PackageJob } from "./package-job.ts";
import { policySchemaName } from "./policy-schema-file.ts";
import { tool } from "./tool.ts";
import { type ProviderSources, readIfPresent, type Workspace } from "./workspace.ts";

export const lockName = "couplet.lock.json";

export interface Run {
  readonly jobs: readonly PackageJob[];
  readonly options: GenerateOptions;
}

export interface RunSettings {
  readonly providers: readonly ProviderSources[];
  readonly lock: Lock | undefined;
  readonly check: boolean;
  readonly strict?: boolean | undefined;
  readonly runtime?: string | undefined;
  readonly progress: (message: string) => void;
}

/** @param shown Name of the file as people are told it. */
export async function readLock(file: string, shown: string): Promise<Lock | undefined> {
  const text = await readIfPresent(file);
  return text === undefined ? undefined : parseLock(shown, text);
}

export async function projectRun({ root, config, providers: all }: Workspace, settings: RunSettings): Promise<Run> {
  const { providers, lock, check, progress } = settings;
  return {
    jobs: providers.map(({ provider, policy, changelog, versions, findings }) => ({
      provider,
      versions,
      findings,
      folder: () => provider,
      ...(policy === undefined ? {} : { policy }),
      ...(changelog === undefined ? {} : { changelog }),
    })),
    options: {
      root,
      out: join(root, config.out),
      lockFile: join(root, lockName),
      lock,
      policySchema: join(root, config.specs, policySchemaName),
      complete: providers.length === all.length,
      scope: config.scope,
      runtime: settings.runtime ?? (await tool()).version,
      strict: settings.strict ?? config.strict,
      newOrigins: "error",
      check,
      progress,
    },
  };
}
