/** `couplet policy matrix`: the policies of the project, one line for each operation. */
import { loadEffective } from "../effective-policy.ts";
import { matrixRows, toMatrixText } from "../explain/policy-matrix.ts";
import { loadProject } from "../project.ts";
import { type Console, printDiagnostics, toJson } from "./console.ts";
import { selectProviders } from "./select-providers.ts";

export interface PolicyMatrixFlags {
  readonly json?: boolean;
}

/** Returns the exit code; bad input throws. */
export async function runPolicyMatrix(
  names: readonly string[],
  flags: PolicyMatrixFlags,
  console: Console,
): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const today = new Date().toISOString().slice(0, 10);
  const wanted = (provider: string, version: string): boolean =>
    names.length === 0 || names.includes(provider) || names.includes(`${provider}@${version}`);
  const versions = [];
  for (const sources of selectProviders(workspace, names))
    versions.push(...(await loadEffective(workspace, sources, console.progress)));
  console.progress("");
  const rows = versions
    .filter(({ provider, version }) => wanted(provider, version))
    .flatMap(({ trace, version, operations }) =>
      matrixRows(trace, version, new Map([...operations].map(([id, { key }]) => [id, key])), today),
    );
  const diagnostics = versions.flatMap((one) => one.diagnostics);
  if (flags.json) console.out(JSON.stringify({ operations: rows, diagnostics: toJson(diagnostics) }, null, 2));
  else {
    printDiagnostics(console, diagnostics);
    console.out(toMatrixText(rows));
  }
  return 0;
}
