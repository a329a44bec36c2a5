import { describe, expect, test } from "vitest";
import { MemoryTokenStore } from "../../../runtime/stores/memory-token-store.ts";
import { simulatedClock } from "../simulated-clock.ts";

describe("MemoryTokenStore", () => {
  test("replaces only what the caller has seen", () => {
    const store = new MemoryTokenStore();
    expect(store.replace("k", 0, { access: "a1", version: 1 })).toBe(true);
    expect(store.replace("k", 0, { access: "a2", version: 1 })).toBe(false);
    expect(store.get("k")?.access).toBe("a1");
    expect(store.replace("k", 1, { access: "a2", version: 2 })).toBe(true);
    expect(store.get("k")?.access).toBe("a2");
    expect(store.get("constructor")).toBeUndefined();
  });

  test("one holder at a time; a lock ends by release or by time, and a late release does not free the next holder's", async () => {
    const clock = simulatedClock();
    const store = new MemoryTokenStore({ clock });
    const first = store.lock("k", 1_000);
    expect(store.lock("k", 1_000)).toBeUndefined();
    expect(store.lock("other", 1_000)).toBeDefined();
    await clock.advance(1_000);
    const second = store.lock("k", 1_000);
    expect(second!.fence).toBeGreaterThan(first!.fence);
    first!.release();
    expect(store.lock("k", 1_000)).toBeUndefined();
    second!.release();
    expect(store.lock("k", 1_000)).toBeDefined();
  });
});
