/** `couplet policy lint`: every mistake of the project's policies, checked against the documents they are for. */
import { join } from "node:path";
import type { Diagnostic } from "../errors.ts";
import { InputError } from "../errors.ts";
import { loadDocument } from "../load/document.ts";
import { loadPolicy } from "../load/policy.ts";
import { planPolicy } from "../plan/policy.ts";
import { loadWorkspace, type ProviderSources } from "../workspace.ts";
import { type Console, countText, printDiagnostics, toJson } from "./console.ts";
import { selectProviders } from "./select-providers.ts";

export interface PolicyLintFlags {
  readonly json?: boolean;
  readonly strict?: boolean;
}

async function lintProvider(root: string, sources: ProviderSources, console: Console): Promise<Diagnostic[]> {
  if (sources.policy === undefined) return [];
  const policy = await loadPolicy(join(root, sources.policy), { cwd: root });
  const findings = [...policy.diagnostics];
  for (const { version, document: file } of sources.versions) {
    console.progress(`reading ${file}`);
    try {
      const document = await loadDocument(join(root, file), { cwd: root });
      findings.push(...planPolicy(policy, document, version, { provider: sources.provider }).diagnostics);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      findings.push(...error.diagnostics);
    }
  }
  return findings;
}

/** The same mistake seen with several versions is one finding. */
function distinct(findings: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** Returns the exit code: 1 when there are errors (with `--strict`, any findings). */
export async function runPolicyLint(
  names: readonly string[],
  flags: PolicyLintFlags,
  console: Console,
): Promise<number> {
  const workspace = await loadWorkspace(console.cwd);
  const providers = selectProviders(workspace, names);
  const findings: Diagnostic[] = [];
  for (const sources of providers) findings.push(...(await lintProvider(workspace.root, sources, console)));
  const diagnostics = distinct(findings);
  console.progress("");
  const policies = providers.filter((sources) => sources.policy !== undefined).length;
  if (flags.json) console.out(JSON.stringify({ packages: [], diagnostics: toJson(diagnostics) }, null, 2));
  else {
    printDiagnostics(console, diagnostics);
    console.out(`${policies} ${policies === 1 ? "policy" : "policies"}: ${countText(diagnostics)}`);
  }
  const failing = flags.strict ? diagnostics : diagnostics.filter((finding) => finding.severity === "error");
  return failing.length > 0 ? 1 : 0;
}
