/** A seeded part of `npm run chaos`, hurried; `npm run test:long` makes it 10,000 calls. */
import { beforeAll, describe, expect, test } from "vitest";
import { type ChaosResult, runChaos } from "./chaos-run.ts";
import { chance, type Fault, faultOf, shares } from "./fault-plan.ts";
import { type Call, type Ending, judge } from "./judge.ts";
import { withOrdersClient } from "./orders-client.ts";
import { ordersSubject, stripeSubject } from "./our-clients.ts";

const long = process.env["COUPLET_LONG"] !== undefined;
const settings = { acts: long ? 10_000 : 150, seed: 7, speed: long ? 2 : 4, concurrency: 50 };
const timeout = 3_000;
/** A busy machine times out by itself; what must never happen is the same everywhere. */
const success = long ? 0.9995 : 0.95;
const patience = long ? 600_000 : 120_000;

describe("the plan of faults", () => {
  test("repeats, and differs by seed, act and request", () => {
    expect(chance(1, "op-1", 1)).toBe(chance(1, "op-1", 1));
    expect(new Set([chance(1, "op-1", 1), chance(2, "op-1", 1), chance(1, "op-2", 1), chance(1, "op-1", 2)]).size).toBe(
      4,
    );
  });

  test("has the shares that it says", () => {
    const found = new Map<Fault | undefined, number>();
    const requests = 40_000;
    for (let nth = 0; nth < requests; nth++) {
      const fault = faultOf(3, `op-${nth}`, 1);
      found.set(fault, (found.get(fault) ?? 0) + 1);
    }
    for (const [fault, share] of Object.entries(shares)) {
      const deviation = Math.abs((found.get(fault as Fault) ?? 0) / requests - share);
      expect([fault, deviation < 0.15 * share + 0.001]).toEqual([fault, true]);
    }
  });
});

describe("the judge", () => {
  const good: Ending = { ok: true, id: "op-1" };
  const failed = (effect: "none" | "unknown" | "applied" | undefined): Ending => ({ ok: false, effect, label: "x" });
  const call = (ending: Ending, more: Partial<Call> = {}): Call => ({
    act: "op-1",
    guard: "keyed",
    reads: false,
    ending,
    ...more,
  });
  test.each([
    ["one effect", call(good), 1, {}],
    ["two effects", call(good), 2, { duplicates: 1 }],
    ["two effects of a failed call", call(failed("unknown")), 2, { duplicates: 1 }],
    ["two effects that do no harm", call(good, { guard: "free" }), 2, {}],
    ["no effect", call(good), 0, { lost: 1 }],
    ["a read", call(good, { reads: true }), 0, {}],
    ["the answer of another", call({ ok: true, id: "op-2" }), 1, { crossed: 1 }],
    ["none after an effect", call(failed("none")), 1, { mislabelled: 1 }],
    ["none without one", call(failed("none")), 0, {}],
    ["applied without an effect", call(failed("applied")), 0, { mislabelled: 1 }],
    ["applied after one", call(failed("applied")), 1, {}],
    ["unknown is never wrong", call(failed("unknown")), 1, {}],
    ["nothing said", call(failed(undefined)), 1, { unlabelled: 1 }],
  ] as const)("%s", (_, given, effects, wanted) => {
    const ledger = { mismatches: 0, tokenRequests: 0, acts: { "op-1": { arrivals: 1, effects } } };
    const clean = { duplicates: 0, lost: 0, crossed: 0, mislabelled: 0, unlabelled: 0 };
    expect(judge([given], ledger)).toMatchObject({ ...clean, ...wanted });
  });
});

const client = (url: string) => ({ url, speed: settings.speed, maxAttempts: 6, timeout });
const faultless = { duplicates: 0, lost: 0, crossed: 0, mislabelled: 0, unlabelled: 0 };

describe("a provider that fails", () => {
  let keyed: ChaosResult;
  let classes: ChaosResult;
  beforeAll(async () => {
    [keyed, classes] = await Promise.all([
      runChaos(({ url }) => stripeSubject(client(url)), settings),
      withOrdersClient((create) => runChaos(({ url }) => ordersSubject(create, client(url)), settings)),
    ]);
  }, patience);

  test("had faults to offer", () => {
    const arrivals = Object.values(keyed.ledger.acts).reduce((sum, act) => sum + act.arrivals, 0);
    expect(arrivals).toBeGreaterThan(settings.acts * 1.1);
    expect(classes.ledger.tokenRequests).toBeGreaterThan(1);
  });

  test("keyed calls succeed, once each", () => {
    expect(keyed.verdict).toMatchObject({ ...faultless, calls: settings.acts });
    expect(keyed.ledger.mismatches).toBe(0);
    expect(keyed.shareOf.keyed).toBeGreaterThanOrEqual(success);
    // The mean of few calls lies far from the mean of all.
    expect(keyed.verdict.attemptsPerSuccess).toBeLessThanOrEqual(long ? 1.35 : 2);
  });

  test("safe and idempotent calls succeed; unsafe ones take effect at most once and say what may have happened", () => {
    expect(classes.verdict).toMatchObject({ ...faultless, calls: settings.acts });
    expect(classes.shareOf.free).toBeGreaterThanOrEqual(success);
    expect(classes.shareOf.unsafe).toBeGreaterThan(0.7);
    expect(classes.shareOf.unsafe).toBeLessThan(1);
  });
});
