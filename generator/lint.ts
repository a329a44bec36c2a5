/** Policies checked against the documents they are for; what `couplet policy lint` reports. */
import { join } from "node:path";
import { type Diagnostic, InputError } from "./errors.ts";
import { loadDocument } from "./load/document.ts";
import { loadPolicy } from "./load/policy.ts";
import type { ApiDocument } from "./model.ts";
import { planPolicy } from "./plan/policy.ts";
import type { PolicySource } from "./policy-model.ts";
import type { ProviderSources } from "./workspace.ts";

/** A policy that was copied from another provider: telemetry and tokens would go by that one's name. */
function otherName(policy: PolicySource, folder: string): Diagnostic[] {
  const name = policy.data["provider"];
  if (typeof name !== "string" || name === folder) return [];
  const message = `\`provider\` is \`${name}\`, and its folder \`${folder}\``;
  const fix = "write the name of the folder, or rename the folder";
  return [{ ...policy.locate(["provider"], { of: "value" }), code: "P202", severity: "warning", message, fix }];
}

/** Findings of one provider's policy, on its own and against each of its versions. */
export async function lintProvider(
  root: string,
  sources: ProviderSources,
  /** `YYYY-MM-DD`: the linter alone looks at the calendar; the same sources always generate the same. */
  today: string,
  progress: (message: string) => void,
): Promise<readonly Diagnostic[]> {
  if (sources.policy === undefined) return sources.findings;
  const policy = await loadPolicy(join(root, sources.policy), { cwd: root });
  const findings = [...policy.diagnostics, ...sources.findings, ...otherName(policy, sources.provider)];
  const documents = new Map<string, ApiDocument>();
  for (const { version, document: file, overlays } of sources.versions) {
    progress(`reading ${file}`);
    try {
      documents.set(version, await loadDocument(join(root, file), { cwd: root, overlays }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      findings.push(...error.diagnostics);
    }
  }
  for (const [version, document] of documents) {
    findings.push(
      ...planPolicy(policy, document, version, { provider: sources.provider, documents, today }).diagnostics,
    );
  }
  return findings;
}
