import type { Location } from "../errors.ts";
import type { PlannedVersion } from "../planned-version.ts";
import type { PolicyPath } from "../policy-model.ts";
import { diffDocuments } from "./diff-documents.ts";
import type { Finding, OperationReference } from "./finding.ts";
import { kindFinding } from "./kind-finding.ts";
import { policyLaw } from "./kind-law.ts";

/** One finding for each operation that the policy leaves out of both clients, and that the provider changed. */
export function excludedChanges(
  base: PlannedVersion,
  revision: PlannedVersion,
  { provider, version }: { readonly provider: string; readonly version: string },
  locate: (path: PolicyPath) => Location,
): Finding[] {
  const used = new Set([...base.policy.operations.keys(), ...revision.policy.operations.keys()]);
  const left = base.document.operations.filter(({ key }) => !used.has(key));
  if (left.length === 0) return [];
  const changes = new Map<string, { operation: OperationReference; rules: Set<string> }>();
  const options = { provider, apiVersion: version, policy: { excluded: [...used] } };
  for (const { rule, occurrences } of diffDocuments(base.document, revision.document, options))
    for (const { operation } of occurrences) {
      const known = changes.get(operation.key) ?? { operation, rules: new Set() };
      known.rules.add(rule);
      changes.set(operation.key, known);
    }
  return [...changes.values()].map(({ operation, rules }) => {
    const told = [...rules].sort();
    const more = told.length > 3 ? ` and ${told.length - 3} more` : "";
    return kindFinding(policyLaw.excluded, {
      ...{ kind: "policy", provider, apiVersion: version, identity: [operation.key, ...told], operation },
      location: { base: locate(["exclude"]) },
      message: `${operation.method} ${operation.path} is left out, and changed: ${told.slice(0, 3).join(", ")}${more}`,
    });
  });
}
