import { describe, expect, test } from "vitest";
import { slidingWindow } from "../../../runtime/sliding-window.ts";
import { LeasedRateStore } from "../../../runtime/stores/shared/leased-rate-store.ts";
import type { RateAnswer, RateAsk, RateBackend } from "../../../runtime/stores/shared/rate-backend.ts";
import { StoreFailure } from "../../../runtime/stores/shared/store-failure.ts";
import { tokenBucket } from "../../../runtime/token-bucket.ts";
import { settled, simulatedClock } from "../simulated-clock.ts";

/** 320 a second: batches of 16, grants that last 30 ms. */
const fast = { use: slidingWindow, capacity: 320, refill: 320, per: 1_000 };

function setUp(answer: (ask: RateAsk) => Partial<RateAnswer> | Promise<Partial<RateAnswer>>, travel = 0) {
  const clock = simulatedClock();
  const asks: RateAsk[] = [];
  const backend: RateBackend = {
    async ask(_key, ask) {
      asks.push(ask);
      if (travel > 0) await clock.sleep(travel);
      return { granted: ask.units, wait: 0, slot: `slot${asks.length}`, left: 100, ...(await answer(ask)) };
    },
    join: async () => 3,
  };
  const store = new LeasedRateStore(backend, { clock, name: "The store", timeout: 250, strict: false, processes: 10 });
  return { clock, asks, store };
}

