/** The policies of a provider's versions, resolved with all their layers: what the `policy` commands show. */
import { join } from "node:path";
import { type Diagnostic, InputError } from "./errors.ts";
import type { Explained } from "./explain/explain-leaf.ts";
import { loadDocument } from "./load/document.ts";
import { loadPolicy } from "./load/policy.ts";
import { parseLock } from "./lock.ts";
import type { ApiDocument, SpecOperation } from "./model.ts";
import { lockedVersion } from "./package-job.ts";
import { planOperationNames } from "./plan/operation-names.ts";
import { tracePolicy } from "./plan/policy.ts";
import { type ProviderSources, readIfPresent, type Workspace } from "./workspace.ts";

export interface EffectiveVersion extends Omit<Explained, "operation"> {
  readonly provider: string;
  /** `namespace.method` -> operation. */
  readonly operations: ReadonlyMap<string, SpecOperation>;
  readonly diagnostics: readonly Diagnostic[];
}

/** All versions of a provider, or one of them. Throws an InputError when document or policy have errors. */
export async function loadEffective(
  workspace: Workspace,
  sources: ProviderSources,
  progress: (message: string) => void,
  only?: string,
): Promise<readonly EffectiveVersion[]> {
  const { root } = workspace;
  const { provider } = sources;
  const policy = sources.policy === undefined ? undefined : await loadPolicy(join(root, sources.policy), { cwd: root });
  const lockName = "couplet.lock.json";
  const lockText = await readIfPresent(join(root, lockName));
  const lock = lockText === undefined ? undefined : parseLock(lockName, lockText);
  const documents = new Map<string, ApiDocument>();
  for (const { version, document, overlays } of sources.versions) {
    progress(`reading ${document}`);
    documents.set(
      version,
      await loadDocument(join(root, document), { cwd: root, overlays: overlays.map((file) => join(root, file)) }),
    );
  }
  return [...documents].flatMap(([version, document]): EffectiveVersion[] => {
    if (only !== undefined && version !== only) return [];
    const trace = tracePolicy(policy, document, version, { provider, documents });
    const diagnostics = [...(policy?.diagnostics ?? []), ...document.diagnostics, ...trace.plan.diagnostics];
    if (diagnostics.some((finding) => finding.severity === "error")) throw new InputError(diagnostics);
    const builtIn = tracePolicy(undefined, document, version, { provider, documents });
    const pinned = new Map(Object.entries(lockedVersion(lock, provider, version)?.names ?? {}));
    const byKey = new Map(document.operations.map((operation) => [operation.key, operation]));
    const operations = new Map(
      [...planOperationNames(document, trace.plan, pinned)].map(([key, { namespace, method }]) => [
        `${namespace}.${method}`,
        byKey.get(key)!,
      ]),
    );
    return [{ source: policy, document, version, trace, builtIn, provider, operations, diagnostics }];
  });
}
