/** A version with everything that follows from its document and the policy: what two states of a document are compared by. */
import { join } from "node:path";
import { InputError } from "./errors.ts";
import { loadDocument } from "./load/document.ts";
import { loadPolicy } from "./load/policy.ts";
import type { Lock } from "./lock.ts";
import type { ApiDocument, PolicyPlan } from "./model.ts";
import { lockedVersion } from "./package-job.ts";
import { planOperationNames } from "./plan/operation-names.ts";
import { planPolicy } from "./plan/policy.ts";
import type { PolicySource } from "./policy-model.ts";
import type { ProviderSources, Workspace } from "./workspace.ts";

export interface PlannedVersion {
  readonly document: ApiDocument;
  readonly policy: PolicyPlan;
  /** Operation key -> `namespace.method`. */
  readonly names: Readonly<Record<string, string>>;
}

export interface DocumentContext {
  readonly provider?: string;
  readonly version: string;
  readonly policy: PolicySource | undefined;
  /** Names that the lock keeps: operation key -> `namespace.method`. */
  readonly pinned: Readonly<Record<string, string>>;
  /** As in `PlanPolicyOptions`. */
  readonly documents?: ReadonlyMap<string, ApiDocument>;
}

export function planDocument(
  document: ApiDocument,
  { version, policy, pinned, ...options }: DocumentContext,
): PlannedVersion {
  const planned = planPolicy(policy, document, version, options);
  const names = [...planOperationNames(document, planned, new Map(Object.entries(pinned)))].map(
    ([key, { namespace, method }]) => [key, `${namespace}.${method}`] as const,
  );
  return { document, policy: planned, names: Object.fromEntries(names) };
}

/** Another document for a version: paths as `loadDocument` takes them. */
export interface Revision {
  readonly file: string;
  readonly cwd: string;
}

export interface RevisionPair {
  readonly base: PlannedVersion;
  readonly revision: PlannedVersion;
  /** Documents of the provider's other versions. */
  readonly others: ReadonlyMap<string, ApiDocument>;
}

/**
 * One version as it is pinned, and as it would be with another document; the other versions stay as they are, and the
 * version's overlays are applied to both.
 * @throws InputError: what stops is a usage error for the pinned side, `revision` for the other.
 */
export async function planRevision(
  { root }: Workspace,
  { provider, policy: policyFile, versions }: ProviderSources,
  version: string,
  revision: Revision,
  { lock, progress }: { readonly lock: Lock | undefined; readonly progress: (message: string) => void },
): Promise<RevisionPair> {
  const policy = policyFile === undefined ? undefined : await loadPolicy(join(root, policyFile), { cwd: root });
  const documents = new Map<string, ApiDocument>();
  for (const one of versions) {
    progress(`reading ${one.document}`);
    const overlays = one.overlays.map((file) => join(root, file));
    documents.set(one.version, await loadDocument(join(root, one.document), { cwd: root, overlays }));
  }
  const pinned = lockedVersion(lock, provider, version)?.names ?? {};
  const plan = (document: ApiDocument, all: ReadonlyMap<string, ApiDocument>): PlannedVersion =>
    planDocument(document, { provider, version, policy, pinned, documents: all });
  const base = plan(documents.get(version)!, documents);
  const overlays = versions.find((one) => one.version === version)!.overlays.map((file) => join(root, file));
  progress(`reading ${revision.file}`);
  const document = await asRevision(loadDocument(revision.file, { cwd: revision.cwd, overlays }));
  documents.delete(version);
  return { base, revision: plan(document, new Map([...documents, [version, document]])), others: documents };
}

/** The same findings, as what a comparison cannot be made for. */
export async function asRevision<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.diagnostics, "revision") : error;
  }
}
