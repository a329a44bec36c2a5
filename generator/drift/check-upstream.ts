/** The part of `check` about providers: what was last fetched of them against what is pinned. No connection is opened. */
import { type Diagnostic, InputError } from "../errors.ts";
import type { CheckContext, CheckPart } from "./check-project.ts";
import type { RunOutcome } from "./exit-code.ts";
import type { DriftReport, Finding } from "./finding.ts";
import { compareWithCache } from "./upstream-drift.ts";

export async function checkUpstream(context: CheckContext): Promise<CheckPart> {
  const diagnostics: Diagnostic[] = [];
  const findings: Finding[] = [];
  const inputs: DriftReport["inputs"][number][] = [];
  const complete: string[] = [];
  const counts = { seen: 0, changed: 0, all: 0 };
  let outcome: RunOutcome | undefined;
  for (const sources of context.providers)
    for (const version of sources.versions) {
      counts.all++;
      try {
        const drift = await compareWithCache(context, sources, version);
        if (drift.state === "absent") continue;
        counts.seen++;
        if (drift.state !== "same") counts.changed++;
        complete.push(`${drift.provider}@${drift.version}`);
        findings.push(...drift.findings);
        inputs.push(...drift.inputs);
        diagnostics.push(...drift.diagnostics);
      } catch (error) {
        // Errors of the pinned side are told by the other parts.
        if (!(error instanceof InputError)) throw error;
        if (error.stop !== "revision") continue;
        diagnostics.push(...error.diagnostics);
        outcome = "revision";
      }
    }
  if (outcome === undefined && diagnostics.some(({ severity }) => severity === "error")) outcome = "findings";
  const { seen, all, changed } = counts;
  const summary =
    seen === 0
      ? "not looked at: `couplet drift upstream --fetch` asks the providers"
      : `${seen} of ${all} versions seen, ${changed === 0 ? "none" : changed} changed`;
  return { name: "upstream", summary, diagnostics, findings, inputs, complete, ...(outcome && { outcome }) };
}
