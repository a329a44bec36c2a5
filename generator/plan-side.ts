/** One side of a comparison with what follows from the policy: names of its operations and every effective value. */
import type { ApiDocument, PolicyPlan } from "./model.ts";
import { planOperationNames } from "./plan/operation-names.ts";
import { planPolicy } from "./plan/policy.ts";
import type { PolicySource } from "./policy-model.ts";

export interface PlannedSide {
  readonly document: ApiDocument;
  readonly policy: PolicyPlan;
  /** Operation key -> `namespace.method`. */
  readonly names: Readonly<Record<string, string>>;
}

export interface SideContext {
  readonly provider?: string;
  readonly version: string;
  readonly policy: PolicySource | undefined;
  /** Names that the lock keeps. */
  readonly pinned: Readonly<Record<string, string>>;
}

/** What the policy gets wrong is the linter's to tell, and is not told here. */
export function planSide(document: ApiDocument, { provider, version, policy, pinned }: SideContext): PlannedSide {
  const plan = planPolicy(policy, document, version, provider === undefined ? {} : { provider });
  const names = [...planOperationNames(document, plan, new Map(Object.entries(pinned)))].map(
    ([key, { namespace, method }]) => [key, `${namespace}.${method}`] as const,
  );
  return { document, policy: plan, names: Object.fromEntries(names) };
}
