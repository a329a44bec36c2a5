import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limiter } from "../../runtime/rate-limit.ts";
import { slidingWindow } from "../../runtime/sliding-window.ts";
import { tokenBucket } from "../../runtime/token-bucket.ts";
import { runs } from "../runs.ts";

const arrivals = fc.array(fc.record({ gap: fc.nat({ max: 400 }), cost: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 120,
});

/** A call that is answered at once. */
function spend(limiter: Limiter, cost: number, now: number): void {
  limiter.settle(limiter.take(cost, now), cost, now);
}

/** Plays arrivals against a limiter, each waiting as long as it is told; returns what was admitted when. */
function play(
  limiter: Limiter,
  calls: readonly { gap: number; cost: number }[],
  start = 0,
): { at: number; cost: number }[] {
  const admitted: { at: number; cost: number }[] = [];
  let now = start;
  for (const { gap, cost } of calls) {
    now += gap;
    for (let wait = limiter.wait(cost, 0, now); wait > 0; wait = limiter.wait(cost, 0, now)) now += wait;
    spend(limiter, cost, now);
    admitted.push({ at: now, cost });
  }
  return admitted;
}

const sumIn = (admitted: readonly { at: number; cost: number }[], from: number, to: number) =>
  admitted.reduce((sum, { at, cost }) => (at >= from && at < to ? sum + cost : sum), 0);

describe("tokenBucket", () => {
  test("in every span at most capacity + refill * time", () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (calls, capacity, refill) => {
          const admitted = play(tokenBucket({ capacity, refill, per: 1_000 }), calls);
          for (const [index, { at: from }] of admitted.entries()) {
            let units = 0;
            for (const { at, cost } of admitted.slice(index)) {
              units += cost;
              expect(units).toBeLessThanOrEqual(capacity + ((at - from) * refill) / 1_000 + 1e-6);
            }
          }
        },
      ),
    );
  });

  test("uses all of it: a burst at once, then one for each interval", () => {
    const admitted = play(tokenBucket({ capacity: 40, refill: 2, per: 1_000 }), Array(44).fill({ gap: 0, cost: 1 }));
    expect(admitted[39]?.at).toBe(0);
    expect(admitted.slice(40).map(({ at }) => at)).toEqual([500, 1_000, 1_500, 2_000]);
  });

  test("tells the wait behind others", () => {
    const limiter = tokenBucket({ capacity: 2, refill: 2, per: 1_000 });
    expect(limiter.wait(1, 1, 0)).toBe(0);
    expect(limiter.wait(1, 2, 0)).toBe(500);
    spend(limiter, 2, 0);
    expect(limiter.wait(1, 9, 0)).toBe(5_000);
  });

  test("a cost above the capacity takes the whole bucket instead of never", () => {
    const limiter = tokenBucket({ capacity: 10, refill: 10, per: 1_000 });
    expect(limiter.wait(50, 0, 0)).toBe(0);
    spend(limiter, 50, 0);
    expect(limiter.wait(1, 0, 0)).toBe(100);
  });

  test("what is given back can be taken again, but never more than that", () => {
    const limiter = tokenBucket({ capacity: 2, refill: 1, per: 1_000 });
    const slot = limiter.take(2, 0);
    limiter.giveBack(slot);
    expect(limiter.wait(2, 0, 0)).toBe(0);
    // Long under way, it is counted already.
    const early = limiter.take(2, 10_000);
    expect(limiter.wait(2, 0, 11_000)).toBe(1_250);
    limiter.giveBack(early);
    expect(limiter.wait(2, 0, 11_000)).toBe(1_250);
  });

  test("the server's word lowers what is left and never raises it", () => {
    const limiter = tokenBucket({ capacity: 40, refill: 2, per: 1_000 });
    limiter.lower({ remaining: 1, limit: 40 }, 0);
    expect(limiter.wait(1, 0, 0)).toBe(0);
    expect(limiter.wait(2, 0, 0)).toBe(500);
    limiter.lower({ remaining: 39 }, 0);
    expect(limiter.wait(2, 0, 0)).toBe(500);
    limiter.lower({ remaining: -3 }, 0);
    expect(limiter.wait(1, 0, 0)).toBe(500);
  });

  test("a smaller limit of the server shrinks the bucket until it says otherwise", () => {
    const limiter = tokenBucket({ capacity: 40, refill: 2, per: 1_000 });
    limiter.lower({ limit: 4 }, 0);
    expect(limiter.wait(4, 0, 0)).toBe(0);
    expect(limiter.wait(4, 1, 0)).toBe(500);
    limiter.lower({ limit: 400 }, 0);
    expect(limiter.wait(40, 0, 0)).toBe(0);
    expect(limiter.wait(40, 1, 0)).toBe(500);
  });
});

