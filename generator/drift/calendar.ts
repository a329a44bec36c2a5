/** What ends when: operations that the document calls deprecated, versions that a policy dates, approvals. */
import type { Lock } from "../lock.ts";
import type { CalendarEntry, Finding, OperationReference } from "./finding.ts";
import { kindFinding } from "./kind-finding.ts";
import { calendarLaw } from "./kind-law.ts";
import { type LockText, placeInLock } from "./lock-entries.ts";
import type { WrittenApproval } from "./read-approvals.ts";

/** Days before an end on which it becomes a finding. */
export const usualWarning = 90;

export interface CalendarSources {
  readonly lock: Lock;
  /** `provider@version` -> operation key -> how it is called. */
  readonly operations: ReadonlyMap<string, ReadonlyMap<string, OperationReference>>;
  /** `provider@version` -> last day of the provider's support, from the policy. */
  readonly supportedUntil: ReadonlyMap<string, string>;
  readonly approvals: readonly WrittenApproval[];
  /** Providers that are asked for. */
  readonly providers: ReadonlySet<string>;
}

/** All that ends, the soonest first; what has no day comes last. */
export function calendarOf({
  lock,
  operations,
  supportedUntil,
  approvals,
  providers,
}: CalendarSources): CalendarEntry[] {
  const entries: CalendarEntry[] = [];
  for (const [provider, { versions }] of Object.entries(lock.providers)) {
    if (!providers.has(provider)) continue;
    for (const [apiVersion, { deprecations }] of Object.entries(versions)) {
      const scope = `${provider}@${apiVersion}`;
      const until = supportedUntil.get(scope);
      if (until !== undefined)
        entries.push({ provider, apiVersion, what: "support-ends", date: until, source: "policy" });
      for (const [key, date] of Object.entries(deprecations)) {
        const operation = operations.get(scope)?.get(key) ?? { key, method: "", path: "" };
        entries.push({
          ...{ provider, apiVersion, operation },
          ...(date === null ? { what: "deprecated" } : { what: "sunset", date }),
          source: "document",
        });
      }
    }
  }
  for (const { approval, location } of approvals) {
    const [, provider, apiVersion] = /^([a-z0-9][a-z0-9-]*)@([a-z0-9._-]+)(?= |$)/.exec(approval.where ?? "") ?? [];
    if (approval.until === undefined || provider === undefined || !providers.has(provider)) continue;
    const source = `${location.file}:${location.line}`;
    entries.push({ provider, apiVersion: apiVersion!, what: "approval-expires", date: approval.until, source });
  }
  const order = ({ date = "9999", provider, apiVersion, what, operation }: CalendarEntry): string =>
    [date, provider, apiVersion, what, operation?.key ?? ""].join(" ");
  return entries.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/**
 * Operations that end within `within` days (risky), or that have ended (breaking). Support that ends is P501 of the
 * linter, an approval that has ended fails by itself: neither is told twice.
 */
export function calendarFindings(
  entries: readonly CalendarEntry[],
  { today, within, lockText }: { readonly today: string; readonly within: number; readonly lockText: LockText },
): Finding[] {
  return entries.flatMap(({ provider, apiVersion, operation, what, date }): Finding[] => {
    if (what !== "sunset" || date === undefined || operation === undefined) return [];
    const left = daysBetween(today, date);
    if (left > within) return [];
    const when = left < 0 ? `was to be switched off on ${date}` : `is switched off on ${date}, in ${left} days`;
    const key = ["providers", provider, "versions", apiVersion, "deprecations", operation.key];
    return [
      kindFinding(left < 0 ? calendarLaw.passed : calendarLaw.near, {
        kind: "calendar",
        provider,
        apiVersion,
        identity: [operation.key],
        operation,
        location: { base: placeInLock(lockText, key) },
        after: date,
        message: `${nameOf(operation)} ${when}`,
        occurrences: [{ operation, direction: "both", at: "" }],
      }),
    ];
  });
}

function nameOf({ method, path, key }: OperationReference): string {
  return method === "" ? key : `${method} ${path}`;
}

/** Days from one day of the calendar to another; negative when it is past. */
function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
