/** What a package's next version is, and why: from the findings, the declarations and the files that a run gives. */
import { firstRelease } from "../build-package.ts";
import { InputError } from "../errors.ts";
import { hashJson, type Lock, type LockedVersion } from "../lock.ts";
import { lockedProvider } from "../package-job.ts";
import { bumpOf, highest, nextVersion } from "./bump.ts";
import type { Bump, Finding } from "./finding.ts";
import { type LockText, placeInLock } from "./lock-entries.ts";

type Versions = Readonly<Record<string, LockedVersion>>;

/**
 * What the package's own declarations ask for, as far as hashes tell: other types are new ones unless a finding says that
 * they break, other files without other types are a repair.
 */
function surfaceBump(before: Versions, after: Versions): Bump {
  const gone = Object.keys(before).some((version) => !Object.hasOwn(after, version));
  const each = Object.entries(after).map(([version, now]): Bump => {
    const was = Object.hasOwn(before, version) ? before[version] : undefined;
    if (was === undefined || was.surfaceSha256 !== now.surfaceSha256) return "minor";
    return hashJson(was.outputs) === hashJson(now.outputs) ? "none" : "patch";
  });
  return highest([gone ? "major" : "none", ...each]);
}

export interface NextRelease {
  readonly bump: Bump;
  readonly before: string;
  readonly after: string;
}

/** @param wanted What a person decided instead. */
export function releaseOf(
  provider: string,
  { lock, lockText }: { readonly lock: Lock | undefined; readonly lockText: LockText | undefined },
  after: Versions,
  findings: readonly Finding[],
  wanted: Bump | undefined,
): NextRelease {
  const locked = lockedProvider(lock, provider);
  const before = locked?.package?.version ?? firstRelease;
  const bump = wanted ?? bumpOf(findings, surfaceBump(locked?.versions ?? {}, after));
  const next = nextVersion(before, bump, wanted !== undefined);
  if (next !== undefined) return { bump, before, after: next };
  const message = `the package's version ${JSON.stringify(before)} is not three numbers, so that none follows from it`;
  const place =
    lockText === undefined
      ? { file: "couplet.lock.json", line: 1, column: 1 }
      : placeInLock(lockText, ["providers", provider, "package", "version"]);
  throw new InputError([
    {
      ...place,
      code: "L002",
      severity: "error",
      message,
      fix: "write a version such as 1.4.0 there, and run `couplet generate`",
    },
  ]);
}
