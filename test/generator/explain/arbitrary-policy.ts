/** Random policies within what the language allows and time permits. */
import type { Policy } from "@couplet/runtime/codegen/v1";
import fc from "fast-check";
import { policyOf } from "../../runtime/policy-fixture.ts";
import { adviceHeader } from "./play-call.ts";

const ms = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

const retryAfter = [{ from: { from: "header", name: "Retry-After" }, format: "delaySecondsOrHttpDate" }] as const;
const advice = { from: { from: "header", name: adviceHeader }, retry: "retry", stop: "stop" } as const;

function idempotencyOf(kind: string, deadline: number, share: number | undefined): Policy["idempotency"] {
  if (kind !== "keyed" && kind !== "keyedStored") return { class: kind as "safe" };
  return {
    class: "keyed",
    key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 },
    ...(kind === "keyedStored" ? { replaysErrors: true } : {}),
    // The linter lets no deadline outlast the key.
    ...(share === undefined ? {} : { retention: deadline * share }),
  };
}

/** `plentiful`: the retry budget either allows all retries of one call, or none. */
export function arbitraryPolicy(plentiful: boolean): fc.Arbitrary<Policy> {
  const enough = fc.constantFrom(
    { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
    { capacity: 1, retryCost: 2, timeoutCost: 2, tenantCapacity: 1 },
  );
  const any = fc.record({
    capacity: fc.integer({ min: 1, max: 40 }),
    retryCost: fc.nat(10),
    timeoutCost: fc.nat(10),
    tenantCapacity: fc.constant(100),
  });
  return fc
    .record({
      attempt: ms(4000),
      over: fc.integer({ min: 0, max: 16_000 }),
      maxAttempts: fc.integer({ min: 1, max: 5 }),
      on: fc.subarray(["rejected", "ambiguous"] as const),
      strategy: fc.constantFrom("exponential", "constant"),
      initial: ms(3000),
      multiplier: fc.constantFrom(1, 1.5, 2, 3),
      max: ms(8000),
      jitter: fc.constantFrom("full", "equal", "none"),
      throttled: ms(5000),
      budget: plentiful ? enough : any,
      told: fc.boolean(),
      maxRetryAfter: ms(9000),
      advised: fc.constantFrom("none", "advice", "trust"),
      kind: fc.constantFrom("safe", "idempotent", "keyed", "keyedStored", "unsafe"),
      share: fc.option(fc.double({ min: 1.01, max: 1.3, noNaN: true }), { nil: undefined }),
    })
    .map((one) => {
      const deadline = one.attempt + one.over;
      const { strategy, initial, multiplier, max, jitter, throttled } = one;
      return policyOf({
        timeouts: { attempt: one.attempt, deadline },
        retry: {
          maxAttempts: one.maxAttempts,
          on: one.on,
          backoff: { strategy, initial, multiplier, max, jitter, throttled } as Policy["retry"]["backoff"],
          budget: one.budget,
          retryAfter: one.told ? retryAfter : [],
          maxRetryAfter: one.maxRetryAfter,
          ...(one.advised === "none"
            ? {}
            : { advice: { ...advice, ...(one.advised === "trust" ? { trust: true } : {}) } }),
        },
        idempotency: idempotencyOf(one.kind, deadline, one.share),
      });
    });
}