describe("LeasedRateStore", () => {
  test("batches double while they are used up, and calls that find units ask nobody", async () => {
    const { store, asks, clock } = setUp(() => ({}));
    let waited = 0;
    for (let call = 0; call < 63; call++) {
      const verdict = store.take("a", fast, 1);
      if (verdict instanceof Promise) waited += 1;
      expect(await verdict).toMatchObject({ ok: true });
    }
    expect(asks.map(({ units }) => units)).toEqual([1, 2, 4, 8, 16, 16, 16]);
    expect(waited).toBe(7);
    expect(clock.timers).toBe(0);
  });

  test("what is not used in time goes back with the next request, and the batch shrinks to what was used", async () => {
    const { store, asks, clock } = setUp(() => ({}));
    for (let call = 0; call < 20; call++) await store.take("a", fast, 1);
    await clock.advance(51);
    await store.take("a", fast, 1);
    expect(asks.map(({ units }) => units)).toEqual([1, 2, 4, 8, 16, 5]);
    expect(asks.at(-1)?.back).toEqual({ units: 11, slot: "slot5" });
  });

  test("when all calls of a grant are answered, the store hears when; not of calls that may still arrive", async () => {
    const { store, asks, clock } = setUp(() => ({}));
    const ending = (answered: boolean) => ({ answered, cost: 1 });
    const slots: unknown[] = [];
    const take = async () => {
      const verdict = await store.take("a", fast, 1);
      slots.push(verdict.ok && verdict.slot);
    };
    await take();
    await take();
    await take();
    await clock.advance(10);
    store.settle("a", fast, 1, slots[1], ending(true));
    await clock.advance(5);
    await take();
    // The first grant's call is under way, and of the second one's two only one is.
    expect(asks.map(({ used }) => used)).toEqual([undefined, undefined, undefined]);
    store.settle("a", fast, 1, slots[2], ending(true));
    store.settle("a", fast, 1, slots[0], ending(false));
    await clock.advance(40);
    await take();
    expect(asks.at(-1)).toMatchObject({
      used: { units: 2, slot: "slot2", ago: 40 },
      back: { units: 3, slot: "slot3" },
    });
    await clock.advance(100);
    await take();
    expect(asks.at(-1)?.used).toBeUndefined();
  });

  test("a grant that starts later is used from then on, and not after its end", async () => {
    const { store, asks, clock } = setUp(() => ({ wait: 100 }));
    expect(await store.take("a", fast, 1)).toEqual({ ok: false, wait: 100 });
    await clock.advance(99);
    expect(store.take("a", fast, 1)).toEqual({ ok: false, wait: 1 });
    await clock.advance(1);
    expect(store.take("a", fast, 1)).toMatchObject({ ok: true });
    expect(await store.take("a", fast, 1)).toEqual({ ok: false, wait: 100 });
    await clock.advance(151);
    await store.take("a", fast, 1);
    expect(asks).toHaveLength(3);
  });

  test("a refusal is asked again shortly before it ends", async () => {
    const { store, asks, clock } = setUp(() => ({ granted: 0, wait: 5_000 }));
    expect(await store.take("a", fast, 1)).toEqual({ ok: false, wait: 4_750 });
    await clock.advance(4_749);
    store.take("a", fast, 1);
    expect(asks).toHaveLength(1);
  });

  test("what is given back in time is there again", async () => {
    const { store, asks } = setUp(() => ({}));
    const verdict = await store.take("a", fast, 1);
    if (!verdict.ok) throw new Error("refused");
    store.giveBack("a", fast, 1, verdict.slot);
    expect(store.take("a", fast, 1)).toMatchObject({ ok: true });
    expect(asks).toHaveLength(1);
  });

  test("calls that come at once share one request", async () => {
    const { store, asks, clock } = setUp(() => ({}), 10);
    const verdicts = [1, 2, 3].map(() => store.take("a", fast, 1));
    await clock.advance(9);
    expect(asks).toHaveLength(1);
    await clock.advance(100);
    for (const verdict of verdicts) expect(await verdict).toMatchObject({ ok: true });
    expect(asks.map(({ units }) => units)).toEqual([1, 2]);
  });

  test("answers that come after the end of their grant are not used; the hold grows until they fit", async () => {
    const { store, asks, clock } = setUp(() => ({}), 120);
    const verdict = Promise.resolve(store.take("a", fast, 1));
    await clock.advance(1_000);
    expect(await verdict).toMatchObject({ ok: true });
    expect(asks[0]!.hold).toBe(30);
    expect(asks.at(-1)!.hold).toBeGreaterThanOrEqual(120);
    // Every grant that came too late went back.
    expect(asks.slice(1).map(({ back }) => back?.slot)).toEqual(asks.slice(1).map((_, index) => `slot${index + 1}`));
  });

  test("a silent store fails in bounded time, and is asked anew by the next call", async () => {
    const silent = new Promise<Partial<RateAnswer>>(() => {});
    let speaks = false;
    const { store, clock } = setUp(() => (speaks ? {} : silent));
    const verdict = Promise.resolve(store.take("a", fast, 1)).catch((error: unknown) => error);
    await clock.advance(251);
    expect(await verdict).toBeInstanceOf(StoreFailure);
    expect(String(await verdict)).toBe("StoreFailure: The store gave no answer within 250 ms.");
    expect(clock.timers).toBe(0);
    speaks = true;
    expect(await store.take("a", fast, 1)).toMatchObject({ ok: true });
  });

  test("a failure shows the code and never the command", async () => {
    const { store } = setUp(() =>
      Promise.reject(Object.assign(new Error("READONLY secret"), { command: { args: ["s3cret"] } })),
    );
    const failed = (await Promise.resolve(store.take("a", fast, 1)).catch((error: unknown) => error)) as Error;
    expect(failed.message).toBe("The store failed (READONLY).");
    expect(failed.cause).toBeUndefined();
  });

  test("a pause is told at once; figures go with the next request, and only when they say less", async () => {
    const { store, asks } = setUp(() => ({}));
    await store.take("a", fast, 1);
    await store.feedback("a", fast, { remaining: 200 });
    await store.feedback("a", fast, { remaining: 50, reset: 900 });
    expect(asks).toHaveLength(1);
    await store.take("a", fast, 1);
    expect(asks[1]).toMatchObject({ units: 2, told: { remaining: 50, reset: 900 } });
    await store.feedback("a", fast, { pause: 5_000 });
    expect(asks[2]).toMatchObject({ units: 0, told: { pause: 5_000 } });
    expect(store.take("a", fast, 1)).toEqual({ ok: false, wait: 5_000 });
  });

  test("of answers that come in any order the one that says least goes", async () => {
    const { store, asks } = setUp(() => ({}));
    await store.take("a", fast, 1);
    for (const remaining of [60, 20, 50]) await store.feedback("a", fast, { remaining, reset: 900 });
    await store.take("a", fast, 1);
    expect(asks[1]).toMatchObject({ told: { remaining: 20, reset: 900 } });
  });

  test("what a long call cost is told though other partitions were used meanwhile, but not when it is over", async () => {
    const { store, asks, clock } = setUp(() => ({ granted: 1 }));
    const others = async () => {
      for (let tenant = 0; tenant < 40; tenant++) await store.take(`tenant ${tenant}`, fast, 1);
    };
    const verdict = await store.take("a", fast, 1);
    if (!verdict.ok) throw new Error("refused");
    await clock.advance(5_000);
    await others();
    store.settle("a", fast, 1, verdict.slot, { answered: true, cost: 30 });
    await clock.advance(500);
    await others();
    await store.take("a", fast, 1);
    expect(asks.at(-1)).toMatchObject({ spent: 29 });
    store.settle("a", fast, 1, verdict.slot, { answered: true, cost: 30 });
    await store.feedback("a", fast, { remaining: 3 });
    await clock.advance(1_000);
    await store.take("a", fast, 1);
    expect(asks.at(-1)).toMatchObject({ spent: 0, told: undefined });
  });

  test("knows the others after the first request", async () => {
    const { store } = setUp(() => ({}));
    expect(store.processes).toBe(10);
    await store.take("a", { ...fast, use: tokenBucket }, 1);
    await settled();
    expect(store.processes).toBe(3);
    expect(store.known("a").left).toBe(100);
    expect(store.known("b").left).toBeUndefined();
  });

  test("idle partitions leave while others are used", async () => {
    const { store, asks, clock } = setUp(() => ({ granted: 1, left: 7 }));
    for (let tenant = 0; tenant < 40; tenant++) await store.take(`tenant ${tenant}`, fast, 1);
    await clock.advance(1_000);
    for (let call = 0; call < 20; call++) await store.take("busy", fast, 1);
    expect(asks.length).toBeGreaterThan(40);
    for (let tenant = 0; tenant < 40; tenant++) expect(store.known(`tenant ${tenant}`).left).toBeUndefined();
  });
});
