import { describe, expect, test } from "vitest";
import { concurrentCalls } from "../../runtime/concurrent-calls.ts";
import type { Limits, Permit } from "../../runtime/limits.ts";
import { withLocalShare } from "../../runtime/local-share.ts";
import { slidingWindow } from "../../runtime/sliding-window.ts";
import { MemoryRateStore } from "../../runtime/stores/memory-rate-store.ts";
import type { RateStore, Verdict } from "../../runtime/stores/rate-store.ts";
import { answered, createLimits, failure, never } from "./limits-kit.ts";
import { connectorOf, exchangeOf, operationOf, policyOf, windowOf } from "./policy-fixture.ts";
import { type SimulatedClock, simulatedClock } from "./simulated-clock.ts";

type Mood = "works" | "rejects" | "throws" | "silent" | "late";

/** A store behind a network, for some processes. */
function remote(clock: SimulatedClock, processes: number) {
  let memory = new MemoryRateStore({ clock });
  const state = { mood: "works" as Mood, asked: 0 };
  const answer = async <T>(work: () => T): Promise<T> => {
    if (state.mood === "rejects") throw new Error("down");
    if (state.mood === "silent") return new Promise<never>(() => {});
    await clock.sleep(state.mood === "late" ? 700 : 1);
    return work();
  };
  const store: RateStore = {
    processes,
    take(...args) {
      state.asked++;
      if (state.mood === "throws") throw new Error("down");
      return answer(() => memory.take(...args));
    },
    settle: (...args) => answer(() => memory.settle(...args)),
    giveBack: (...args) => answer(() => memory.giveBack(...args)),
    feedback: (...args) => answer(() => memory.feedback(...args)),
  };
  const forget = () => {
    memory = new MemoryRateStore({ clock });
  };
  return { state, store, forget };
}

const caller = { tenant: undefined, credential: "c", priority: "normal" } as const;

function setUp(limit: number, processes: number) {
  const clock = simulatedClock();
  const { state, store, forget } = remote(clock, processes);
  const connector = connectorOf({ rateLimits: { account: windowOf(limit, 1_000) } });
  const operation = operationOf(connector, policyOf({ limitedBy: ["account"] }));
  const clients = Array.from({ length: processes }, () =>
    createLimits(connector, { clock, rateStore: withLocalShare(store, clock) }),
  );
  const seen: { at: number; client: number }[] = [];
  const admit = (limits: Limits, within = 1e9) =>
    limits.admit(operation, caller, { signal: never, deadlineAt: clock.mono() + within });
  const send = (client: number): void =>
    answered(admit(clients[client]!), () => seen.push({ at: clock.mono(), client }));
  const most = () =>
    Math.max(0, ...seen.map(({ at }) => seen.filter((other) => other.at >= at && other.at < at + 1_000).length));
  return { clock, state, forget, clients, admit, send, seen, most };
}

