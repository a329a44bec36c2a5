import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concurrentCalls } from "../../../runtime/concurrent-calls.ts";
import { LocalShare, type SharedRateStore } from "../../../runtime/local-share.ts";
import { slidingWindow } from "../../../runtime/sliding-window.ts";
import { MemoryRateStore } from "../../../runtime/stores/memory-rate-store.ts";
import type { RatePolicy, Verdict } from "../../../runtime/stores/rate-store.ts";
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
    known: () => ({ left: undefined, wait: 0 }),
    async take(key, policy, cost): Promise<Verdict> {
      await clock.sleep(TRAVEL);
      if (isDown()) throw new Error("down");
      return server.take(key, policy, cost);
    },
    settle: (key, policy, cost, slot, ending) => server.settle(key, policy, cost, slot, ending),
    giveBack: (key, policy, cost, slot) => server.giveBack(key, policy, cost, slot),
    feedback: (key, policy, feedback) => server.feedback(key, policy, feedback),
  };
}

/** Calls as often as it may, until the end. */
async function callUntil(end: number, clock: SimulatedClock, store: LocalShare, policy: RatePolicy, gap: number) {
  const admitted: number[] = [];
  while (clock.mono() < end) {
    const verdict = await store.take("a", policy, 1);
    if (verdict.ok) {
      admitted.push(clock.mono());
      store.settle("a", policy, 1, verdict.slot, { answered: true, cost: 1 });
    }
    await clock.sleep(verdict.ok ? gap : Math.max(1, verdict.wait));
  }
  return admitted;
}

