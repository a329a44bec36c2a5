import type { Clock } from "./clock.ts";
import type { Connector, RateLimit } from "./descriptor.ts";
import { subject } from "./errors.ts";
import { Limit, type LimitRule } from "./limit.ts";
import { type LimitsKind, limitCalls } from "./limits.ts";
import { printable } from "./printable.ts";
import type { LimitFigures } from "./rate-limit.ts";
import { MemoryRateStore } from "./stores/memory-rate-store.ts";

/** Even a limit that is reserved for others admits something now and then; dividing by nothing would admit everything. */
const SMALLEST_SHARE = 0.01;

/** Calls at the same time, and the named limits of the connector. Throws a TypeError for a store that is not safe. */
export const rateLimits: LimitsKind = (connector, { clock, tier, rateStore }) => {
  if (rateStore !== undefined && !rateStore.keepsShare)
    throw new TypeError("A rate store may fail: give it as stores: { rates: withLocalShare(store) }.");
  const store = rateStore ?? new MemoryRateStore({ clock });
  const costs = connector.costs?.();
  const limits = new Map(
    Object.entries(connector.rateLimits).map(([name, limit]) => [name, rulesOf(name, limit, connector, clock)]),
  );
  return limitCalls(clock, (operation, caller) =>
    operation.policy.limitedBy.map((name) => {
      const rules = limits.get(name);
      if (rules === undefined) throw new TypeError(`${subject(operation)}: unknown rate limit "${printable(name)}".`);
      // The client's own tier, else that of the credential; a limit that does not have it is the same in all.
      const rule = rules.get(tier ?? caller.tier) ?? rules.get(undefined)!;
      if (typeof rule.limit.cost === "number") return new Limit(store, rule, operation, caller);
      return costs!(store, rule, operation, caller);
    }),
  );
};

/** A limit in each tier that it has; without one under `undefined`. */
function rulesOf(
  name: string,
  limit: RateLimit,
  connector: Connector,
  clock: Clock,
): ReadonlyMap<string | undefined, LimitRule> {
  const share = Math.max(SMALLEST_SHARE, 1 - limit.reserve);
  const ruleOf = (figures: LimitFigures): LimitRule => ({
    name,
    limit,
    capacity: figures.capacity,
    policy: {
      use: limit.use,
      capacity: Math.max(1, figures.capacity * share),
      per: figures.per,
      refill: figures.refill * share,
    },
    told: limit.feedback && ((exchange) => connector.feedback!(limit, figures, exchange, clock.now())),
  });
  const rules = new Map<string | undefined, LimitRule>([[undefined, ruleOf(limit)]]);
  for (const [tier, figures] of Object.entries(limit.tiers ?? {})) rules.set(tier, ruleOf(figures));
  return rules;
}
