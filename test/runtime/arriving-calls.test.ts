/** What the server counts, when calls arrive late and in any order: the limiter is judged by a counting server. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Limiter, longestTrip } from "../../runtime/rate-limit.ts";
import { slidingWindow } from "../../runtime/sliding-window.ts";
import { tokenBucket } from "../../runtime/token-bucket.ts";
import { runs } from "../runs.ts";

interface Call {
  readonly gap: number;
  /** Milliseconds to the server, and from its answer back; no answer at all for `undefined`. */
  readonly there: number;
  readonly back: number | undefined;
  readonly cost: number;
}

const callsWithin = (longest: number): fc.Arbitrary<Call[]> =>
  fc.array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.nat({ max: 200 })),
      there: fc.nat({ max: longest }),
      back: fc.option(fc.nat({ max: 400 }), { nil: undefined }),
      cost: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 100 },
  );

interface Arrival {
  readonly at: number;
  readonly cost: number;
}

/** Sends each call as soon as the limiter lets it; returns what the server saw. */
function play(limiter: Limiter, calls: readonly Call[]): Arrival[] {
  const arrivals: Arrival[] = [];
  const answers: { at: number; slot: unknown; cost: number }[] = [];
  let now = 0;
  const moveTo = (moment: number) => {
    answers.sort((one, other) => one.at - other.at);
    while (answers.length > 0 && answers[0]!.at <= moment) {
      const { at, slot, cost } = answers.shift()!;
      limiter.settle(slot, cost, at);
    }
    now = moment;
  };
  for (const { gap, there, back, cost } of calls) {
    moveTo(now + gap);
    for (let wait = limiter.wait(cost, 0, now); wait > 0; wait = limiter.wait(cost, 0, now)) moveTo(now + wait);
    const slot = limiter.take(cost, now);
    arrivals.push({ at: now + there, cost });
    if (back !== undefined) answers.push({ at: now + there + back, slot, cost });
  }
  return arrivals.sort((one, other) => one.at - other.at);
}

describe("arrivals that are late by no more than the longest trip", () => {
  test("no rolling window at the server is ever exceeded, and no fixed one of whatever phase", () => {
    fc.assert(
      fc.property(callsWithin(250), fc.integer({ min: 3, max: 20 }), fc.nat({ max: 999 }), (calls, limit, phase) => {
        const arrivals = play(slidingWindow({ capacity: limit, refill: limit, per: 1_000 }), calls);
        for (const { at: from } of arrivals) {
          const units = arrivals.reduce((sum, { at, cost }) => (at >= from && at < from + 1_000 ? sum + cost : sum), 0);
          expect(units).toBeLessThanOrEqual(limit);
        }
        const fixed = new Map<number, number>();
        for (const { at, cost } of arrivals) {
          const window = Math.floor((at + phase) / 1_000);
          fixed.set(window, (fixed.get(window) ?? 0) + cost);
        }
        expect(Math.max(0, ...fixed.values())).toBeLessThanOrEqual(limit);
      }),
      { numRuns: runs(100) },
    );
  });

  test("no bucket at the server overflows", () => {
    const figures = fc.record({ capacity: fc.integer({ min: 3, max: 20 }), refill: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(figures, callsWithin(1_000), ({ capacity, refill }, calls) => {
        const per = 1_000;
        const longest = longestTrip((capacity * per) / refill);
        const scaled = calls.map((call) => ({ ...call, there: (call.there / 1_000) * longest }));
        let level = 0;
        let last = 0;
        for (const { at, cost } of play(tokenBucket({ capacity, refill, per }), scaled)) {
          level = Math.max(0, level - ((at - last) * refill) / per) + cost;
          last = at;
          expect(level).toBeLessThanOrEqual(capacity + 1e-6);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test("what waits for an answer costs no more than the way of the call", () => {
    const limiter = slidingWindow({ capacity: 2, refill: 2, per: 1_000 });
    const [first, second] = [limiter.take(1, 0), limiter.take(1, 0)];
    limiter.settle(first, 1, 30);
    limiter.settle(second, 1, 70);
    expect([limiter.wait(1, 0, 80), limiter.wait(2, 0, 80)]).toEqual([950, 990]);
  });

  test("a call that is never answered is counted from the longest trip on", () => {
    const limiter = slidingWindow({ capacity: 1, refill: 1, per: 1_000 });
    limiter.settle(limiter.take(1, 0), undefined, 0);
    expect(limiter.wait(1, 0, 500)).toBe(750);
    expect(limiter.isIdle(1_249)).toBe(false);
    expect(limiter.isIdle(1_250)).toBe(true);
  });
});

test.each([
  [100, 25],
  [1_000, 250],
  [2_000, 250],
  [60_000, 6_000],
])("the longest trip of %i ms is %i", (whole, longest) => {
  expect(longestTrip(whole)).toBe(longest);
});

describe("a cost that is settled later", () => {
  test.each([
    ["tokenBucket", tokenBucket, [4_000, 0]],
    ["slidingWindow", slidingWindow, [1_000, 0]],
  ] as const)("%s: more is a debt, less comes back", (_, use, [debt, back]) => {
    const dear = use({ capacity: 5, refill: 1, per: 1_000 });
    dear.settle(dear.take(1, 0), 9, 0);
    expect(dear.wait(4, 0, 0)).toBe(debt);
    const cheap = use({ capacity: 5, refill: 1, per: 1_000 });
    cheap.settle(cheap.take(5, 0), 1, 0);
    expect(cheap.wait(4, 0, 0)).toBe(back);
  });

  test("of calls one after the other, in the long run the bucket's own rate", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 5, maxLength: 60 }), (costs) => {
        const limiter = tokenBucket({ capacity: 100, refill: 10, per: 1_000 });
        let now = 0;
        let total = 0;
        for (const cost of costs) {
          for (let wait = limiter.wait(1, 0, now); wait > 0; wait = limiter.wait(1, 0, now)) now += wait;
          limiter.settle(limiter.take(1, now), cost, now);
          total += cost;
          // A call may start with one unit left and cost fifty.
          expect(total).toBeLessThanOrEqual(100 + 50 + now / 100 + 1e-6);
        }
      }),
      { numRuns: runs(50) },
    );
  });
});
