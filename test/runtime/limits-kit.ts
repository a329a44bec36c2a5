/** A client's limits with everything that a test wants to see. */
import { expect } from "vitest";
import type { Connector, OperationDescriptor, Policy, RateLimit } from "../../runtime/descriptor.ts";
import type { LimitOptions, Limits, Permit } from "../../runtime/limits.ts";
import type { Priority } from "../../runtime/operation.ts";
import type { SafeRateStore } from "../../runtime/stores/rate-store.ts";
import { connectorOf, exchangeOf, operationOf, policyOf } from "./policy-fixture.ts";
import { type SimulatedClock, simulatedClock } from "./simulated-clock.ts";

export const never: AbortSignal = new AbortController().signal;

/** As a connection makes them. */
export const createLimits = (connector: Connector, options: LimitOptions): Limits =>
  connector.limits!(connector, options);

export interface Kit {
  readonly clock: SimulatedClock;
  readonly limits: Limits;
  readonly connector: Connector;
  readonly operation: OperationDescriptor;
  readonly other: OperationDescriptor;
}

export function setUp(
  rateLimits: Record<string, RateLimit>,
  policy: Partial<Policy> = {},
  more: { tier?: string; rateStore?: SafeRateStore } = {},
): Kit {
  const clock = simulatedClock();
  const connector: Connector = connectorOf({ rateLimits });
  const limits = createLimits(connector, { clock, ...more });
  const operation = operationOf(connector, policyOf({ limitedBy: Object.keys(rateLimits), ...policy }));
  const other = operationOf(connector, operation.policy, "charges.list");
  return { clock, limits, connector, operation, other };
}

export function admit(
  { limits, operation, clock }: Kit,
  more: {
    credential?: string;
    tenant?: string;
    priority?: Priority;
    signal?: AbortSignal;
    within?: number;
    of?: OperationDescriptor;
  } = {},
): ReturnType<Limits["admit"]> {
  return limits.admit(
    more.of ?? operation,
    { credential: more.credential ?? "c1", tenant: more.tenant, priority: more.priority ?? "normal" },
    { signal: more.signal ?? never, deadlineAt: clock.mono() + (more.within ?? 1e9) },
  );
}

export function isNow(permit: Permit | Promise<Permit>): permit is Permit {
  return !(permit instanceof Promise);
}

export const refusal: object = { retryAt: expect.any(Number), effect: "none", attempts: 0 };

export async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("was admitted");
}

/** Answers the call at the moment at which it is admitted. */
export function answered(permit: Permit | Promise<Permit>, onAdmitted: () => void = () => {}): void {
  const answer = (open: Permit) => {
    onAdmitted();
    open.settle(exchangeOf({}));
  };
  if (isNow(permit)) answer(permit);
  else permit.then(answer);
}