describe("LocalShare", () => {
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
          const store = new LocalShare(line(clock, server, 3, isDown), { clock, horizon: 20 });
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
    const store = new LocalShare(
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
    const store = new LocalShare(
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
      take: (key, policy, cost) => server.take(key, policy, cost),
    };
    const store = new LocalShare(shared, { clock, horizon: 0 });
    expect(store.take("a", { use: tokenBucket, capacity: 1, refill: 1, per: 1_000 }, 1)).toMatchObject({ ok: true });
  });

  test("a kind of limit that stores cannot count is kept by share", () => {
    const clock = simulatedClock();
    const foreign: typeof tokenBucket = (figures) => tokenBucket(figures);
    const shared = {
      ...line(clock, new MemoryRateStore({ clock }), 4, () => false),
      counts: ({ use }: RatePolicy) => use !== foreign,
    };
    const store = new LocalShare(shared, { clock, horizon: 0 });
    const policy = { use: foreign, capacity: 8, refill: 8, per: 1_000 };
    const verdicts = [1, 2, 3].map(() => store.take("a", policy, 1));
    expect(verdicts.map((verdict) => "ok" in verdict && verdict.ok)).toEqual([true, true, false]);
  });

  /** Three processes that call as often as they may; the store is away from 2 s on. All that they sent. */
  async function sentAround(policy: RatePolicy, downFor: number, end: number): Promise<number[]> {
    const clock = simulatedClock();
    const server = new MemoryRateStore({ clock });
    const isDown = () => clock.mono() >= 2_000 && clock.mono() < 2_000 + downFor;
    const all = [1, 2, 3].map(() => {
      const store = new LocalShare(line(clock, server, 3, isDown), { clock, horizon: 20 });
      return callUntil(end, clock, store, policy, 1);
    });
    await clock.advance(end + policy.per);
    return (await Promise.all(all)).flat().sort((one, other) => one - other);
  }

  test.each([3_000, 30_000])("a bucket is not full again because the store was away for %i ms", async (downFor) => {
    const sent = await sentAround({ use: tokenBucket, capacity: 30, refill: 6, per: 1_000 }, downFor, downFor + 20_000);
    let level = 0;
    let last = 0;
    for (const at of sent) {
      level = Math.max(0, level - ((at - last) * 6) / 1_000) + 1;
      last = at;
      expect(level, `at ${at}`).toBeLessThanOrEqual(30 + 1e-6);
    }
    expect(sent.length).toBeGreaterThan(30 + 0.6 * 6 * (downFor / 1_000 + 18));
  });

  test("a long window counts what was used while the store was away", async () => {
    const hour = { use: slidingWindow, capacity: 300, refill: 300, per: 3_600_000 };
    const clock = simulatedClock();
    const server = new MemoryRateStore({ clock });
    let down = false;
    const shared = { ...line(clock, server, 3, () => down), known: () => ({ left: 240, wait: 0 }) };
    const stores = [1, 2, 3].map(() => new LocalShare(shared, { clock, horizon: 20 }));
    const sent: number[] = [];
    const use = async (store: LocalShare, calls: number) => {
      let count = 0;
      for (let call = 0; call < calls; call++) {
        const verdict = await store.take("a", hour, 1);
        if (!verdict.ok) continue;
        count += 1;
        store.settle("a", hour, 1, verdict.slot, { answered: true, cost: 1 });
      }
      return count;
    };
    const all = (calls: number) => {
      const done = Promise.all(stores.map((store) => use(store, calls)));
      return Promise.all([done, clock.advance(calls * 10)]).then(([counts]) => {
        sent.push(...counts);
      });
    };
    await all(20);
    down = true;
    await all(1);
    await clock.advance(70_000);
    await all(100);
    down = false;
    await all(1);
    await clock.advance(120_000);
    await all(200);
    const total = sent.reduce((sum, count) => sum + count);
    expect(total).toBeLessThanOrEqual(300);
    expect(total).toBeGreaterThan(290);
  });

  test("a pause that came while the store was away holds when it is back, for others too", async () => {
    const clock = simulatedClock();
    const server = new MemoryRateStore({ clock });
    let down = true;
    const [one, other] = [1, 2].map(
      () =>
        new LocalShare(
          line(clock, server, 2, () => down),
          { clock, horizon: 0 },
        ),
    );
    const policy = { use: tokenBucket, capacity: 10, refill: 10, per: 1_000 };
    const take = async (store: LocalShare) => {
      const verdict = store.take("a", policy, 1);
      await clock.advance(TRAVEL);
      return verdict;
    };
    await take(one!);
    one!.feedback("a", policy, { pause: 60_000 });
    await clock.advance(1_000);
    down = false;
    await take(one!);
    for (const store of [one!, other!]) expect(await take(store)).toMatchObject({ ok: false });
    await clock.advance(30_000);
    for (const store of [one!, other!]) expect(await take(store)).toMatchObject({ ok: false });
    await clock.advance(30_000);
    for (const store of [one!, other!]) expect(await take(store)).toMatchObject({ ok: true });
  });

  test("a listener that throws is no fault of a call", async () => {
    const clock = simulatedClock();
    const shared = line(clock, new MemoryRateStore({ clock }), 2, () => true);
    const onChange = () => {
      throw new Error("mine");
    };
    const verdict = new LocalShare(shared, { clock, horizon: 0, onChange }).take(
      "a",
      { use: tokenBucket, capacity: 10, refill: 10, per: 1_000 },
      1,
    );
    await clock.advance(TRAVEL);
    expect(await verdict).toMatchObject({ ok: false });
  });

  test("the share follows the number of processes", async () => {
    const clock = simulatedClock();
    const shared = {
      ...line(clock, new MemoryRateStore({ clock }), 8, () => false),
      processes: 8,
      counts: () => false,
    };
    const store = new LocalShare(shared, { clock, horizon: 0 });
    const policy = { use: concurrentCalls, capacity: 8, refill: 8, per: 0 };
    const places = () => {
      let count = 0;
      while ((store.take("a", policy, 1) as Verdict).ok) count += 1;
      return count;
    };
    expect(places()).toBe(1);
    shared.processes = 2;
    expect(places()).toBe(3);
    shared.processes = 4;
    expect(places()).toBe(0);
  });
});
