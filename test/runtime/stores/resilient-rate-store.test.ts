import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slidingWindow } from "../../../runtime/sliding-window.ts";
import { MemoryRateStore } from "../../../runtime/stores/memory-rate-store.ts";
import type { RatePolicy, Verdict } from "../../../runtime/stores/rate-store.ts";
import { ResilientRateStore, type SharedRateStore } from "../../../runtime/stores/resilient-rate-store.ts";
import { tokenBucket } from "../../../runtime/token-bucket.ts";
import { runs } from "../../runs.ts";
import { type SimulatedClock, simulatedClock } from "../simulated-clock.ts";
import { mostInAWindow } from "./run-processes.ts";

const TRAVEL = 5;

/** The end of a line to a store that all processes share. */
function line(
  clock: SimulatedClock,
  server: MemoryRateStore,
  processes: number,
  isDown: () => boolean,
): SharedRateStore {
  return {
    processes,
    left: () => undefined,
    async take(key, policy, cost, ahead): Promise<Verdict> {
      await clock.sleep(TRAVEL);
      if (isDown()) throw new Error("down");
      return server.take(key, policy, cost, ahead);
    },
    settle: (key, policy, cost, slot, ending) => server.settle(key, policy, cost, slot, ending),
    giveBack: (key, policy, cost, slot) => server.giveBack(key, policy, cost, slot),
    feedback: (key, policy, feedback) => server.feedback(key, policy, feedback),
  };
}

/** Calls as often as it may, until the end. */
async function callUntil(
  end: number,
  clock: SimulatedClock,
  store: ResilientRateStore,
  policy: RatePolicy,
  gap: number,
) {
  const admitted: number[] = [];
  while (clock.mono() < end) {
    const verdict = await store.take("a", policy, 1, 0);
    if (verdict.ok) {
      admitted.push(clock.mono());
      store.settle("a", policy, 1, verdict.slot, { answered: true, cost: 1 });
    }
    await clock.sleep(verdict.ok ? gap : Math.max(1, verdict.wait));
  }
  return admitted;
}

describe("ResilientRateStore", () => {
  test("whatever fails when, all processes together keep within a window, and none stands still", async () => {
    const scenario = fc.record({
      capacity: fc.integer({ min: 3, max: 9 }),
      gaps: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 3, maxLength: 3 }),
      downAt: fc.integer({ min: 0, max: 3_000 }),
      // Long enough that every process notices: what only some lose is a limit that the README names.
      downFor: fc.integer({ min: 1_500, max: 4_000 }),
      late: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 3, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ capacity, gaps, downAt, downFor, late }) => {
        const clock = simulatedClock();
        const server = new MemoryRateStore({ clock });
        const policy = { use: slidingWindow, capacity, refill: capacity, per: 1_000 };
        const all = gaps.map((gap, index) => {
          const isDown = () => clock.mono() >= downAt && clock.mono() < downAt + downFor + late[index]!;
          const store = new ResilientRateStore(line(clock, server, 3, isDown), { clock, horizon: 20 });
          return callUntil(20_000, clock, store, policy, gap);
        });
        await clock.advance(25_000);
        const each = await Promise.all(all);
        const together = each.flat().sort((one, other) => one - other);
        expect(mostInAWindow(together, 1_000)).toBeLessThanOrEqual(capacity);
        for (const admitted of each) {
          const gapAfter = (at: number, index: number) => (admitted[index + 1] ?? 20_000) - at;
          // A rest of the window before the failure, then its share.
          expect(Math.max(...admitted.map(gapAfter))).toBeLessThan(8_000);
        }
      }),
      { numRuns: runs(10) },
    );
  }, 60_000);

  test("a bucket begins its share empty, after grants of others have ended", async () => {
    const clock = simulatedClock();
    const store = new ResilientRateStore(
      line(clock, new MemoryRateStore({ clock }), 4, () => true),
      { clock, horizon: 100 },
    );
    const policy = { use: tokenBucket, capacity: 40, refill: 40, per: 1_000 };
    const admitted = callUntil(2_000, clock, store, policy, 0);
    await clock.advance(3_000);
    const times = await admitted;
    expect(times[0]).toBeGreaterThanOrEqual(100);
    // 10 a second.
    expect(times.length).toBeGreaterThan(15);
    expect(times.length).toBeLessThanOrEqual(20);
  });

  test("says once that the store failed, and once that it is back", async () => {
    const clock = simulatedClock();
    let down = true;
    const told: unknown[] = [];
    const onChange = (state: string, error?: unknown) => told.push(error === undefined ? state : `${state}: ${error}`);
    const store = new ResilientRateStore(
      line(clock, new MemoryRateStore({ clock }), 2, () => down),
      { clock, horizon: 0, onChange },
    );
    const policy = { use: tokenBucket, capacity: 10, refill: 10, per: 1_000 };
    const calls = callUntil(5_000, clock, store, policy, 100);
    await clock.advance(2_000);
    expect(told).toEqual(["failed: Error: down"]);
    down = false;
    await clock.advance(4_000);
    await calls;
    expect(told).toEqual(["failed: Error: down", "back"]);
  });

  test("a verdict that is there at once is given at once", () => {
    const clock = simulatedClock();
    const server = new MemoryRateStore({ clock });
    const shared: SharedRateStore = {
      ...line(clock, server, 2, () => false),
      take: (key, policy, cost, ahead) => server.take(key, policy, cost, ahead),
    };
    const store = new ResilientRateStore(shared, { clock, horizon: 0 });
    expect(store.take("a", { use: tokenBucket, capacity: 1, refill: 1, per: 1_000 }, 1, 0)).toMatchObject({ ok: true });
  });

  test("a kind of limit that stores cannot count is kept by share", () => {
    const clock = simulatedClock();
    const foreign: typeof tokenBucket = (figures) => tokenBucket(figures);
    const store = new ResilientRateStore(
      line(clock, new MemoryRateStore({ clock }), 4, () => false),
      { clock, horizon: 0 },
    );
    const policy = { use: foreign, capacity: 8, refill: 8, per: 1_000 };
    const verdicts = [1, 2, 3].map(() => store.take("a", policy, 1, 0));
    expect(verdicts.map((verdict) => "ok" in verdict && verdict.ok)).toEqual([true, true, false]);
  });
});
