/** `couplet update`: a provider's new document is accepted, with everything that follows from it, or nothing is written. */
import { join, resolve } from "node:path";
import { bumpOf, nextVersion } from "../drift/bump.ts";
import { createReport } from "../drift/create-report.ts";
import { removeApprovals } from "../drift/edit-approvals.ts";
import type { Bump, DriftReport } from "../drift/finding.ts";
import { placeInLock } from "../drift/lock-entries.ts";
import { approvalsName, readApprovals } from "../drift/read-approvals.ts";
import { pullRequestBody, titleOf, type Update, withEntry } from "../drift/report/changelog.ts";
import { type PreparedUpdate, prepareUpdate, type UpdateRequest } from "../drift/update-version.ts";
import { compareWith, type UpstreamDrift } from "../drift/upstream-drift.ts";
import { readCache } from "../drift/upstream-cache.ts";
import { scopeOfWhere } from "../drift/where.ts";
import { InputError } from "../errors.ts";
import { type Lock, type LockedVersion, parseLock } from "../lock.ts";
import { lockedProvider } from "../package-job.ts";
import { loadProject } from "../project.ts";
import { lockName } from "../project-run.ts";
import { replaceTogether } from "../replace-together.ts";
import { type TakenDocument, withDocument } from "../take-document.ts";
import { tool } from "../tool.ts";
import { readIfPresent, writeNamed } from "../workspace.ts";
import { type Console, plural, printDiagnostics } from "./console.ts";
import { usageError } from "./report-output.ts";
import { selectVersion } from "./select-version.ts";
import { dayOf } from "./today.ts";

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
