/** What explains a policy beside its values: how fresh its sources are, and whether credentials can be renewed. */

import type { PolicyPlan } from "../model.ts";
import { replayedStatuses } from "../policy-words.ts";

export interface ExplainedFacts {
  /** The oldest `verified` among the sources that apply, `2026-11-22`. */
  readonly verified?: string;
  /** Statuses, and names of errors, after which new credentials are asked for once; absent where there can be none. */
  readonly refreshable?: readonly (number | string)[];
}

export function explainedFacts({ connector, facts, operations }: PolicyPlan, key: string): ExplainedFacts {
  const { policy, security, facts: own } = operations.get(key)!;
  const sources = [
    ...[own.retry, own.idempotency, own.concurrency, own.pagination, own.polling, own.cache, own.batch, ...own.errors],
    ...policy.limitedBy.map((name) => facts.rateLimits[name]),
    ...security.flat().map((name) => facts.auth[name]),
  ];
  const [oldest] = sources.flatMap((source) => source?.verified ?? []).sort();
  const named = security.flat().length === 0 ? [] : policy.errors.flatMap((rule) => (rule.refresh ? [rule.as] : []));
  const statuses = [...replayedStatuses({ security }, connector).sort((a, b) => a - b), ...new Set(named)];
  return {
    ...(oldest === undefined ? {} : { verified: oldest }),
    ...(statuses.length === 0 ? {} : { refreshable: statuses }),
  };
}
