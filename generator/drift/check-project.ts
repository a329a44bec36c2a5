/** Everything that a pull request needs to know of a project, without a connection: what `couplet check` tells. */
import { join } from "node:path";
import { type Diagnostic, InputError } from "../errors.ts";
import { lintProvider } from "../lint.ts";
import { type Lock, parseLock } from "../lock.ts";
import { lockName, projectRun } from "../project-run.ts";
import { tool } from "../tool.ts";
import { type ProviderSources, readIfPresent, type Workspace } from "../workspace.ts";
import { checkCalendar } from "./check-calendar.ts";
import { checkPolicyDrift } from "./check-policy-drift.ts";
import { checkUpstream } from "./check-upstream.ts";
import { codegenDrift } from "./codegen-drift.ts";
import type { RunOutcome } from "./exit-code.ts";
import type { DriftReport, Finding } from "./finding.ts";
import type { LockText } from "./lock-entries.ts";
import { sourcePins } from "./source-pins.ts";

/** One line of the summary. */
export interface CheckPart {
  readonly name: string;
  readonly summary: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly findings?: readonly Finding[];
  readonly inputs?: DriftReport["inputs"];
  /** `provider@version` for which all findings are here, so that approvals without one are stale. */
  readonly complete?: readonly string[];
  /** What its diagnostics make of the run; absent when they are fine. */
  readonly outcome?: RunOutcome;
}

export interface CheckSettings {
  readonly workspace: Workspace;
  readonly providers: readonly ProviderSources[];
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** Believes no hash and builds everything. */
  readonly rebuild: boolean;
  readonly progress: (message: string) => void;
}

/** What parts have in common. */
export interface CheckContext extends CheckSettings {
  readonly lock: Lock | undefined;
}

/** In the order in which they are told. Further kinds of drift are further parts of this list. */
const furtherParts: readonly ((context: CheckContext) => Promise<CheckPart>)[] = [
  checkPolicyDrift,
  checkCalendar,
  checkUpstream,
];

export async function checkProject(settings: CheckSettings): Promise<CheckPart[]> {
  const { workspace } = settings;
  const text = await readIfPresent(join(workspace.root, lockName));
  const lockText = text === undefined ? undefined : { file: lockName, text };
  const read = readLockText(lockText);
  const parts = [await checkPolicies(settings)];
  if (read.findings.length > 0) {
    // Without the lock it is not known what was generated, so that only this can be said.
    parts.push(part("lock", "cannot be read", read.findings, "lock"));
    return parts;
  }
  parts.push(...(await checkGenerated(settings, lockText, read.lock)));
  for (const check of furtherParts) parts.push(await check({ ...settings, lock: read.lock }));
  return parts;
}

function part(name: string, summary: string, diagnostics: readonly Diagnostic[], outcome: RunOutcome): CheckPart {
  const failed = diagnostics.some(({ severity }) => severity === "error");
  return { name, summary, diagnostics, ...(failed ? { outcome } : {}) };
}

function readLockText(text: LockText | undefined): { lock?: Lock; findings: readonly Diagnostic[] } {
  try {
    return { findings: [], ...(text === undefined ? {} : { lock: parseLock(text.file, text.text) }) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { findings: error.diagnostics };
  }
}

async function checkPolicies({ workspace, providers, today, progress }: CheckSettings): Promise<CheckPart> {
  const withPolicy = providers.filter(({ policy }) => policy !== undefined);
  const findings = [];
  for (const sources of withPolicy) findings.push(...(await lintProvider(workspace.root, sources, today, progress)));
  const errors = new Set(
    findings.filter(({ severity }) => severity === "error").map((finding) => JSON.stringify(finding)),
  );
  const warnings = new Set(
    findings.filter(({ severity }) => severity === "warning").map((finding) => JSON.stringify(finding)),
  );
  const summary = `${count(withPolicy.length, "policy", "policies")}, ${count(errors.size, "error")}, ${count(warnings.size, "warning")}`;
  return part("policies", summary, findings, "findings");
}

async function checkGenerated(
  { workspace, providers, rebuild, progress }: CheckSettings,
  lockText: LockText | undefined,
  lock: Lock | undefined,
): Promise<CheckPart[]> {
  const run = await projectRun(workspace, { providers, lock, check: false, progress });
  const pins = await sourcePins(workspace.root, providers, lock);
  const drift = await codegenDrift(run, lockText, !rebuild);
  const lockFindings = [...drift.lock, ...pins.lock];
  const { version } = await tool();
  const versions = count(drift.versions, "version");
  const files = drift.files.filter(({ code }) => code === "G301").length;
  const how = drift.rebuilt.length === 0 ? "as locked" : `built again for ${drift.rebuilt.join(", ")}`;
  return [
    part(
      "lock",
      lockFindings.length === 0 ? `${versions}, written by couplet ${version}` : count(lockFindings.length, "finding"),
      lockFindings,
      "lock",
    ),
    part("documents", sourceSummary(pins.sources, versions), pins.sources, "findings"),
    part(
      "generated",
      files === 0 ? `${count(drift.compared, "file")}, ${how}` : `${count(files, "file")} of ${drift.compared} differ`,
      drift.files,
      "findings",
    ),
  ];
}

const sourceSummary = (findings: readonly Diagnostic[], versions: string): string =>
  findings.length === 0 ? `${versions} as they were taken over` : count(findings.length, "finding");

function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
