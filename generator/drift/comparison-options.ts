/** What the policy and the lock know of two documents that are compared. */
import { join, resolve } from "node:path";
import { loadPolicy } from "../load/policy.ts";
import type { Lock } from "../lock.ts";
import type { ApiDocument } from "../model.ts";
import { lockedVersion } from "../package-job.ts";
import { planDocument } from "../planned-version.ts";
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
  if (base.policy === undefined && base.pinned === undefined) return {};
  const policy = await readPolicy(base.policy, cwd);
  const other = revision.policy === base.policy ? policy : await readPolicy(revision.policy, cwd);
  const lock = base.pinned === undefined ? undefined : await readLock(join(cwd, lockName), lockName);
  const provider = base.pinned?.provider ?? policy?.provider;
  const named = provider === undefined ? {} : { provider };
  const version = base.pinned?.version ?? base.document.version;
  // A document that is no version yet is a newer state of the base's.
  const target = revision.pinned ?? { ...named, version };
  const sides = [
    planDocument(base.document, { ...named, version, policy, pinned: namesOf(lock, { ...named, version }) }),
    planDocument(revision.document, { ...named, ...target, policy: other ?? policy, pinned: namesOf(lock, target) }),
  ] as const;
  return {
    ...named,
    ...(base.pinned === undefined ? {} : { apiVersion: version }),
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
