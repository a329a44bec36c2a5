import { describe, expect, test } from "vitest";
import { systemClock } from "../../runtime/clock.ts";

describe("systemClock.sleep", () => {
  test("is never shorter than asked for", async () => {
    for (const ms of [0, 1, 3.7, 12]) {
      const start = performance.now();
      await systemClock.sleep(ms);
      expect(performance.now() - start).toBeGreaterThanOrEqual(ms);
    }
  });

  test("rejects with the reason as soon as it is aborted, and leaves no listener", async () => {
    const controller = new AbortController();
    const reason = { why: "enough" };
    const start = performance.now();
    const sleep = systemClock.sleep(60_000, controller.signal);
    setTimeout(() => controller.abort(reason), 5);
    await expect(sleep).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(1_000);
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason);
  });

  test("removes its listener when it ends in peace", async () => {
    const controller = new AbortController();
    const calls: string[] = [];
    const { signal } = controller;
    const remove = signal.removeEventListener.bind(signal);
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      calls.push(args[0]);
      remove(...args);
    };
    await systemClock.sleep(1, signal);
    expect(calls).toEqual(["abort"]);
  });

  test("waits longer than a timer can hold", async () => {
    const controller = new AbortController();
    let done = false;
    const sleep = systemClock.sleep(2 ** 40, controller.signal).then(() => {
      done = true;
    });
    await systemClock.sleep(10);
    expect(done).toBe(false);
    controller.abort("over");
    await expect(sleep).rejects.toBe("over");
  });
});
