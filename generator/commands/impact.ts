/** `couplet impact`: which lines of a consumer's code a new version breaks. */
import { join, relative, resolve, sep } from "node:path";
import { comparisonOptions } from "../drift/comparison-options.ts";
import { createReport } from "../drift/create-report.ts";
import { diffDocuments } from "../drift/diff-documents.ts";
import type { DriftReport, Finding } from "../drift/finding.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { readCache } from "../drift/upstream-cache.ts";
import { joinUsageFiles } from "../drift/usage/join-usage-files.ts";
import { loadProject } from "../project.ts";
import { lockName, readLock } from "../project-run.ts";
import { buildRevisedClient, readPinned } from "../revised-client.ts";
import { tool } from "../tool.ts";
import { readIfPresent, type Workspace, writeNamed } from "../workspace.ts";
import { type Console, plural } from "./console.ts";
import { nameOf, openUsers, type Users, usageTextOf, type VersionName } from "./impact-users.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectVersion } from "./select-version.ts";

export interface ImpactFlags extends ReportFlags {
  readonly project?: string;
  readonly usage?: readonly string[];
  readonly to?: string;
  readonly spec?: string;
  readonly from?: string;
  readonly finding?: readonly string[];
  readonly usageOut?: string;
  readonly all?: boolean;
}

/** Returns the exit code; bad input throws, and then nothing is written. */
export async function runImpact(
  flags: ImpactFlags,
  console: Console,
  /** Replaced in tests. */
  diff: typeof diffDocuments = diffDocuments,
): Promise<number> {
  const { cwd, progress } = console;
  const output = readReportFlags(flags);
  assertFlags(flags);
  const workspace = await loadProject(cwd);
  // A mistake in the name is told before the compiler starts.
  if (flags.to !== undefined) selectVersion(workspace, flags.to);
  progress("reading the consumer");
  const users = await openUsers(flags, cwd);
  const usageText = flags.usageOut === undefined ? undefined : await usageTextOf(users, cwd);
  const writeUsage = async (): Promise<void> => {
    if (usageText !== undefined) await writeNamed(new Map([[resolve(cwd, flags.usageOut!), usageText]]));
  };
  if (flags.to === undefined && flags.spec === undefined && usageText !== undefined) {
    progress("");
    await writeUsage();
    console.err(`${flags.usageOut}: ${users.versions.map(nameOf).join(", ")}`);
    return 0;
  }

  const changes = await changesOf(flags, users.versions, workspace);
  const findings: Finding[] = [];
  const inputs: DriftReport["inputs"][number][] = [];
  for (const change of changes) {
    progress(`comparing ${nameOf(change.from)}`);
    const found = await findingsOf(change, users, workspace, diff);
    findings.push(...found.findings);
    inputs.push(...found.inputs);
  }
  const accepted = await readIfPresent(join(cwd, approvalsName));
  const report = createReport({
    command: "impact",
    version: (await tool()).version,
    inputs: [...inputs, { role: "project", file: flags.project ?? (flags.usage ?? []).join(" ") }],
    findings: chosen(findings, flags.finding),
    approvals: accepted === undefined ? [] : readApprovals(approvalsName, accepted),
    today: output.today,
    includeSafe: output.includeSafe,
  });
  await writeUsage();
  return tellReport(report, output, console, flags.all !== true);
}

function assertFlags({ project, usage, to, spec, from }: ImpactFlags): void {
  if (project === undefined && usage === undefined)
    throw usageError("impact needs the code to look at", "name it: --project tsconfig.json, or --usage <file>");
  if (project !== undefined && usage !== undefined)
    throw usageError("--project and --usage exclude each other", "a usage file stands for a project elsewhere");
  if (to !== undefined && spec !== undefined)
    throw usageError("--to and --spec exclude each other", "name a version of the project, or a new document");
  if (from !== undefined && spec === undefined)
    throw usageError("--from goes with --spec", "with --to every version of the provider that the code uses counts");
}

interface Change {
  readonly from: VersionName;
  readonly to: VersionName;
  /** In place of the version's own. */
  readonly document?: string;
}

