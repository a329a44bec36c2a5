/** `couplet diff`: what a provider changed between two documents, from the side of a client. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ComparedSide, comparisonOptions } from "../drift/comparison-options.ts";
import { createReport } from "../drift/create-report.ts";
import { diffDocuments } from "../drift/diff-documents.ts";
import type { DriftReport } from "../drift/finding.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { InputError } from "../errors.ts";
import { isUrl } from "../fetch-document.ts";
import type { ApiDocument } from "../model.ts";
import { openRevision } from "../open-revision.ts";
import { loadProject } from "../project.ts";
import { tool } from "../tool.ts";
import { readIfPresent, type Workspace } from "../workspace.ts";
import type { Console } from "./console.ts";
import { type ReportFlags, readReportFlags, tellReport, usageError } from "./report-output.ts";
import { selectVersion } from "./select-version.ts";

export interface DiffFlags extends ReportFlags {
  readonly allowHost?: readonly string[];
  /** A file in place of the project's; false: none, and the raw documents are judged. */
  readonly policy?: string | false;
}

/** One side as the command line names it. */
interface Side extends Omit<ComparedSide, "document"> {
  /** A file, `git:<ref>:<path>`, or a URL. */
  readonly source: string;
  readonly overlays: readonly string[];
}

/** Returns the exit code; bad input and documents that cannot be read throw, and then nothing is written. */
export async function runDiff(
  baseText: string,
  revisionText: string,
  flags: DiffFlags,
  console: Console,
  /** Replaced in tests. */
  diff: typeof diffDocuments = diffDocuments,
): Promise<number> {
  const output = readReportFlags(flags);
  const { cwd } = console;
  const workspace = await loadProject(cwd);
  const [base, revision] = asOneProvider(toSide(baseText, flags, workspace), toSide(revisionText, flags, workspace));
  const accepted = await readIfPresent(join(cwd, approvalsName));
  const approvals = accepted === undefined ? [] : readApprovals(approvalsName, accepted);
  const [before, after] = await openBoth(base, revision, flags.allowHost ?? [], console);
  console.progress("comparing");
  const { pinned } = base;
  const options = await comparisonOptions({ ...base, document: before }, { ...revision, document: after }, cwd);
  const findings = diff(before, after, options);
  const report = createReport({
    command: "diff",
    version: (await tool()).version,
    inputs: [inputOf("base", before, base), inputOf("revision", after, revision)],
    findings,
    approvals,
    // States and versions of the project are compared to move from one to the other, not to accept what has drifted.
    isComplete: (scope) =>
      pinned !== undefined && revision.pinned === undefined && scope === `${pinned.provider}@${pinned.version}`,
    today: output.today,
    includeSafe: output.includeSafe,
  });
  return tellReport(report, output, console, true);
}

/** All that is wrong with either document is told in one run. */
async function openBoth(
  base: Side,
  revision: Side,
  allowHosts: readonly string[],
  { cwd, progress }: Console,
): Promise<[ApiDocument, ApiDocument]> {
  const problems: InputError[] = [];
  const documents: ApiDocument[] = [];
  const isUnchanged = await isSameText(base, revision, cwd);
  for (const side of [base, revision]) {
    progress(isUrl(side.source) ? "fetching the document" : `reading ${side.source}`);
    const [other] = documents;
    const { overlays } = side;
    const options = { cwd, allowHosts, overlays, progress, isUnchanged, ...(other === undefined ? {} : { other }) };
    try {
      documents.push(await openRevision(side.source, options));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error);
    }
  }
  const [first] = problems;
  if (first === undefined) return documents as [ApiDocument, ApiDocument];
  // What a person can mend comes before what may pass by itself.
  const stop = problems.find((problem) => problem.stop !== "unreachable")?.stop ?? first.stop;
  throw new InputError(
    problems.flatMap((problem) => problem.diagnostics),
    stop,
  );
}

/** A reference that may lead to another file, which the text says nothing of. */
const otherFile = /\$ref["']?\s*:\s*["']?[^#"'\s]/;

/** Of two whole documents: whether they differ by nothing but space at their ends. A file that cannot be read is like none. */
async function isSameText(base: Side, revision: Side, cwd: string): Promise<boolean> {
  if (base.overlays.length + revision.overlays.length > 0) return false;
  const texts = [base, revision].map(({ source }) => readFile(resolve(cwd, source), "utf8").catch(() => undefined));
  const [one, other] = await Promise.all(texts);
  return one !== undefined && one.trim() === other?.trim() && !otherFile.test(one);
}

/** A file wins over a version of the project of the same name; a version's own document is that version, in any commit. */
function toSide(text: string, flags: DiffFlags, workspace: Workspace): Side {
  const given = typeof flags.policy === "string" ? { policy: flags.policy } : {};
  const isName = /^[a-z0-9][a-z0-9-]*@[a-z0-9._-]+$/.test(text) && !existsSync(resolve(workspace.root, text));
  const named = isName ? selectVersion(workspace, text) : undefined;
  const found = named ?? versionOf(text, workspace);
  if (found === undefined) return { source: text, overlays: [], ...given };
  const { sources, version } = found;
  const files = sources.versions.find((one) => one.version === version)!;
  const { provider, policy } = sources;
  return {
    source: named === undefined ? text : files.document,
    overlays: files.overlays,
    pinned: { provider, version },
    ...(policy === undefined || flags.policy === false ? {} : { policy }),
    ...given,
  };
}

/** A document that is no version of the project is taken for another state of the other side's: it needs the same repairs. */
function asOneProvider(base: Side, revision: Side): [Side, Side] {
  const [one, other] = [base.pinned?.provider, revision.pinned?.provider];
  if (one !== undefined && other !== undefined && one !== other)
    throw usageError(`${one} and ${other} are two providers: they have nothing to compare`, "name two versions of one");
  const like = (side: Side, other: Side): Side => {
    if (side.pinned !== undefined || other.pinned === undefined) return side;
    const { policy = side.policy, overlays } = other;
    return { ...side, overlays, ...(policy === undefined ? {} : { policy }) };
  };
  return [like(base, revision), like(revision, base)];
}

function versionOf(text: string, { root, providers }: Workspace): ReturnType<typeof selectVersion> | undefined {
  const path = /^git:[^:]+:(.*)$/s.exec(text)?.[1] ?? text;
  for (const sources of providers)
    for (const { version, document } of sources.versions)
      if (resolve(root, document) === resolve(root, path)) return { sources, version };
  return undefined;
}

function inputOf(role: "base" | "revision", document: ApiDocument, { pinned }: Side): DriftReport["inputs"][number] {
  const { provider, version } = pinned ?? {};
  return {
    role,
    ...(provider === undefined ? {} : { provider }),
    ...(version === undefined ? {} : { version }),
    file: document.file,
    specSha256: document.sha256,
  };
}
