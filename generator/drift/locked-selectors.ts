/** What the policy picked when it was generated, against what it picks of the documents as they are now. */
import { join } from "node:path";
import { InputError } from "../errors.ts";
import { loadDocument } from "../load/document.ts";
import { loadPolicy } from "../load/policy.ts";
import { type Lock, sha256 } from "../lock.ts";
import type { ApiDocument } from "../model.ts";
import { lockedVersion } from "../package-job.ts";
import { planDocument } from "../planned-version.ts";
import { policySelectors } from "../policy-selectors.ts";
import { type ProviderSources, readIfPresent } from "../workspace.ts";
import type { Finding } from "./finding.ts";
import { kindFinding } from "./kind-finding.ts";
import { policyLaw } from "./kind-law.ts";

/**
 * Counts of the lock, for each version whose document is another one since. A policy that was edited since picks what its
 * author wants: nothing is compared then, and a document that cannot be read is told elsewhere.
 */
export async function lockedSelectorDrift(
  root: string,
  { provider, policy: file, versions }: ProviderSources,
  lock: Lock | undefined,
): Promise<Finding[]> {
  if (file === undefined) return [];
  const source = await loadPolicy(join(root, file), { cwd: root });
  const stale: string[] = [];
  for (const { version } of versions) {
    const locked = lockedVersion(lock, provider, version);
    if (locked?.policySha256 !== source.sha256) continue;
    const same = await Promise.all(
      Object.entries(locked.inputs).map(async ([path, hash]) => {
        if (path.startsWith("--")) return true;
        const text = await readIfPresent(join(root, path));
        return text !== undefined && sha256(text) === hash;
      }),
    );
    if (!same.every(Boolean)) stale.push(version);
  }
  if (stale.length === 0) return [];
  const documents = new Map<string, ApiDocument>();
  try {
    for (const { version, document, overlays } of versions)
      documents.set(
        version,
        await loadDocument(join(root, document), { cwd: root, overlays: overlays.map((one) => join(root, one)) }),
      );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [];
  }
  return stale.flatMap((version) => {
    const { names: pinned, selectors: counts } = lockedVersion(lock, provider, version)!;
    const planned = planDocument(documents.get(version)!, { provider, version, policy: source, pinned, documents });
    return policySelectors(source, planned, version).flatMap(({ name, path, matched, isCounted }): Finding[] => {
      const before = Object.hasOwn(counts, name) ? counts[name]! : 0;
      const after = matched.length;
      if (!isCounted || before === 0 || before === after) return [];
      const row = after === 0 ? policyLaw.nothing : after < before ? policyLaw.fewer : policyLaw.more;
      return [
        kindFinding(row, {
          ...{ kind: "policy", provider, apiVersion: version, identity: [name], before, after },
          location: { base: source.locate(path, { of: "key" }) },
          message: `\`${name}\` matched ${before} operation${before === 1 ? "" : "s"} when it was generated, and now ${after === 0 ? "none" : after}`,
        }),
      ];
    });
  });
}
