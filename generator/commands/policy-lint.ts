/** `couplet policy lint`: every mistake of the project's policies, with its place and the fix. */

import type { Diagnostic } from "../errors.ts";
import { lintProvider } from "../lint.ts";
import { loadProject } from "../project.ts";
import { type Console, countText, type FormatFlags, formatOf, plural, printFindings } from "./console.ts";
import { selectProviders } from "./select-providers.ts";

export interface PolicyLintFlags extends FormatFlags {
  readonly strict?: boolean;
}

/** Returns the exit code: 1 when there are errors (with `--strict`, any findings). */
export async function runPolicyLint(
  names: readonly string[],
  flags: PolicyLintFlags,
  console: Console,
): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const selected = selectProviders(workspace, names);
  const providers = selected.filter((sources) => sources.policy !== undefined);
  const without = selected.filter((sources) => sources.policy === undefined).map(({ provider }) => provider);
  const today = new Date().toISOString().slice(0, 10);
  const results = [];
  for (const sources of selected) results.push(await lintProvider(workspace.root, sources, today, console.progress));
  const diagnostics = results.flat().map((finding) => (flags.strict ? toStrict(finding) : finding));
  console.progress("");
  const format = formatOf(flags);
  await printFindings(console, diagnostics, format);
  const defaults = without.length === 0 ? "" : `; without one, by the defaults: ${without.join(", ")}`;
  const summary = `${plural(providers.length, "policy")}: ${countText(diagnostics)}${defaults}`;
  if (format === "text") console.out(summary);
  else if (format === "github") console.err(summary);
  const failing = flags.strict ? diagnostics : diagnostics.filter((finding) => finding.severity === "error");
  return failing.length > 0 ? 1 : 0;
}

/** P702: whoever asks for strictness wants no fact that nobody can look up. */
function toStrict(finding: Diagnostic): Diagnostic {
  return finding.code === "P702" ? { ...finding, severity: "error" } : finding;
}
