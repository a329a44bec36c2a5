/** `couplet drift traffic`: recorded calls against the pinned documents. */
import { join, resolve } from "node:path";
import { createReport } from "../drift/create-report.ts";
import type { DriftReport } from "../drift/finding.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { readExchanges } from "../drift/traffic/read-exchanges.ts";
import { TrafficRecord, type TrafficTarget } from "../drift/traffic/traffic-record.ts";
import { lockedVersion } from "../package-job.ts";
import { loadProject } from "../project.ts";
import { lockName, readLock } from "../project-run.ts";
import { readPinned } from "../revised-client.ts";
import { tool } from "../tool.ts";
import { readIfPresent } from "../workspace.ts";
import { type Console, plural } from "./console.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectVersions } from "./select-version.ts";

export interface DriftTrafficFlags extends ReportFlags {
  /** `provider` or `provider@version`. */
  readonly of?: readonly string[];
  readonly server?: readonly string[];
  readonly redact?: boolean;
}

/** Returns the exit code; bad usage and recordings that cannot be read throw. */
export async function runDriftTraffic(
  files: readonly string[],
  flags: DriftTrafficFlags,
  console: Console,
): Promise<number> {
  const output = readReportFlags(flags);
  for (const url of flags.server ?? [])
    if (!/^https?:\/\/[^/]/.test(url))
      throw usageError(`--server ${JSON.stringify(url)} is no URL`, "write https://host/base");
  const workspace = await loadProject(console.cwd);
  const { root } = workspace;
  const lock = await readLock(join(root, lockName), lockName);
  const targets: TrafficTarget[] = [];
  // Where versions share a server, the newest that has the operation is taken.
  for (const { sources, version } of selectVersions(workspace, flags.of ?? []).reverse()) {
    console.progress(`reading ${version.document}`);
    const document = await readPinned(workspace, sources, version.version);
    const names = lockedVersion(lock, sources.provider, version.version)?.names ?? {};
    targets.push({
      provider: sources.provider,
      version: version.version,
      document,
      names,
      servers: flags.server ?? [],
    });
  }
  const record = new TrafficRecord(targets, { redact: flags.redact ?? false });
  let unread = 0;
  for (const file of files) {
    console.progress(`reading ${file}`);
    for await (const { exchange } of readExchanges(resolve(console.cwd, file), file)) {
      if (exchange === undefined) unread++;
      else record.add(exchange);
    }
  }
  console.progress("");
  const { matched, elsewhere } = record.counts;
  console.err(
    `${plural(matched, "call")} of operations, ${elsewhere} to other servers, ${unread} that tell of no exchange`,
  );
  const accepted = await readIfPresent(join(root, approvalsName));
  const inputs: DriftReport["inputs"] = [
    ...targets.map(({ provider, version, document }) => ({
      ...{ role: "base" as const, provider, version, file: document.file, specSha256: document.sha256 },
    })),
    ...files.map((file) => ({ role: "traffic" as const, file })),
  ];
  const report = createReport({
    command: "drift traffic",
    version: (await tool()).version,
    inputs,
    findings: record.findings(),
    calendar: record.calendar(),
    approvals: accepted === undefined ? [] : readApprovals(approvalsName, accepted),
    today: output.today,
    includeSafe: output.includeSafe,
  });
  return tellReport(report, output, console, false);
}
