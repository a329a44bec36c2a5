/** The one place that decides how a package's version changes. */
import type { Bump, Finding, Severity } from "./finding.ts";

const order: readonly Bump[] = ["none", "patch", "minor", "major"];

/**
 * A risky change may need a change of the consumer's code, but does not break its build. A safe one is a patch by itself,
 * not a minor: what code can newly use shows in the declarations, which ask for the minor. What they do not show (a wider
 * bound, one more way to prove who calls) still changes the published files, and no version is published twice.
 */
const bySeverity: Readonly<Record<Severity, Bump>> = {
  breaking: "major",
  risky: "minor",
  notice: "patch",
  safe: "patch",
};

export function highest(bumps: Iterable<Bump>): Bump {
  return [...bumps].reduce((high, bump) => (order.indexOf(bump) > order.indexOf(high) ? bump : high), "none" as Bump);
}

/**
 * What has to become of a package's version: the highest of what the findings and the package's own declarations ask for.
 * What was approved counts: an approval says that our code is ready, not that nothing changed.
 */
export function bumpOf(findings: readonly Finding[], surface: Bump): Bump {
  return highest([surface, ...findings.map(({ severity }) => bySeverity[severity])]);
}

/**
 * `major` of a version before 1.0 is what others call minor, unless a person asked for 1.0. Undefined for text that is no
 * version of three numbers.
 */
export function nextVersion(version: string, bump: Bump, asked: boolean = false): string | undefined {
  const [, major, minor, patch] = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version)?.map(Number) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  if (bump === "none") return version;
  if (bump === "patch") return `${major}.${minor}.${patch + 1}`;
  return bump === "minor" || (major === 0 && !asked) ? `${major}.${minor + 1}.0` : `${major + 1}.0.0`;
}
