/** `couplet check`: what a pull request needs, offline. */
import { join } from "node:path";
import { type CheckPart, checkProject } from "../drift/check-project.ts";
import { createReport } from "../drift/create-report.ts";
import { exitCode } from "../drift/exit-code.ts";
import { outcomesOf } from "../drift/fail-on.ts";
import type { DriftReport } from "../drift/finding.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { printReport } from "../drift/report/print-report.ts";
import { loadProject } from "../project.ts";
import { tool } from "../tool.ts";
import { readIfPresent } from "../workspace.ts";
import { type Console, type Format, type FormatFlags, formatOf, plural, printFindings, toJson } from "./console.ts";
import { selectProviders } from "./select-providers.ts";
import { dayOf } from "./today.ts";

export interface CheckFlags extends FormatFlags {
  /** Build everything, and believe no hash of the lock. */
  readonly rebuild?: boolean;
  /** `YYYY-MM-DD` in place of today. */
  readonly now?: string;
}

/** Returns the exit code; bad usage throws. */
export async function runCheck(names: readonly string[], flags: CheckFlags, console: Console): Promise<number> {
  const workspace = await loadProject(console.cwd);
  const today = dayOf(flags.now);
  const approvalsText = await readIfPresent(join(workspace.root, approvalsName));
  const approvals = approvalsText === undefined ? [] : readApprovals(approvalsName, approvalsText);
  const providers = selectProviders(workspace, names);
  const { rebuild = false } = flags;
  const parts = await checkProject({ workspace, providers, today, rebuild, progress: console.progress });
  console.progress("");
  const complete = new Set(parts.flatMap((part) => part.complete ?? []));
  const drift = createReport({
    command: "check",
    version: (await tool()).version,
    inputs: parts.flatMap(({ inputs = [] }) => inputs),
    findings: parts.flatMap(({ findings = [] }) => findings),
    approvals,
    isComplete: (scope) => complete.has(scope),
    today,
    includeSafe: false,
  });
  const lines = [...parts.map((part) => toLine(part, drift)), ...approvalLine(approvals.length, drift)];
  const code = exitCode([...parts.flatMap(({ outcome }) => outcome ?? []), ...outcomesOf(drift, threshold)]);
  await tell({ parts, lines, drift, code }, formatOf(flags), console);
  return code;
}

const threshold = { failOn: "breaking", usedOnly: false } as const;

interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly summary: string;
}

function toLine({ name, summary, outcome, findings = [] }: CheckPart, drift: DriftReport): Line {
  const own = new Set(findings.map(({ fingerprint }) => fingerprint));
  const open = drift.findings.filter(({ fingerprint, approval }) => own.has(fingerprint) && approval === undefined);
  const breaking = open.filter(({ severity }) => severity === "breaking").length;
  const counts = open.length === 0 ? "" : `: ${breaking} breaking, ${open.length - breaking} other findings`;
  return { name, ok: outcome === undefined && breaking === 0, summary: `${summary}${counts}` };
}

/** Nothing where nothing is approved. */
function approvalLine(all: number, { staleApprovals }: DriftReport): Line[] {
  const stale = staleApprovals.length;
  const summary =
    stale === 0
      ? plural(all, "approval")
      : `${stale} of ${plural(all, "approval")} ${stale === 1 ? "does" : "do"} not hold`;
  return all === 0 ? [] : [{ name: "approvals", ok: stale === 0, summary }];
}

interface Told {
  readonly parts: readonly CheckPart[];
  readonly lines: readonly Line[];
  readonly drift: DriftReport;
  readonly code: number;
}

async function tell({ parts, lines, drift, code }: Told, format: Format, console: Console): Promise<void> {
  const findings = parts.flatMap(({ diagnostics }) => diagnostics);
  if (format === "json") {
    const report = {
      tool: drift.tool,
      command: "check",
      exitCode: code,
      parts: lines,
      diagnostics: toJson(findings),
      drift,
    };
    console.out(JSON.stringify(report, null, 2));
    return;
  }
  await printFindings(console, findings, format);
  if (drift.findings.length + drift.staleApprovals.length > 0) {
    const printed = format === "sarif" ? "text" : format;
    const text = await printReport(drift, printed, { colour: console.colour, maxFindings: 0 });
    (format === "sarif" ? console.err : console.out)(text);
  }
  const width = Math.max(...lines.map(({ name }) => name.length));
  const out = format === "text" ? console.out : console.err;
  for (const { name, ok, summary } of lines) out(`${ok ? "ok  " : "FAIL"} ${name.padEnd(width)}  ${summary}`);
  out(code === 0 ? "nothing has drifted" : `exit code ${code}`);
}
