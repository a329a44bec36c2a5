/** The words of `policy explain` against what the runtime decides. */
import type { Condition, Policy } from "@couplet/runtime/codegen/v1";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RetryVerdict, retryVerdicts } from "../../../generator/explain/retry-verdicts.ts";
import { classify } from "../../../runtime/classify.ts";
import { type AttemptOutcome, decideRetry } from "../../../runtime/retry.ts";
import { exchangeOf, policyOf } from "../../runtime/policy-fixture.ts";
import { arbitraryPolicy } from "./arbitrary-policy.ts";

const key = { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 } as const;
const status = (right: number): Condition => ({ op: "==", left: { from: "status" }, right });
const code = (right: string): Condition => ({ op: "==", left: { from: "body", path: ["code"] }, right });
const { retry } = policyOf();

/** `failure: because`, those that are sent again and those that are not. */
function told(policy: Policy, ...failures: readonly string[]): Record<string, string> {
  const word = ({ again, because }: RetryVerdict): string => `${again ? "again" : "not"}: ${because}`;
  return Object.fromEntries(
    retryVerdicts(policy)
      .filter(({ failure }) => failures.includes(failure))
      .map((verdict) => [verdict.failure, word(verdict)]),
  );
}

const surely = "again: surely not processed";
const failsAgain = "not: the same request would fail again";

describe("what is said of", () => {
  test.each<[string, Policy, Record<string, string>]>([
    [
      "a safe call",
      policyOf(),
      {
        "no connection": surely,
        "a lost connection": "again: the call has no effect that could be doubled",
        "429": surely,
        "503": "again: the call has no effect that could be doubled",
        "401": "not: refused credentials are never repeated, only replaced",
        "409": failsAgain,
      },
    ],
    [
      "an idempotent call",
      policyOf({ idempotency: { class: "idempotent" } }),
      {
        "the attempt timeout": "again: repeating is harmless",
        "500": "again: repeating is harmless",
        "404": failsAgain,
      },
    ],
    [
      "a keyed call",
      policyOf({ idempotency: { class: "keyed", key } }),
      {
        "a lost connection": "again: it may have taken effect; the same Idempotency-Key makes repeating harmless",
        "503": "again: it may have taken effect; the same Idempotency-Key makes repeating harmless",
        "429": surely,
      },
    ],
    [
      "a keyed call whose errors are replayed",
      policyOf({
        idempotency: { class: "keyed", key, replaysErrors: true, inFlight: status(409), mismatch: code("x") },
      }),
      {
        "503": "not: the provider stored this answer and would replay it for the same key",
        "408": "again: it may have taken effect; the same Idempotency-Key makes repeating harmless",
        "the key is in use ($statusCode == 409)": surely,
        "the key belongs to another request ($response.body#/code == 'x')": failsAgain,
      },
    ],
    [
      "an unsafe call",
      policyOf({ idempotency: { class: "unsafe" } }),
      {
        "no connection": surely,
        "429": surely,
        "a lost connection": "not: it may have taken effect, and repeating it is not safe",
        "the attempt timeout": "not: it may have taken effect, and repeating it is not safe",
        "503": "not: it may have taken effect, and repeating it is not safe",
      },
    ],
    [
      "a policy that retries only what was rejected",
      policyOf({ retry: { ...retry, on: ["rejected"] } }),
      { "503": "not: the policy does not retry ambiguous failures", "429": surely },
    ],
    [
      "one attempt",
      policyOf({ retry: { ...retry, maxAttempts: 1 } }),
      { "429": "not: one attempt is all that the policy allows" },
    ],
    [
      "error rules: the first that holds for every such answer decides, one that looks further has its own line",
      policyOf({
        errors: [
          { when: { op: "&&", of: [status(429), code("locked")] }, as: "LockedError", disposition: "permanent" },
          { when: status(429), as: "RateLimitError", disposition: "rejected" },
          { when: status(402), as: "CardError", disposition: "permanent" },
          { when: { op: ">=", left: { from: "status" }, right: 503 }, as: "BusyError", disposition: "rejected" },
        ],
      }),
      {
        "429 RateLimitError": surely,
        "402 CardError": failsAgain,
        "LockedError ($statusCode == 429 && $response.body#/code == 'locked')": failsAgain,
        "503 BusyError": surely,
        "504 BusyError": surely,
      },
    ],
  ])("%s", (_, policy, wanted) => {
    expect(told(policy, ...Object.keys(wanted))).toEqual(wanted);
  });
});

const statuses = fc.constantFrom(400, 401, 402, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  statuses.map(status),
  fc
    .tuple(fc.constantFrom("<" as const, ">=" as const, "!=" as const), statuses)
    .map(([op, right]): Condition => ({ op, left: { from: "status" }, right })),
  fc.tuple(statuses, statuses).map(([a, b]): Condition => ({ op: "||", of: [status(a), status(b)] })),
  statuses.map((right): Condition => ({ op: "!", of: [status(right)] })),
);
const errors = fc.array(
  fc.record(
    {
      when: condition,
      as: fc.constantFrom("RateLimitError", "CardError", "BusyError"),
      disposition: fc.constantFrom("rejected", "ambiguous", "permanent"),
    },
    { requiredKeys: ["when", "as"] },
  ),
  { maxLength: 4 },
) as fc.Arbitrary<Policy["errors"]>;

test("the runtime decides as is said, for every status and broken connection of random policies", () => {
  fc.assert(
    fc.property(arbitraryPolicy(true), errors, (base, rules) => {
      const policy: Policy = { ...base, errors: rules };
      const sent = policy.idempotency.key === undefined ? {} : { keyAge: -1e9 };
      const decide = (outcome: AttemptOutcome): boolean =>
        decideRetry(policy, outcome, {
          attempt: 1,
          maxAttempts: policy.retry.maxAttempts,
          remaining: 1e9,
          now: 0,
          random: 0,
          ...sent,
        }).retry;
      for (const { failure, status, again } of retryVerdicts(policy)) {
        // A rule with its condition: more than a status decides, or a range of none of the usual ones.
        if (failure.includes("(")) continue;
        const verdict = status === undefined ? undefined : classify(policy, exchangeOf({ status }));
        const disposition =
          verdict === undefined
            ? failure === "no connection"
              ? "rejected"
              : "ambiguous"
            : // As the pipeline judges it.
              status === 401
              ? "permanent"
              : verdict.disposition;
        const storedError =
          policy.idempotency.replaysErrors === true && policy.idempotency.key !== undefined && (status ?? 0) >= 500;
        const timedOut = failure === "the attempt timeout";
        expect([failure, again]).toEqual([
          failure,
          decide({ disposition, throttled: verdict?.throttled ?? false, timedOut, storedError }),
        ]);
        if (verdict !== undefined && policy.errors.length > 0) {
          const named = failure.split(" ")[1];
          if (named !== undefined) expect(verdict.name).toBe(named);
        }
      }
    }),
    { numRuns: 300 },
  );
});
