/** What changed for a client between two states of one version: documents and the policy in force on both sides. */
import type { PlannedVersion } from "../planned-version.ts";
import { diffDocuments } from "./diff-documents.ts";
import type { Finding } from "./finding.ts";
import { policyFactsOf } from "./policy-facts.ts";

export function diffVersions(
  base: PlannedVersion,
  revision: PlannedVersion,
  { provider, version }: { readonly provider: string; readonly version: string },
): readonly Finding[] {
  return diffDocuments(base.document, revision.document, {
    provider,
    apiVersion: version,
    names: { base: base.names, revision: revision.names },
    policy: policyFactsOf(base, revision),
  });
}
