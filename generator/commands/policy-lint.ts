/** `couplet policy lint`: every mistake of the project's policies, with its place and the fix. */
import { lintProvider } from "../lint.ts";
import { loadProject } from "../project.ts";
import { type Console, countText, printDiagnostics, toJson } from "./console.ts";
import { selectProviders } from "./select-providers.ts";

export interface PolicyLintFlags {
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** Returns the exit code: 1 when there are errors (with `--strict`, any findings). */
export async function runPolicyLint(
  names: readonly string[],
  flags: PolicyLintFlags,
  console: Console,
): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const providers = selectProviders(workspace, names).filter((sources) => sources.policy !== undefined);
  const today = new Date().toISOString().slice(0, 10);
  const results = [];
  for (const sources of providers) results.push(await lintProvider(workspace.root, sources, today, console.progress));
  const diagnostics = results.flat();
  console.progress("");
  if (flags.json) console.out(JSON.stringify({ packages: [], diagnostics: toJson(diagnostics) }, null, 2));
  else {
    printDiagnostics(console, diagnostics);
    console.out(`${providers.length} ${providers.length === 1 ? "policy" : "policies"}: ${countText(diagnostics)}`);
  }
  const failing = flags.strict ? diagnostics : diagnostics.filter((finding) => finding.severity === "error");
  return failing.length > 0 ? 1 : 0;
}
