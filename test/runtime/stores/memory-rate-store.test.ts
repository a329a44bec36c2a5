import { describe, expect, test } from "vitest";
import { concurrentCalls } from "../../../runtime/concurrent-calls.ts";
import { MemoryRateStore } from "../../../runtime/stores/memory-rate-store.ts";
import { tokenBucket } from "../../../runtime/token-bucket.ts";
import { simulatedClock } from "../simulated-clock.ts";

const policy = { use: tokenBucket, capacity: 2, refill: 1, per: 1_000 };

describe("MemoryRateStore", () => {
  test("takes until a key is empty, then tells the wait; keys are apart", () => {
    const store = new MemoryRateStore({ clock: simulatedClock() });
    expect(store.take("a", policy, 2).ok).toBe(true);
    expect(store.take("a", policy, 1)).toEqual({ ok: false, wait: 1_000 });
    expect(store.waitBehind("a", policy, 1, 3)).toBe(4_000);
    expect(store.take("b", policy, 2).ok).toBe(true);
  });

  test("with others ahead it takes nothing", () => {
    const store = new MemoryRateStore({ clock: simulatedClock() });
    expect(store.waitBehind("a", policy, 1, 1)).toBe(0);
    expect(store.take("a", policy, 2).ok).toBe(true);
  });

  test("a pause holds, and a shorter one later does not shorten it", async () => {
    const clock = simulatedClock();
    const store = new MemoryRateStore({ clock });
    store.feedback("a", policy, { pause: 5_000 });
    store.feedback("a", policy, { pause: 10 });
    await clock.advance(4_999);
    expect(store.take("a", policy, 1)).toEqual({ ok: false, wait: 1 });
    await clock.advance(1);
    expect(store.take("a", policy, 1).ok).toBe(true);
  });

  test("idle keys vanish while others are written, paused ones stay", async () => {
    const clock = simulatedClock();
    const store = new MemoryRateStore({ clock });
    for (let index = 0; index < 100; index++) store.take(`tenant-${index}`, policy, 1);
    store.feedback("paused", policy, { pause: 60_000 });
    expect(store.size).toBe(101);
    await clock.advance(10_000);
    for (let write = 0; write < 40; write++) store.take("busy", policy, 0.01);
    expect(store.size).toBe(2);
  });

  test("a full store refuses new keys rather than forget one in use", () => {
    const store = new MemoryRateStore({ clock: simulatedClock(), maxKeys: 3 });
    for (const key of ["a", "b", "c"]) expect(store.take(key, policy, 2).ok).toBe(true);
    expect(store.take("d", policy, 1)).toEqual({ ok: false, wait: 1_000 });
    expect(store.take("a", policy, 1).ok).toBe(false);
  });

  test("also for a limit that has no time of its own", () => {
    const store = new MemoryRateStore({ clock: simulatedClock(), maxKeys: 1 });
    const places = { use: concurrentCalls, capacity: 1, refill: 1, per: 0 };
    expect(store.take("a", places, 1).ok).toBe(true);
    expect(store.take("b", places, 1)).toEqual({ ok: false, wait: 1_000 });
  });

  test("a call that took so long that its partition was forgotten still counts with what it cost", async () => {
    const clock = simulatedClock();
    const store = new MemoryRateStore({ clock });
    const points = { use: tokenBucket, capacity: 100, refill: 1, per: 100 };
    const verdict = store.take("a", points, 1) as { slot: unknown };
    await clock.advance(30_000);
    for (let tenant = 0; tenant < 50; tenant++) store.take(`tenant-${tenant}`, points, 1);
    store.settle("a", points, 1, verdict.slot, { answered: true, cost: 100 });
    // One unit of it was counted when it was sent, and has long come back.
    expect(store.take("a", points, 2)).toEqual({ ok: false, wait: 100 });
  });
});
