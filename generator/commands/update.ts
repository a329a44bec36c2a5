/** `couplet update`: a provider's new document is accepted, with everything that follows from it; or nothing is written. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createReport } from "../drift/create-report.ts";
import { removeApprovals } from "../drift/edit-approvals.ts";
import type { Bump, Finding } from "../drift/finding.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { type NextRelease, releaseOf } from "../drift/release-of.ts";
import { pullRequestBody, type Update, withEntry } from "../drift/report/changelog.ts";
import { type PreparedUpdate, prepareUpdate } from "../drift/update-version.ts";
import { readCache } from "../drift/upstream-cache.ts";
import { compareWith, type UpstreamContext, type UpstreamDrift } from "../drift/upstream-drift.ts";
import { scopeOfWhere } from "../drift/where.ts";
import { type LockedVersion, parseLock, sha256 } from "../lock.ts";
import { lockedVersion } from "../package-job.ts";
import { loadProject } from "../project.ts";
import { lockName } from "../project-run.ts";
import { replaceTogether } from "../replace-together.ts";
import { type TakenDocument, withDocument } from "../take-document.ts";
import { tool } from "../tool.ts";
import { type ProviderSources, readIfPresent, writeNamed } from "../workspace.ts";
import { type Console, printDiagnostics, toJson } from "./console.ts";
import { usageError } from "./report-output.ts";
import { selectVersion } from "./select-version.ts";
import { dayOf } from "./today.ts";
import { toLines, toReport } from "./update-told.ts";

export interface UpdateFlags {
  readonly to?: string;
  readonly as?: string;
  readonly allowHost?: readonly string[];
  readonly bump?: Bump;
  readonly prBody?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly now?: string;
}

interface Selected {
  readonly context: UpstreamContext;
  readonly sources: ProviderSources;
  readonly version: ProviderSources["versions"][number];
}

/** Returns the exit code; bad input throws, and then nothing is written. */
export async function runUpdate(wanted: string, flags: UpdateFlags, console: Console): Promise<number> {
  const today = dayOf(flags.now);
  const workspace = await loadProject(console.cwd);
  const { sources, version: label } = selectVersion(workspace, wanted);
  checkLabel(flags, sources);
  const text = await readIfPresent(join(workspace.root, lockName));
  if (text === undefined)
    throw usageError(
      `there is no ${lockName}: what was pinned is not known`,
      "restore it from version control, or run `couplet generate` first",
    );
  const lockText = { file: lockName, text };
  const lock = parseLock(lockName, text);
  const context: UpstreamContext = { workspace, lock, today, progress: console.progress };
  const version = sources.versions.find((one) => one.version === label)!;
  const selected: Selected = { context, sources, version };
  return withTaken(selected, flags, console, async (taken) => {
    const drift = taken && (await compareWith(context, sources, version, { ...taken, shown: shownOf(taken) }));
    // The same bytes are nothing to take over; what the lock did not know is accepted all the same.
    const fresh = drift?.state === "same" && flags.as === undefined ? undefined : taken;
    const findings = fresh === undefined ? [] : (drift?.findings ?? []);
    return accept({ ...selected, taken: fresh, drift, findings, lockText }, flags, console);
  });
}

function checkLabel({ as, to }: UpdateFlags, { provider, versions }: ProviderSources): void {
  if (as === undefined) return;
  if (to === undefined) throw usageError("--as needs the document of the new version", "name it with --to");
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(as) || as.includes(".."))
    throw usageError(`${JSON.stringify(as)} is not a version's name`, "use a-z, 0-9, ., _ and -");
  if (versions.some(({ version }) => version === as))
    throw usageError(`${provider}@${as} is there already`, `update it: couplet update ${provider}@${as} --to …`);
}

const shownOf = ({ from }: TakenDocument): string => ("url" in from ? from.url : from.file);

/** The document that is named, else the one that was fetched, else none. */
async function withTaken<T>(
  { context, sources, version }: Selected,
  { to, allowHost = [] }: UpdateFlags,
  { cwd, progress }: Console,
  use: (taken: TakenDocument | undefined) => Promise<T>,
): Promise<T> {
  if (to !== undefined) return withDocument(to, { cwd, allowHosts: allowHost, progress }, use);
  const { root } = context.workspace;
  const cached = await readCache(root, sources.provider, version.version);
  return use(cached && { file: cached.file, cwd: root, from: { url: cached.url } });
}

