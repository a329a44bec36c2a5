import { describe, expect, test } from "vitest";
import type { Disposition, OperationClass, Policy } from "../../runtime/descriptor.ts";
import { type AttemptOutcome, type AttemptState, decideRetry } from "../../runtime/retry.ts";
import { policyOf } from "./policy-fixture.ts";

const now = Date.UTC(2026, 10, 22);
const state: AttemptState = { attempt: 1, maxAttempts: 4, remaining: 60_000, now, random: 0.5 };
const outcome = (disposition: Disposition, more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  disposition,
  throttled: false,
  timedOut: false,
  ...more,
});
const classOf = (kind: OperationClass, retry: Partial<Policy["retry"]> = {}) => {
  const policy = policyOf({ idempotency: { class: kind } });
  return { ...policy, retry: { ...policy.retry, ...retry } };
};

test.each<[OperationClass, Disposition, keyAge: number | undefined, retried: boolean]>([
  ["safe", "rejected", undefined, true],
  ["safe", "ambiguous", undefined, true],
  ["safe", "permanent", undefined, false],
  ["idempotent", "rejected", undefined, true],
  ["idempotent", "ambiguous", undefined, true],
  ["idempotent", "permanent", undefined, false],
  ["keyed", "rejected", 0, true],
  ["keyed", "ambiguous", 0, true],
  ["keyed", "permanent", 0, false],
  ["keyed", "rejected", undefined, true],
  ["keyed", "ambiguous", undefined, false],
  ["unsafe", "rejected", undefined, true],
  ["unsafe", "ambiguous", undefined, false],
  ["unsafe", "ambiguous", 0, false],
  ["unsafe", "permanent", undefined, false],
])("%s, %s, key sent %s ms ago: %s", (kind, disposition, keyAge, retried) => {
  const decision = decideRetry(classOf(kind), outcome(disposition), {
    ...state,
    ...(keyAge !== undefined && { keyAge }),
  });
  expect(decision.retry).toBe(retried);
});

describe("decideRetry", () => {
  test("stops when the attempts are used", () => {
    expect(decideRetry(classOf("safe"), outcome("rejected"), { ...state, attempt: 3 }).retry).toBe(true);
    expect(decideRetry(classOf("safe"), outcome("rejected"), { ...state, attempt: 4 }).retry).toBe(false);
    const because = "no more attempts are allowed";
    const once = decideRetry(classOf("safe"), outcome("rejected"), { ...state, maxAttempts: 1 });
    expect(once).toMatchObject({ retry: false, because });
  });

  test("the policy's list restricts further, and cannot make a permanent failure worth repeating", () => {
    expect(decideRetry(classOf("safe", { on: ["rejected"] }), outcome("ambiguous"), state).retry).toBe(false);
    expect(decideRetry(classOf("safe", { on: [] }), outcome("rejected"), state).retry).toBe(false);
    expect(decideRetry(classOf("safe", { on: ["permanent"] }), outcome("permanent"), state).retry).toBe(false);
  });

  test.each<[string, OperationClass, Disposition, "retry" | "stop", trust: boolean, retried: boolean]>([
    ["stop ends it", "safe", "rejected", "stop", false, false],
    ["retry repeats even a permanent failure", "safe", "permanent", "retry", false, true],
    ["retry repeats a permanent failure of an unsafe call", "unsafe", "permanent", "retry", false, true],
    ["retry is no leave to repeat an unsafe effect", "unsafe", "ambiguous", "retry", false, false],
    ["unless the policy trusts it", "unsafe", "ambiguous", "retry", true, true],
  ])("advice: %s", (_, kind, disposition, advice, trust, retried) => {
    const from = { from: "header", name: "x-should-retry" } as const;
    const policy = classOf(kind, { advice: { from, retry: "true", stop: "false", ...(trust && { trust: true }) } });
    expect(decideRetry(policy, outcome(disposition, { advice }), state).retry).toBe(retried);
  });

  test("a stored error is not asked for again, unless the server says so", () => {
    const stored = outcome("ambiguous", { storedError: true });
    expect(decideRetry(classOf("keyed"), stored, { ...state, keyAge: 10 }).retry).toBe(false);
    expect(decideRetry(classOf("keyed"), { ...stored, advice: "retry" }, { ...state, keyAge: 10 }).retry).toBe(true);
  });

  test("backs off with jitter, and longer after throttling", () => {
    expect(decideRetry(classOf("safe"), outcome("ambiguous"), state)).toEqual({ retry: true, delay: 150 });
    expect(decideRetry(classOf("safe"), outcome("ambiguous"), { ...state, attempt: 3 })).toEqual({
      retry: true,
      delay: 600,
    });
    const throttled = outcome("rejected", { throttled: true });
    expect(decideRetry(classOf("safe"), throttled, state)).toEqual({ retry: true, delay: 500 });
  });

  test.each<[string, wait: number, remaining: number, want: object]>([
    ["a wait is kept exactly", 5_000, 60_000, { retry: true, delay: 5_000 }],
    ["also a short one", 10, 60_000, { retry: true, delay: 10 }],
    ["none at all means the backoff", 0, 60_000, { retry: true, delay: 150 }],
    ["the longest allowed one", 60_000, 90_000, { retry: true, delay: 60_000 }],
    ["a longer one fails at once", 60_001, 90_000, { retry: false, retryAt: now + 60_001 }],
    ["one beyond the deadline fails at once", 5_000, 5_000, { retry: false, retryAt: now + 5_000 }],
  ])("%s", (_, wait, remaining, want) => {
    expect(decideRetry(classOf("safe"), outcome("rejected", { wait }), { ...state, remaining })).toMatchObject(want);
  });

  test("a wait gives no right to retry, but is told", () => {
    const decision = decideRetry(classOf("unsafe"), outcome("ambiguous", { wait: 2_000 }), state);
    expect(decision).toEqual({
      retry: false,
      retryAt: now + 2_000,
      because: expect.stringContaining("may have taken effect"),
    });
  });

  test("a backoff that does not fit the deadline fails without a retryAt", () => {
    const decision = decideRetry(classOf("safe"), outcome("ambiguous"), { ...state, remaining: 150 });
    expect(decision).toEqual({ retry: false, because: expect.stringContaining("deadline") });
  });

  test.each<[keyAge: number, wait: number, retried: boolean]>([
    [0, 1_000, true],
    [89_000, 1_000, true],
    [89_000, 1_001, false],
    [90_001, 0, false],
  ])("nothing is sent in the last tenth of a key's retention: age %d, wait %d", (keyAge, wait, retried) => {
    const policy = policyOf({ idempotency: { class: "keyed", retention: 100_000 } });
    expect(decideRetry(policy, outcome("rejected", { wait }), { ...state, random: 0, keyAge }).retry).toBe(retried);
  });
});
