/** The calendar of a project, from its lock, its policies and its approvals; no document is read. */
import { join } from "node:path";
import { loadPolicy } from "../load/policy.ts";
import type { Lock } from "../lock.ts";
import { isPolicyMap, type PolicyMap } from "../policy-model.ts";
import type { ProviderSources, Workspace } from "../workspace.ts";
import { calendarOf } from "./calendar.ts";
import type { CalendarEntry } from "./finding.ts";
import { lockedOperations } from "./locked-operations.ts";
import type { WrittenApproval } from "./read-approvals.ts";

export async function projectCalendar(
  { root, config }: Pick<Workspace, "root" | "config">,
  providers: readonly ProviderSources[],
  lock: Lock,
  approvals: readonly WrittenApproval[],
): Promise<CalendarEntry[]> {
  return calendarOf({
    lock,
    operations: await lockedOperations(join(root, config.out), lock),
    supportedUntil: await supportEnds(root, providers),
    approvals,
    providers: new Set(providers.map(({ provider }) => provider)),
  });
}

async function supportEnds(root: string, providers: readonly ProviderSources[]): Promise<Map<string, string>> {
  const ends = new Map<string, string>();
  for (const { provider, policy } of providers) {
    if (policy === undefined) continue;
    const { data } = await loadPolicy(policy, { cwd: root });
    const versions = data["versions"];
    for (const [version, entry] of Object.entries(isPolicyMap(versions) ? versions : ({} as PolicyMap))) {
      const until = isPolicyMap(entry) ? entry["supportedUntil"] : undefined;
      if (typeof until === "string") ends.set(`${provider}@${version}`, until);
    }
  }
  return ends;
}
