import type { Admission } from "./admission.ts";
import type { Clock } from "./clock.ts";
import type { Connector, OperationDescriptor } from "./descriptor.ts";
import { subject } from "./errors.ts";
import type { Holder } from "./gate-admission.ts";
import { limitAdmission, type RateStates } from "./limit-admission.ts";
import { tieredLimits } from "./named-limits.ts";
import { printable } from "./printable.ts";
import { MemoryRateStore } from "./stores/memory-rate-store.ts";
import type { RateStore } from "./stores/rate-store.ts";

/** What a client is given for its limits. */
export interface LimitOptions {
  readonly clock: Clock;
  readonly tier?: string | undefined;
  readonly rateStore?: RateStore | undefined;
}

/** The rate limits that must admit a holder's calls of an operation; `tier` is the mode of the credential. */
export type RateAdmissions = (
  operation: OperationDescriptor,
  holder: Holder,
  tier: string | undefined,
) => readonly Admission[];

/** A feature that generated code names: `rateLimits`. */
export type RatesKind = (connector: Connector, options: LimitOptions) => RateAdmissions;

/** The named limits of a client. Throws a TypeError for a tier that none of them has, and for a store that is not safe. */
export const rateLimits: RatesKind = (connector, { clock, tier, rateStore }) => {
  if (rateStore !== undefined && !rateStore.keepsShare)
    throw new TypeError("A rate store may fail: give it as stores: { rates: withLocalShare(store) }.");
  const limitsOf = tieredLimits(connector, tier);
  const states: RateStates = {
    store: rateStore ?? new MemoryRateStore({ clock }),
    costs: connector.costs?.(),
    clock,
  };
  return (operation, holder, mode) => {
    const limits = limitsOf(mode);
    return operation.policy.limitedBy.map((name) => {
      const limit = limits.get(name);
      if (limit === undefined) throw new TypeError(`${subject(operation)}: unknown rate limit "${printable(name)}".`);
      return limitAdmission(states, limit, operation, holder);
    });
  };
};
