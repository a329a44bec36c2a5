/** `couplet drift policy`: entries of policies and overlays that do not mean any more what they meant. */
import { join } from "node:path";
import { createReport } from "../drift/create-report.ts";
import { renameInPolicy } from "../drift/edit-policy.ts";
import type { RunOutcome } from "../drift/exit-code.ts";
import { lockedSelectorDrift } from "../drift/locked-selectors.ts";
import { comparePolicyWith, type PolicyDrift } from "../drift/policy-drift.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { readCache } from "../drift/upstream-cache.ts";
import type { UpstreamContext } from "../drift/upstream-drift.ts";
import { loadProject } from "../project.ts";
import { lockName, readLock } from "../project-run.ts";
import { withDocument } from "../take-document.ts";
import { tool } from "../tool.ts";
import { readIfPresent, writeNamed } from "../workspace.ts";
import { type Console, plural, printDiagnostics } from "./console.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectVersions } from "./select-version.ts";

export interface DriftPolicyFlags extends ReportFlags {
  readonly from?: string;
  readonly allowHost?: readonly string[];
  readonly includeExcluded?: boolean;
  readonly fix?: boolean;
}

type Selected = ReturnType<typeof selectVersions>[number];

/** Returns the exit code; bad usage throws. */
export async function runDriftPolicy(
  names: readonly string[],
  flags: DriftPolicyFlags,
  console: Console,
): Promise<number> {
  const output = readReportFlags(flags);
  const workspace = await loadProject(console.cwd);
  const { root } = workspace;
  const selected = selectVersions(workspace, names);
  if (flags.from !== undefined && selected.length !== 1)
    throw usageError(`--from is one document, and these are ${selected.length} versions`, "name one provider@version");
  const lock = await readLock(join(root, lockName), lockName);
  const context: UpstreamContext = { workspace, lock, today: output.today, progress: console.progress };
  const accepted = await readIfPresent(join(root, approvalsName));
  const approvals = accepted === undefined ? [] : readApprovals(approvalsName, accepted);

  const compared: PolicyDrift[] = [];
  for (const one of selected) {
    const drift = await compare(context, one, flags, console);
    if (drift !== undefined) compared.push(drift);
  }
  const seen = new Set(compared.map(({ provider, version }) => `${provider}@${version}`));
  const locked = [];
  for (const sources of new Set(selected.map((one) => one.sources)))
    locked.push(...(await lockedSelectorDrift(root, sources, lock)));
  console.progress("");
  if (flags.fix) await fix(root, selected, compared, console);
  const hidden = compared.reduce((sum, { excluded }) => sum + excluded.length, 0);
  if (hidden > 0 && !flags.includeExcluded)
    console.err(`${plural(hidden, "operation")} that the policy leaves out changed; --include-excluded lists them`);
  const unseen = selected.length - compared.length;
  if (unseen > 0)
    console.err(
      `${plural(unseen, "version")} compared with the lock only: \`couplet drift upstream --fetch\`, or --from`,
    );
  const outcomes: RunOutcome[] = [];
  for (const { diagnostics } of compared) {
    if (diagnostics.length === 0) continue;
    printDiagnostics(console, diagnostics);
    outcomes.push("revision");
  }
  const report = createReport({
    command: "drift policy",
    version: (await tool()).version,
    inputs: [{ role: "project", file: lockName }, ...compared.flatMap(({ inputs }) => inputs)],
    findings: [
      // Where another document was compared it says more than counts do.
      ...locked.filter(({ provider, apiVersion }) => !seen.has(`${provider}@${apiVersion}`)),
      ...compared.flatMap(({ findings }) => findings),
      ...(flags.includeExcluded ? compared.flatMap(({ excluded }) => excluded) : []),
    ],
    approvals,
    today: output.today,
    includeSafe: output.includeSafe,
  });
  return tellReport(report, output, console, false, outcomes);
}

async function compare(
  context: UpstreamContext,
  { sources, version }: Selected,
  { from, allowHost = [] }: DriftPolicyFlags,
  { cwd, progress }: Console,
): Promise<PolicyDrift | undefined> {
  if (from !== undefined)
    return withDocument(from, { cwd, allowHosts: allowHost, progress }, (document) =>
      comparePolicyWith(context, sources, version, { ...document, shown: from }),
    );
  const { root } = context.workspace;
  const cached = await readCache(root, sources.provider, version.version);
  if (cached === undefined) return undefined;
  return comparePolicyWith(context, sources, version, { file: cached.file, cwd: root, shown: cached.file });
}

/** Writes the new names into the policies, where every version of the provider was looked at and agrees. */
async function fix(
  root: string,
  selected: readonly Selected[],
  compared: readonly PolicyDrift[],
  console: Console,
): Promise<void> {
  for (const { provider, policy } of new Set(selected.map(({ sources }) => sources))) {
    const renames = compared.filter((one) => one.provider === provider).flatMap((one) => one.renames);
    if (policy === undefined || renames.length === 0) continue;
    const file = join(root, policy);
    const text = await readIfPresent(file);
    if (text === undefined) continue;
    const { text: edited, done, left } = renameInPolicy(text, renames);
    if (done.length > 0) await writeNamed(new Map([[file, edited]]));
    for (const { from, to } of done) console.err(`${policy}: \`${from}\` is \`${to}\` now`);
    for (const { from, to } of left) console.err(`${policy}: \`${from}\` is to be \`${to}\`; change it by hand`);
    if (done.length > 0)
      console.err(`the policy fits the new document: take that over with \`couplet update ${provider}\``);
  }
}