/** What the flags name; without any, what was last fetched of the versions that the code uses. */
async function changesOf(
  { to, spec, from }: ImpactFlags,
  used: readonly VersionName[],
  workspace: Workspace,
): Promise<Change[]> {
  const known = `it uses ${used.map(nameOf).join(", ")}`;
  if (to !== undefined) {
    const { sources, version } = selectVersion(workspace, to);
    const target = { provider: sources.provider, version };
    const before = used.filter((one) => one.provider === target.provider && one.version !== version);
    if (before.length === 0) throw usageError(`the code uses no other version of ${target.provider}`, known);
    return before.map((one) => ({ from: one, to: target }));
  }
  if (spec === undefined) return cachedChanges(used, workspace);
  const fitting = from === undefined ? used : used.filter((one) => nameOf(one) === from);
  const [only, ...others] = fitting;
  if (only === undefined) throw usageError(`the code does not use ${from}`, known);
  if (others.length > 0)
    throw usageError("the code uses several versions, and a document is a new state of one", `add --from: ${known}`);
  return [{ from: only, to: only, document: spec }];
}

async function cachedChanges(used: readonly VersionName[], { root }: Workspace): Promise<Change[]> {
  const changes: Change[] = [];
  for (const one of used) {
    const cached = await readCache(root, one.provider, one.version);
    if (cached !== undefined) changes.push({ from: one, to: one, document: cached.file });
  }
  if (changes.length > 0) return changes;
  throw usageError(
    "nothing is named to compare with, and no provider's newest document is cached",
    "name --to <provider@version> or --spec <file>, or fetch: couplet drift upstream --fetch",
  );
}

async function findingsOf(
  { from, to, document }: Change,
  users: Users,
  workspace: Workspace,
  diff: typeof diffDocuments,
): Promise<{ readonly findings: readonly Finding[]; readonly inputs: DriftReport["inputs"] }> {
  const { root } = workspace;
  const { sources } = selectVersion(workspace, nameOf(from));
  const lock = await readLock(join(root, lockName), lockName);
  const base = await readPinned(workspace, sources, from.version);
  const wanted = { version: to.version, ...(document === undefined ? {} : { document: resolve(root, document) }) };
  const client = await buildRevisedClient(workspace, sources, wanted, lock);
  const { policy } = sources;
  const side = policy === undefined ? {} : { policy };
  const revised = { document: client.document, ...(document === undefined ? { pinned: to } : {}), ...side };
  const options = await comparisonOptions({ document: base, pinned: from, ...side }, revised, root);
  const changed = diff(base, client.document, options);
  const inputs: DriftReport["inputs"] = [
    { role: "base", ...from, file: base.file, specSha256: base.sha256 },
    { role: "revision", ...to, file: client.document.file, specSha256: client.document.sha256 },
  ];
  if (users.kind === "files") return { findings: joinUsageFiles(changed, from, users.files), inputs };
  const { findImpact } = await import("../drift/usage/impact.ts");
  const findings = findImpact(users.consumer, { ...from, files: client.files, findings: changed });
  return { findings: findings.map((finding) => toldFrom(root, finding)), inputs };
}

/** Places as paths below the folder of the command. */
function toldFrom(root: string, finding: Finding): Finding {
  if (finding.usage === undefined) return finding;
  const sites = finding.usage.sites.map((site) => ({
    ...site,
    file: relative(root, site.file).split(sep).join("/"),
  }));
  return { ...finding, usage: { ...finding.usage, sites } };
}

/** One finding by its fingerprint, or all. */
function chosen(findings: readonly Finding[], wanted: readonly string[] | undefined): readonly Finding[] {
  if (wanted === undefined) return findings;
  const found = findings.filter(({ fingerprint }) => wanted.includes(fingerprint));
  const missing = wanted.find((one) => !found.some(({ fingerprint }) => fingerprint === one));
  if (missing !== undefined)
    throw usageError(
      `no finding has the id ${JSON.stringify(missing)}`,
      `there are ${plural(findings.length, "finding")}; a run without --finding tells them`,
    );
  return found;
}
