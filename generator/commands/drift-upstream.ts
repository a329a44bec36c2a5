/** `couplet drift upstream`: what providers changed since their documents were pinned. */
import { join } from "node:path";
import { createReport } from "../drift/create-report.ts";
import { exitCode, type RunOutcome } from "../drift/exit-code.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import {
  compareWith,
  compareWithCache,
  fetchToCache,
  type UpstreamContext,
  type UpstreamDrift,
} from "../drift/upstream-drift.ts";
import { InputError } from "../errors.ts";
import { loadProject } from "../project.ts";
import { lockName, readLock } from "../project-run.ts";
import { withDocument } from "../take-document.ts";
import { tool } from "../tool.ts";
import { type ProviderSources, readIfPresent } from "../workspace.ts";
import { type Console, printDiagnostics } from "./console.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectVersions } from "./select-version.ts";

export interface DriftUpstreamFlags extends ReportFlags {
  readonly from?: string;
  readonly fetch?: boolean;
  readonly allowHost?: readonly string[];
}

interface Selected {
  readonly sources: ProviderSources;
  readonly version: ProviderSources["versions"][number];
}

/** Returns the exit code; bad usage throws. */
export async function runDriftUpstream(
  names: readonly string[],
  flags: DriftUpstreamFlags,
  console: Console,
): Promise<number> {
  const output = readReportFlags(flags);
  const { today } = output;
  if (flags.from !== undefined && flags.fetch)
    throw usageError("--from and --fetch are two different documents", "take one of them");
  const workspace = await loadProject(console.cwd);
  const selected = selectVersions(workspace, names);
  if (flags.from !== undefined && selected.length !== 1)
    throw usageError(`--from is one document, and these are ${selected.length} versions`, "name one provider@version");
  const lock = await readLock(join(workspace.root, lockName), lockName);
  const context: UpstreamContext = { workspace, lock, today, progress: console.progress };
  const approvalsText = await readIfPresent(join(workspace.root, approvalsName));
  const approvals = approvalsText === undefined ? [] : readApprovals(approvalsName, approvalsText);

  const outcomes: RunOutcome[] = [];
  const drifts: UpstreamDrift[] = [];
  for (const one of selected) {
    try {
      drifts.push(await compare(context, one, flags, console));
    } catch (error) {
      // Each provider is asked, whatever another answers.
      if (!(error instanceof InputError) || error.stop === "usage") throw error;
      console.progress("");
      printDiagnostics(console, error.diagnostics);
      outcomes.push(error.stop);
    }
  }
  console.progress("");
  for (const { provider, version, told } of drifts) console.err(`${provider}@${version}: ${told}`);
  const diagnostics = drifts.flatMap((drift) => drift.diagnostics);
  printDiagnostics(console, diagnostics);
  if (diagnostics.some(({ severity }) => severity === "error")) outcomes.push("findings");

  const seen = new Set(
    drifts.filter(({ state }) => state !== "absent").map((drift) => `${drift.provider}@${drift.version}`),
  );
  const report = createReport({
    command: "drift upstream",
    inputs: drifts.flatMap(({ inputs }) => inputs),
    version: (await tool()).version,
    findings: drifts.flatMap(({ findings }) => findings),
    approvals,
    isComplete: (scope) => seen.has(scope),
    today,
    includeSafe: output.includeSafe,
  });
  // Where nothing was compared there is nothing to report; machines are given an empty report all the same.
  const forPeople = output.outputs.every(({ format, file }) => format === "text" && file === undefined);
  if (forPeople && report.inputs.length === 0 && report.staleApprovals.length === 0) return exitCode(outcomes);
  return tellReport(report, output, console, false, outcomes);
}

async function compare(
  context: UpstreamContext,
  { sources, version }: Selected,
  { from, fetch, allowHost = [] }: DriftUpstreamFlags,
  { cwd, progress }: Console,
): Promise<UpstreamDrift> {
  if (from !== undefined)
    return withDocument(from, { cwd, allowHosts: allowHost, progress }, (document) =>
      compareWith(context, sources, version, { ...document, shown: from }),
    );
  if (fetch) await fetchToCache(context, sources, version, { allowHosts: allowHost });
  return compareWithCache(context, sources, version);
}