describe("slidingWindow", () => {
  test("in every window, wherever it begins, at most its limit", () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 4, max: 30 }),
        fc.integer({ min: 50, max: 3_000 }),
        (calls, limit, per) => {
          const admitted = play(slidingWindow({ capacity: limit, refill: limit, per }), calls);
          for (const { at } of admitted) expect(sumIn(admitted, at, at + per)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test("also when calls of a large window are remembered in groups", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { minLength: 200, maxLength: 600 }), (gaps) => {
        const calls = gaps.map((gap) => ({ gap, cost: 90 }));
        const admitted = play(slidingWindow({ capacity: 1_500, refill: 1_500, per: 2_000 }), calls);
        for (const { at } of admitted) expect(sumIn(admitted, at, at + 2_000)).toBeLessThanOrEqual(1_500);
      }),
      { numRuns: runs(15) },
    );
  });

  test("uses all of it, and after a pause has no memory of older windows", () => {
    const limiter = slidingWindow({ capacity: 20, refill: 20, per: 1_000 });
    play(limiter, [{ gap: 0, cost: 1 }]);
    const admitted = play(limiter, Array(60).fill({ gap: 0, cost: 1 }), 850);
    expect(admitted.filter(({ at }) => at === 850)).toHaveLength(19);
    expect(admitted.slice(-2).map(({ at }) => at)).toEqual([2_850, 3_000]);
  });

  test("tells the wait behind others, over several windows", () => {
    const limiter = slidingWindow({ capacity: 10, refill: 10, per: 1_000 });
    expect(limiter.wait(1, 9, 0)).toBe(0);
    expect(limiter.wait(1, 10, 0)).toBe(1_000);
    for (let call = 0; call < 10; call++) spend(limiter, 1, call * 10);
    expect([0, 1, 9, 10, 25].map((ahead) => limiter.wait(1, ahead, 100))).toEqual([900, 910, 990, 1_900, 2_950]);
  });

  test("what is given back can be taken again", () => {
    const limiter = slidingWindow({ capacity: 2, refill: 2, per: 1_000 });
    spend(limiter, 1, 0);
    const slot = limiter.take(1, 5);
    expect(limiter.wait(1, 0, 5)).toBe(995);
    limiter.giveBack(slot);
    expect(limiter.wait(1, 0, 5)).toBe(0);
  });

  test("the server's word lowers what is left until its reset", () => {
    const limiter = slidingWindow({ capacity: 10, refill: 10, per: 1_000 });
    limiter.lower({ remaining: 2, reset: 400 }, 0);
    expect(limiter.wait(2, 0, 0)).toBe(0);
    spend(limiter, 1, 0);
    limiter.lower({ remaining: 9, reset: 400 }, 0);
    expect(limiter.wait(1, 0, 0)).toBe(0);
    spend(limiter, 1, 0);
    expect(limiter.wait(1, 0, 0)).toBe(400);
    expect(limiter.wait(8, 0, 400)).toBe(0);
  });

  test("until its reset no more than it said, whatever was sent before and comes back meanwhile", () => {
    const told = fc.record({ remaining: fc.nat({ max: 12 }), reset: fc.integer({ min: 1, max: 2_500 }) });
    fc.assert(
      fc.property(
        arrivals,
        arrivals,
        told,
        fc.integer({ min: 4, max: 12 }),
        (before, after, { remaining, reset }, limit) => {
          const limiter = slidingWindow({ capacity: limit, refill: limit, per: 1_000 });
          const sent = play(limiter, before);
          const now = sent.at(-1)?.at ?? 0;
          const own = limit - sumIn(sent, now - 999, now + 1);
          limiter.lower({ remaining, reset }, now);
          const admitted = play(limiter, after, now);
          if (remaining < own) expect(sumIn(admitted, now, now + reset)).toBeLessThanOrEqual(remaining);
          for (const { at } of admitted)
            expect(sumIn([...sent, ...admitted], at, at + 1_000)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test("without a reset for one window", () => {
    const limiter = slidingWindow({ capacity: 10, refill: 10, per: 1_000 });
    limiter.lower({ remaining: 0 }, 200);
    expect(limiter.wait(1, 0, 200)).toBe(1_000);
  });
});

test.each([
  ["tokenBucket", tokenBucket({ capacity: 5, refill: 5, per: 1_000 })],
  ["slidingWindow", slidingWindow({ capacity: 5, refill: 5, per: 1_000 })],
])("%s is idle exactly when forgetting it changes nothing", (_, limiter) => {
  expect(limiter.isIdle(0)).toBe(true);
  spend(limiter, 5, 0);
  expect(limiter.isIdle(999)).toBe(false);
  expect(limiter.isIdle(1_000)).toBe(true);
});