interface Acceptance extends Selected {
  readonly taken: TakenDocument | undefined;
  readonly drift: UpstreamDrift | undefined;
  readonly findings: readonly Finding[];
  readonly lockText: { readonly file: string; readonly text: string };
}

async function accept(acceptance: Acceptance, flags: UpdateFlags, console: Console): Promise<number> {
  const { context, sources, version, taken, findings, lockText } = acceptance;
  const { workspace, lock, today } = context;
  const { provider } = sources;
  const changelog = `${workspace.config.specs}/${provider}/CHANGELOG.md`;
  const before = await readIfPresent(join(workspace.root, changelog));
  const report = createReport({
    command: "update",
    version: (await tool()).version,
    inputs: acceptance.drift?.inputs ?? [],
    findings,
    today,
    includeSafe: true,
  });
  const document = taken && {
    from: shownOf(taken),
    sha256: sha256(await readFile(resolve(taken.cwd, taken.file))),
  };
  const describe = (release: NextRelease, newOrigins: readonly string[]): Update => ({
    ...{ provider, version: version.version, bump: release.bump, today, report: { ...report, bump: release.bump } },
    ...(flags.as === undefined ? {} : { as: flags.as }),
    package: { name: `${workspace.config.scope}/${provider}`, before: release.before, after: release.after },
    ...(document === undefined ? {} : { document }),
    newOrigins,
  });
  let update: Update | undefined;
  const prepared = await prepareUpdate({
    ...context,
    ...{ sources, version, taken },
    ...(flags.as === undefined ? {} : { as: flags.as }),
    release: (name, after) => {
      // What differs from the version beside it breaks nobody: that one stays.
      const counted = flags.as === undefined ? findings : [];
      const release = releaseOf(name, { lock, lockText }, after, counted, flags.bump);
      update = describe(
        release,
        newOriginsOf(lockedVersion(lock, provider, version.version), after[flags.as ?? version.version]),
      );
      const entry = release.bump === "none" ? before : withEntry(before, update);
      return { version: release.after, changelog: entry };
    },
  });
  return finish({ ...acceptance, prepared, update: update!, changelog, before }, flags, console);
}

/** Where calls and credentials went to nowhere before. */
function newOriginsOf(before: LockedVersion | undefined, after: LockedVersion | undefined): readonly string[] {
  const known = new Set(before?.origins);
  return (after?.origins ?? []).filter((origin) => !known.has(origin));
}

interface Finished extends Acceptance {
  readonly prepared: PreparedUpdate;
  readonly update: Update;
  readonly changelog: string;
  readonly before: string | undefined;
}

async function finish(finished: Finished, flags: UpdateFlags, console: Console): Promise<number> {
  const { context, prepared, update, changelog, before } = finished;
  const { root } = context.workspace;
  const files = new Map(prepared.files);
  if (update.bump !== "none") files.set(changelog, withEntry(before, update));
  const approvals = await withoutApprovals(root, finished);
  if (approvals.text !== undefined) files.set(approvalsName, approvals.text);
  console.progress("");
  let done = { written: 0, removed: 0 };
  const body = flags.prBody === undefined ? undefined : { file: flags.prBody, text: pullRequestBody(update) };
  if (!flags.dryRun) {
    done = await replaceTogether(root, files);
    if (body !== undefined) await writeNamed(new Map([[resolve(console.cwd, body.file), `${body.text}\n`]]));
  }
  const told = { update, done, dropped: approvals.dropped, dryRun: flags.dryRun ?? false, ...(body && { body }) };
  if (flags.json)
    console.out(JSON.stringify({ ...toReport(told), diagnostics: toJson(prepared.diagnostics) }, null, 2));
  else {
    printDiagnostics(console, prepared.diagnostics);
    for (const line of toLines(told)) console.out(line);
  }
  return 0;
}

/** Approvals are about the pin that was: with a new document they are dropped. */
async function withoutApprovals(
  root: string,
  { sources, version, taken, update }: Finished,
): Promise<{ readonly text?: string; readonly dropped: number }> {
  const text = await readIfPresent(join(root, approvalsName));
  if (text === undefined || taken === undefined || update.as !== undefined) return { dropped: 0 };
  const scope = `${sources.provider}@${version.version}`;
  const indexes = readApprovals(approvalsName, text).flatMap(({ approval }, index) =>
    scopeOfWhere(approval.where) === scope ? [index] : [],
  );
  return indexes.length === 0
    ? { dropped: 0 }
    : { text: removeApprovals(text, new Set(indexes)), dropped: indexes.length };
}