describe("a shared store that fails", () => {
  test.each<[Mood, first: number]>([
    ["rejects", 1_500],
    ["throws", 1_500],
    ["silent", 2_500],
  ])("%s: each process keeps to its share; nobody waits for ever, nothing is unlimited", async (mood, first) => {
    const { clock, state, send, seen, most } = setUp(20, 4);
    state.mood = mood;
    for (let call = 0; call < 120; call++) send(call % 4);
    // What others may have taken before is over.
    await clock.advance(first + 10);
    expect(seen).toHaveLength(20);
    await clock.advance(8_000);
    expect(seen).toHaveLength(120);
    expect(most()).toBeLessThanOrEqual(20);
  });

  test("a window that has no call for each process is stretched", async () => {
    const { clock, state, send, seen, most } = setUp(2, 8);
    state.mood = "throws";
    for (let client = 0; client < 8; client++) for (let call = 0; call < 3; call++) send(client);
    await clock.advance(16_000);
    expect(seen).toHaveLength(24);
    expect(seen.filter(({ client }) => client === 0).map(({ at }) => at)).toEqual([1_500, 5_500, 9_500]);
    expect(most()).toBe(8);
  });

  test("fails in the midst of traffic, comes back empty: never more than the limit in a window", async () => {
    const { clock, state, forget, send, most, seen } = setUp(20, 4);
    for (let call = 0; call < 600; call++) send(call % 4);
    await clock.advance(3_500);
    expect(seen.length).toBeGreaterThanOrEqual(60);
    state.mood = "rejects";
    await clock.advance(5_000);
    const during = seen.length;
    forget();
    state.mood = "works";
    await clock.advance(5_000);
    expect(seen.length - during).toBeGreaterThanOrEqual(60);
    expect(most()).toBeLessThanOrEqual(20);
  });

  test("one process had used all of a window: the others wait until it is over", async () => {
    const { clock, state, send, seen, most } = setUp(20, 4);
    for (let call = 0; call < 30; call++) send(0);
    await clock.advance(500);
    expect(seen).toHaveLength(20);
    state.mood = "rejects";
    for (let call = 0; call < 60; call++) send(call % 4);
    await clock.advance(20_000);
    expect(seen).toHaveLength(90);
    expect(most()).toBeLessThanOrEqual(20);
  });

  test("is left alone for half a second, then asked again", async () => {
    const clock = simulatedClock();
    const { state, store } = remote(clock, 1);
    const share = withLocalShare(store, clock);
    const take = () => share.take("k", { use: slidingWindow, capacity: 9, refill: 9, per: 1_000 }, 1);
    state.mood = "throws";
    for (let call = 0; call < 50; call++) take();
    await clock.advance(499);
    take();
    expect(state.asked).toBe(1);
    await clock.advance(1);
    take();
    expect(state.asked).toBe(2);
  });

  test("a newcomer whose turn comes too late is refused without asking", async () => {
    const { clock, state, clients, admit } = setUp(1, 2);
    answered(admit(clients[0]!));
    await clock.advance(10);
    for (let call = 0; call < 5; call++) answered(admit(clients[0]!));
    await clock.advance(10);
    const { asked } = state;
    expect(await failure(() => admit(clients[0]!, 4_000))).toMatchObject({ code: "wait" });
    expect(state.asked).toBe(asked);
  });

  test("a pause of before holds while it is away", async () => {
    const { clock, state, clients, admit } = setUp(20, 2);
    const first = admit(clients[0]!) as Promise<Permit>;
    await clock.advance(10);
    (await first).settle(exchangeOf({ status: 429 }), { name: "RateLimitError", pause: true, wait: 5_000 });
    await clock.advance(10);
    state.mood = "throws";
    expect(await failure(() => admit(clients[0]!, 3_000))).toMatchObject({ code: "wait" });
  });

  test("what a late answer took goes back", async () => {
    const clock = simulatedClock();
    const { state, store } = remote(clock, 1);
    const policy = { use: slidingWindow, capacity: 2, refill: 2, per: 60_000 };
    state.mood = "late";
    withLocalShare(store, clock).take("k", policy, 2);
    await clock.advance(1_500);
    state.mood = "works";
    const verdict = store.take("k", policy, 2);
    await clock.advance(1);
    expect(await verdict).toMatchObject({ ok: true });
  });
});

test("the end of a call in another process is found out by asking again", async () => {
  const clock = simulatedClock();
  const shared = new MemoryRateStore({ clock });
  const policy = { use: concurrentCalls, capacity: 1, per: 0, refill: 1 };
  const [one, other] = [withLocalShare(shared, clock), withLocalShare(shared, clock)];
  const taken = one.take("k", policy, 1) as Verdict & { ok: true };
  expect(other.take("k", policy, 1)).toEqual({ ok: false, wait: 100 });
  one.settle("k", policy, 1, taken.slot, { answered: false, cost: 1 });
  expect(other.take("k", policy, 1)).toMatchObject({ ok: true });
});
