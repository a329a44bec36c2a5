import type { Policy } from "@couplet/runtime/codegen/v1";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { worstCase } from "../../../generator/explain/worst-case.ts";
import { breakerOf, policyOf } from "../../runtime/policy-fixture.ts";
import { arbitraryPolicy } from "./arbitrary-policy.ts";
import { type Act, playCall } from "./play-call.ts";
import { scriptsOf, slowed } from "./worst-script.ts";

/** Milliseconds of rounding: waits are told in decimals, jitter comes close to 1 only. */
const dust = 5;

const { retry } = policyOf();
const fixed = { ...retry.backoff, jitter: "none" } as const;
const retrying = (changes: Partial<Policy["retry"]>): Policy => policyOf({ retry: { ...retry, ...changes } });

describe("the worst case of", () => {
  test.each<[string, Policy, boolean, object]>([
    [
      "the built-in policy: Retry-After up to the deadline",
      policyOf(),
      false,
      { requests: 4, waits: { count: 3, total: 60_000 }, alone: 60_000, end: 60_000 },
    ],
    ["credentials that can be renewed: one request more", policyOf(), true, { requests: 5, attempts: 4, replays: 1 }],
    [
      "backoff alone: the longer one after throttling",
      retrying({ retryAfter: [] }),
      false,
      { requests: 4, waits: { count: 3, total: 7000 }, alone: 60_000 },
    ],
    [
      "one attempt: its timeout",
      retrying({ maxAttempts: 1 }),
      false,
      { requests: 1, waits: { count: 0, total: 0 }, alone: 30_000, end: 60_000 },
    ],
    [
      "an unsafe call that retries only ambiguous failures: nothing is retried",
      { ...retrying({ on: ["ambiguous"] }), idempotency: { class: "unsafe" } },
      false,
      { requests: 1, waits: { count: 0, total: 0 } },
    ],
    ["a budget that pays for no retry", retrying({ budget: { ...retry.budget, capacity: 4 } }), false, { requests: 1 }],
    [
      "waits without jitter that do not fit: 4 s, then 8 s would reach the deadline of 10 s",
      {
        ...retrying({ retryAfter: [], backoff: { ...fixed, initial: 4000, throttled: 4000 } }),
        timeouts: { attempt: 1000, deadline: 10_000 },
      },
      false,
      { requests: 2, waits: { count: 1, total: 4000 }, alone: 6000, end: 10_000 },
    ],
    [
      "hundreds of attempts",
      retrying({ maxAttempts: 1_000_000 }),
      false,
      { requests: 1_000_000, waits: { count: 999_999, total: 60_000 } },
    ],
  ])("%s", (_, policy, refreshable, wanted) => {
    expect(worstCase(policy, refreshable)).toMatchObject(wanted);
  });
});

describe("a circuit that opens after two failures", () => {
  const breaking = (maxAttempts: number): Policy =>
    policyOf({
      retry: { ...retry, maxAttempts, retryAfter: [], backoff: { ...fixed, initial: 1, throttled: 1 } },
      timeouts: { attempt: 100, deadline: 60_000 },
      circuitBreaker: breakerOf({ consecutive: 2 }),
    });

  test.each([
    [2, "is never open to the call's own attempts", 201],
    [3, "may be waited for until the deadline", 60_000],
  ])("with %d attempts %s", (maxAttempts, _, alone) => {
    expect(worstCase(breaking(maxAttempts), false)).toMatchObject({ requests: maxAttempts, alone, end: 60_000 });
  });

  test("is what the runtime waits for, beside the waits that are counted", async () => {
    const policy = breaking(3);
    const said = worstCase(policy, false);
    const { requests, waits, ended } = await playCall(policy, [{ kind: "lose", after: 0 }], {
      refreshable: false,
      random: () => 0.5,
    });
    expect(requests).toBe(said.requests);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(said.waits.total + dust);
    expect(ended).toBeGreaterThan(1800);
    expect(ended).toBeLessThanOrEqual(said.alone);
  });
});

describe("the runtime", () => {
  const acts = fc.array(
    fc.record({
      kind: fc.constantFrom<Act["kind"]>("answer", "answer", "answer", "refuse", "lose", "hang"),
      after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5000 })),
      status: fc.constantFrom(200, 400, 401, 408, 409, 429, 429, 500, 503),
      wait: fc.option(fc.integer({ min: 0, max: 12_000 }), { nil: undefined }),
      advice: fc.option(fc.constantFrom("retry" as const, "stop" as const), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 7 },
  ) as fc.Arbitrary<Act[]>;

  test("never sends more, waits longer or ends later than said, whatever the provider does", {
    timeout: 60_000,
  }, async () => {
    const draws = fc.array(fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        arbitraryPolicy(false),
        acts,
        draws,
        fc.boolean(),
        async (policy, script, drawn, refreshable) => {
          const said = worstCase(policy, refreshable);
          let draw = 0;
          const random = (): number => drawn[draw++ % drawn.length]!;
          const { requests, waits, ended } = await playCall(policy, script, { refreshable, random });
          expect(requests).toBeLessThanOrEqual(said.requests);
          expect(waits.length).toBeLessThanOrEqual(said.waits.count);
          expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(said.waits.total + dust);
          expect(ended).toBeLessThanOrEqual(said.alone + dust);
          expect(said.alone).toBeLessThanOrEqual(said.end);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("can be made to send, wait and last exactly that much", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryPolicy(true), fc.boolean(), async (policy, refreshable) => {
        const said = worstCase(policy, refreshable);
        const scripts = scriptsOf(policy);
        const most = scripts.reduce((a, b) => (b.acts.length > a.acts.length ? b : a));
        const longest = scripts.reduce((a, b) => (b.total > a.total ? b : a));
        const slowest = scripts
          .map((script) => ({ ...script, ...slowed(policy, script, said.replays) }))
          .reduce((a, b) => (b.ends > a.ends ? b : a));
        const fail: Act = { kind: "refuse", after: 0 };
        const refused: Act[] = refreshable ? [{ kind: "answer", status: 401, after: 0 }] : [];

        const sent = await playCall(policy, [...refused, ...most.acts, fail], {
          refreshable,
          random: () => most.random,
        });
        expect(sent.requests, "requests").toBe(said.requests);
        expect(sent.waits.length, "number of waits").toBe(said.waits.count);

        const waited = await playCall(policy, [...longest.acts, fail], { refreshable, random: () => longest.random });
        const total = waited.waits.reduce((sum, wait) => sum + wait, 0);
        expect(Math.abs(total - said.waits.total), `waits ${total}, said ${said.waits.total}`).toBeLessThanOrEqual(
          dust,
        );

        const lasted = await playCall(policy, slowest.acts, { refreshable, random: () => slowest.random });
        expect(Math.abs(lasted.ended - said.alone), `lasted ${lasted.ended}, said ${said.alone}`).toBeLessThanOrEqual(
          dust,
        );
      }),
      { numRuns: 150 },
    );
  });
});
