/** One provider's package in memory: its documents and its policy loaded, planned, printed and scanned. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type EmittedFile, emitPackage } from "./emit/package.ts";
import { scanEmitted } from "./emit/scan.ts";
import { surfaceSha256 } from "./emit/surface.ts";
import { emitVersion } from "./emit/version.ts";
import { type Diagnostic, InputError } from "./errors.ts";
import { loadDocument } from "./load/document.ts";
import { loadPolicy } from "./load/policy.ts";
import { type LockedProvider, type LockedVersion, seal, sha256 } from "./lock.ts";
import { recordVersion } from "./locked-version.ts";
import type { ApiDocument, VersionPlan } from "./model.ts";
import { unpinnedOrigins, usedOrigins } from "./origins.ts";
import {
  type GenerateOptions,
  hashInputs,
  inputPath,
  joinPath,
  lockedProvider,
  lockedVersion,
  type PackageJob,
  type PackageSource,
} from "./package-job.ts";
import { planVersion } from "./plan/plan-version.ts";
import { planPolicy } from "./plan/policy.ts";
import { notApplied } from "./project.ts";

export interface BuiltPackage {
  readonly provider: string;
  /** Folder below the output folder. */
  readonly folder: string;
  /** Paths below the output folder -> text. */
  readonly files: ReadonlyMap<string, string>;
  readonly locked: LockedProvider;
  /** By version. */
  readonly documents: ReadonlyMap<string, ApiDocument>;
  /** Milliseconds that each version took. */
  readonly ms: ReadonlyMap<string, number>;
}

/** Names that mean something beside or instead of a version's folder, and devices of Windows with any extension. */
const takenNames =
  /^(?:package\.json|readme\.md|tsconfig\.json|couplet\.lock\.json|node_modules|dist|(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?)$/;

/** A name for a folder or a package from any text: `[a-z0-9._-]`, letters or digits at both ends, never two dots. */
export function toSlug(text: string): string {
  const slug = text
    .slice(0, 1_000)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 64)
    .replace(/[^a-z0-9]+$/, "");
  if (slug === "") return "api";
  return takenNames.test(slug) ? `v-${slug}` : slug;
}

/** Of a package that nobody has released yet. */
export const firstRelease = "0.0.0";

/** Findings go to `diagnostics`; undefined when one of them is an error. */
export async function buildPackage(
  job: PackageJob,
  options: GenerateOptions,
  diagnostics: Diagnostic[],
): Promise<BuiltPackage | undefined> {
  let refused = false;
  const note = (findings: readonly Diagnostic[]): void => {
    for (const finding of findings) {
      // P900: a key that cannot be honoured yet. A warning to the linter; here it must not be ignored.
      const severity = finding.code === "P900" || options.strict ? "error" : finding.severity;
      refused ||= severity === "error";
      diagnostics.push({ ...finding, severity });
    }
  };
  const policy =
    job.policy === undefined ? undefined : await loadPolicy(resolve(options.root, job.policy), { cwd: options.root });
  if (policy) note(policy.diagnostics);
  note(job.findings ?? []);

  const loaded: { version: string; source: PackageSource; document: ApiDocument; ms: number }[] = [];
  for (const source of job.versions) {
    const start = performance.now();
    options.progress(`reading ${source.document}`);
    const document = await loadDocument(resolve(options.root, source.document), {
      cwd: options.root,
      overlays: source.overlays.map((file) => resolve(options.root, file)),
    }).catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      note(error.diagnostics);
    });
    // The others are looked at too, so that one run finds everything.
    if (document === undefined) continue;
    note(document.diagnostics);
    loaded.push({
      version: source.version ?? toSlug(document.version),
      source,
      document,
      ms: performance.now() - start,
    });
  }
  if (policy && job.fromCommandLine) for (const { version } of loaded) note(notApplied(policy, version));
  const documents = new Map(loaded.map(({ version, document }) => [version, document]));
  const provider = job.provider ?? policy?.provider ?? toSlug(loaded[0]?.document.title ?? "");

  const plans: { plan: VersionPlan; locked: Omit<LockedVersion, "outputs" | "surfaceSha256"> }[] = [];
  const ms = new Map(loaded.map((one) => [one.version, one.ms]));
  for (const { version, source, document } of loaded) {
    const start = performance.now();
    const policyPlan = planPolicy(policy, document, version, { provider, documents });
    note(policyPlan.diagnostics);
    const before = lockedVersion(options.lock, provider, version);
    const pinned = new Map(Object.entries(before?.names ?? {}));
    const pinnedTypes = new Map(Object.entries(before?.types ?? {}));
    const plan = planVersion(document, policyPlan, { provider, version, pinned, pinnedTypes });
    note(plan.diagnostics);
    const origins = usedOrigins(document, policy, plan);
    if (options.newOrigins !== "accepted")
      note(unpinnedOrigins(origins, before, `${provider}@${version}`, options.newOrigins ?? "warning"));
    const files = [...document.files, ...(policy?.files ?? [])].map((file) => inputPath(file, options));
    const inputs = await hashInputs(files, source, options);
    plans.push({ plan, locked: recordVersion({ inputs, document, policy: policyPlan, plan, origins }) });
    ms.set(version, ms.get(version)! + performance.now() - start);
  }
  if (refused) return undefined;

  const folder = job.folder(provider);
  const files = new Map<string, string>();
  const put = (into: string, emitted: ReadonlyMap<string, EmittedFile>): Record<string, string> => {
    const outputs: Record<string, string> = {};
    for (const [path, file] of emitted) {
      scanEmitted(path, file);
      files.set(joinPath(into, path), file.text);
      outputs[path] = sha256(file.text);
    }
    return outputs;
  };
  const versions: Record<string, LockedVersion> = {};
  for (const { plan, locked } of plans) {
    const start = performance.now();
    options.progress(`printing ${provider}@${plan.version}`);
    const emitted = emitVersion(plan);
    const outputs = put(joinPath(folder, plan.version), emitted);
    versions[plan.version] = { ...locked, outputs, surfaceSha256: surfaceSha256(emitted) };
    ms.set(plan.version, (ms.get(plan.version) ?? 0) + performance.now() - start);
  }
  const { scope } = options;
  const { version: release, changelog } = options.release?.(provider, versions) ?? {
    version: lockedProvider(options.lock, provider)?.package?.version ?? firstRelease,
    changelog: job.changelog && (await readFile(resolve(options.root, job.changelog), "utf8")),
  };
  const outputs = put(
    folder,
    emitPackage({
      provider,
      scope,
      release,
      versions: plans.map(({ plan }) => plan),
      runtimeRange: options.runtime,
      ...(changelog === undefined ? {} : { changelog }),
      hashes: Object.fromEntries(
        plans.map(({ plan, locked }) => [
          plan.version,
          { document: locked.specSha256, policy: locked.policySha256 ?? "" },
        ]),
      ),
    }),
  );
  return {
    provider,
    folder,
    files,
    locked: seal({ outputs, package: { name: `${scope}/${provider}`, version: release }, versions }),
    documents,
    ms,
  };
}
