/** `couplet policy explain`: every effective leaf of an operation, where it comes from, and what follows. */
import { loadEffective } from "../effective-policy.ts";
import { explain } from "../explain/explanation.ts";
import { toExplanationText } from "../explain/explanation-text.ts";
import { loadProject } from "../project.ts";
import { type Console, printDiagnostics, toJson } from "./console.ts";
import { selectOperation, selectVersion } from "./select-version.ts";

export interface PolicyExplainFlags {
  readonly json?: boolean;
}

/** Returns the exit code; bad input throws. */
export async function runPolicyExplain(
  wanted: string,
  operationName: string,
  flags: PolicyExplainFlags,
  console: Console,
): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const { sources, version } = selectVersion(workspace, wanted);
  const [effective] = await loadEffective(workspace, sources, console.progress, version);
  console.progress("");
  const { id, operation } = selectOperation(effective!.operations, operationName);
  const explanation = explain({ ...effective!, operation }, id);
  const { diagnostics, source } = effective!;
  const mask = (text: string): string => source?.mask(text) ?? text;
  if (flags.json) {
    console.out(mask(JSON.stringify({ ...explanation, diagnostics: toJson(diagnostics) }, null, 2)));
    return 0;
  }
  printDiagnostics(console, diagnostics);
  console.out(mask(toExplanationText(explanation)));
  return 0;
}
