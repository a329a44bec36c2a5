/** What the policy and the lock know of two documents that are compared. */
import { join, resolve } from "node:path";
import { loadPolicy } from "../load/policy.ts";
import type { Lock } from "../lock.ts";
import type { ApiDocument } from "../model.ts";
import { lockedVersion } from "../package-job.ts";
import { type PlannedVersion, planDocument } from "../planned-version.ts";
import type { PolicySource } from "../policy-model.ts";
import { lockName, readLock } from "../project-run.ts";
import type { DiffOptions } from "./diff-options.ts";
import { policyFactsOf } from "./policy-facts.ts";

export interface ComparedSide {
  readonly document: ApiDocument;
  /** Where it is a version of the project. */
  readonly pinned?: { readonly provider: string; readonly version: string };
  /** File of the policy that goes with it. */
  readonly policy?: string;
}

/** Paths are told and read from `cwd`. Without a version of the project and without a policy the raw documents are judged. */
export async function comparisonOptions(base: ComparedSide, revision: ComparedSide, cwd: string): Promise<DiffOptions> {
  const pinned = base.pinned ?? revision.pinned;
  if (base.policy === undefined && pinned === undefined) return {};
  const policy = await readPolicy(base.policy, cwd);
  const other = revision.policy === base.policy ? policy : await readPolicy(revision.policy, cwd);
  const lock = pinned === undefined ? undefined : await readLock(join(cwd, lockName), lockName);
  const provider = pinned?.provider ?? policy?.provider;
  const named = provider === undefined ? {} : { provider };
  // A document that is no version is another state of the one that is.
  const state = { ...named, version: pinned?.version ?? base.document.version };
  const plan = (side: ComparedSide, by: PolicySource | undefined): PlannedVersion => {
    const of = side.pinned ?? state;
    return planDocument(side.document, { ...of, policy: by, pinned: namesOf(lock, of) });
  };
  const sides = [plan(base, policy), plan(revision, other)] as const;
  return {
    ...named,
    ...(pinned === undefined ? {} : { apiVersion: state.version }),
    names: { base: sides[0].names, revision: sides[1].names },
    policy: policyFactsOf(...sides),
  };
}

function namesOf(
  lock: Lock | undefined,
  { provider, version }: { readonly provider?: string; readonly version: string },
): Readonly<Record<string, string>> {
  return provider === undefined ? {} : (lockedVersion(lock, provider, version)?.names ?? {});
}

async function readPolicy(file: string | undefined, cwd: string): Promise<PolicySource | undefined> {
  return file === undefined ? undefined : loadPolicy(resolve(cwd, file), { cwd });
}
