import type { Policy } from "@couplet/runtime/codegen/v1";
import { breakerOf, policyOf } from "../runtime/policy-fixture.ts";

const timeouts = { attempt: 1_000, deadline: 10_000 };

/** The defaults, but for timeouts that fit an outage of ten seconds. */
export const couplet: Policy = policyOf({
  timeouts,
  concurrency: { max: 10, per: ["credential"], queue: 1_000 },
  circuitBreaker: breakerOf(),
});

const { retry } = couplet;

/** Three retries after each failure, as many calls at once as there are. */
export const naive: Policy = policyOf({
  timeouts,
  retry: {
    ...retry,
    backoff: { ...retry.backoff, initial: 100, max: 100 },
    budget: { ...retry.budget, capacity: Number.POSITIVE_INFINITY },
  },
});
