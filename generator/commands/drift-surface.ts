/** `couplet drift surface`: what became of the declarations of our own packages, and what version that asks for. */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { highest, nextVersion } from "../drift/bump.ts";
import { createReport } from "../drift/create-report.ts";
import type { RunOutcome } from "../drift/exit-code.ts";
import type { Bump, Finding } from "../drift/finding.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { compareSurfaces } from "../drift/surface/compare-surfaces.ts";
import { isSurfaceFile, readPackage, sourcesFirst } from "../drift/surface/read-package.ts";
import type { PackageFiles } from "../drift/surface/surface-program.ts";
import { readGitFolder } from "../git-folder.ts";
import { loadProject } from "../project.ts";
import { tool } from "../tool.ts";
import { readIfPresent } from "../workspace.ts";
import type { Console } from "./console.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectProviders } from "./select-providers.ts";

export interface DriftSurfaceFlags extends ReportFlags {
  readonly against?: string;
}

interface Base {
  readonly files: PackageFiles;
  readonly shown: string;
}

/** Returns the exit code; bad usage throws. */
export async function runDriftSurface(
  names: readonly string[],
  flags: DriftSurfaceFlags,
  console: Console,
): Promise<number> {
  const output = readReportFlags(flags);
  const { root, config, providers: all } = await loadProject(console.cwd);
  const providers = selectProviders({ root, config, providers: all }, names);
  const accepted = await readIfPresent(join(root, approvalsName));
  const against = flags.against ?? "HEAD";
  const findings: Finding[] = [];
  const bumps: Bump[] = [];
  const inputs: { role: "base" | "revision"; provider: string; file: string }[] = [];
  const outcomes: RunOutcome[] = [];
  for (const { provider } of providers) {
    console.progress(`comparing ${provider}`);
    const place = `${config.out}/${provider}`;
    const folder = join(root, config.out, provider);
    const [now, old] = [await readPackage(folder), await baseOf(against, { provider, place, root, cwd: console.cwd })];
    if (now === undefined && old === undefined) continue;
    console.progress("");
    if (now === undefined || old === undefined) {
      console.err(`${provider}: ${now === undefined ? "is gone" : "is new"}`);
      bumps.push(now === undefined ? "major" : "minor");
      continue;
    }
    const drift = compareSurfaces(old, { files: now, shown: `${place}/` }, { provider, folder });
    if (drift.missing.length > 0)
      throw usageError(
        `${provider} imports ${drift.missing.slice(0, 4).join(", ")}, which is not installed, so that its types are not known`,
        "run `npm install` first",
      );
    findings.push(...drift.findings);
    bumps.push(drift.bump);
    inputs.push({ role: "base", provider, file: old.shown }, { role: "revision", provider, file: place });
    console.err(`${provider}: ${toldBump(drift.bump, versionOf(old.files))}`);
  }
  const report = createReport({
    command: "drift surface",
    version: (await tool()).version,
    inputs,
    bump: highest(bumps),
    findings,
    approvals: accepted === undefined ? [] : readApprovals(approvalsName, accepted),
    today: output.today,
    includeSafe: output.includeSafe,
  });
  return tellReport(report, output, console, false, outcomes);
}

/** A folder, if there is one; else a commit. */
async function baseOf(
  against: string,
  {
    provider,
    place,
    root,
    cwd,
  }: { readonly provider: string; readonly place: string; readonly root: string; readonly cwd: string },
): Promise<Base | undefined> {
  const folder = resolve(cwd, against);
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) {
    const inner = await readPackage(join(folder, provider));
    const files = inner ?? (await readPackage(folder));
    return files && { files, shown: `${against}/${inner === undefined ? "" : `${provider}/`}` };
  }
  const files = await readGitFolder(against, place, { cwd: root, isWanted: isSurfaceFile });
  return files.size === 0 ? undefined : { files: sourcesFirst(files), shown: `${against}:${place}/` };
}

/** Of the manifest; undefined where it says none. */
function versionOf(files: PackageFiles): string | undefined {
  try {
    const { version } = JSON.parse(files.get("package.json") ?? "") as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

function toldBump(bump: Bump, version: string | undefined): string {
  const next = version === undefined ? undefined : nextVersion(version, bump);
  const word = bump === "none" ? "nothing changed" : bump;
  return next === undefined || next === version ? word : `${word}: ${version} -> ${next}`;
}
