import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createConnection } from "../../runtime/connection.ts";
import type { RateLimit } from "../../runtime/descriptor.ts";
import { isConnectorError } from "../../runtime/errors.ts";
import type { Permit } from "../../runtime/limits.ts";
import { withLocalShare } from "../../runtime/local-share.ts";
import { MemoryRateStore } from "../../runtime/stores/memory-rate-store.ts";
import type { RateStore } from "../../runtime/stores/rate-store.ts";
import { runs } from "../runs.ts";
import { admit, answered, createLimits, failure, isNow, refusal, setUp } from "./limits-kit.ts";
import { bucket, connectorOf, exchangeOf, operationOf, policyOf, windowOf } from "./policy-fixture.ts";
import { type SimulatedClock, simulatedClock } from "./simulated-clock.ts";

describe("the limits of a client", () => {
  test("admits without a promise while there is room, and without a timer", () => {
    const kit = setUp({ account: bucket(3, 1, 1_000) });
    for (let call = 0; call < 3; call++) expect(isNow(admit(kit))).toBe(true);
    expect(kit.clock.timers).toBe(0);
  });

  test("calls that wait go first come, first served, on one timer", async () => {
    const kit = setUp({ account: bucket(1, 1, 1_000) });
    answered(admit(kit));
    const order: number[] = [];
    for (let call = 0; call < 5; call++) {
      const permit = admit(kit);
      expect(isNow(permit)).toBe(false);
      answered(permit, () => order.push(call));
    }
    expect(kit.clock.timers).toBe(1);
    await kit.clock.advance(2_000);
    expect(order).toEqual([0, 1]);
    await kit.clock.advance(3_000);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(kit.clock.timers).toBe(0);
  });

  test("a call of whatever arrival, limit and abort is admitted in order and within the limits", async () => {
    const calls = fc.array(
      fc.record({
        gap: fc.nat({ max: 300 }),
        key: fc.constantFrom("c1", "c2"),
        abortAfter: fc.option(fc.nat({ max: 900 })),
        list: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 6 }), async (arrivals, capacity) => {
        const kit = setUp({
          account: windowOf(capacity + 2, 1_000),
          endpoint: bucket(capacity, capacity, 1_000, { partition: ["credential", "operation"] }),
        });
        const admitted: { at: number; key: string; list: boolean; index: number }[] = [];
        for (const [index, { gap, key, abortAfter, list }] of arrivals.entries()) {
          await kit.clock.advance(gap);
          const controller = new AbortController();
          const of = list ? kit.other : kit.operation;
          const entry = () => admitted.push({ at: kit.clock.mono(), key, list, index });
          const permit = admit(kit, { credential: key, signal: controller.signal, of });
          if (isNow(permit)) entry();
          else permit.then(entry, () => {});
          if (abortAfter !== null) kit.clock.sleep(abortAfter).then(() => controller.abort("gave up"));
        }
        await kit.clock.advance(120_000);
        for (const { at, key, list } of admitted) {
          const same = admitted.filter((one) => one.key === key);
          const window = same.filter((one) => one.at >= at && one.at < at + 1_000);
          expect(window.length).toBeLessThanOrEqual(capacity + 2);
          const endpoint = window.filter((one) => one.list === list);
          const span = Math.max(...endpoint.map((one) => one.at)) - at;
          expect(endpoint.length).toBeLessThanOrEqual(capacity + (capacity * span) / 1_000 + 1e-6);
        }
        for (const key of ["c1", "c2"]) {
          for (const list of [true, false]) {
            const lane = admitted.filter((one) => one.key === key && one.list === list).map(({ index }) => index);
            expect(lane).toEqual([...lane].sort((one, two) => one - two));
          }
        }
        const kept = arrivals.filter(({ abortAfter }) => abortAfter === null).length;
        expect(admitted.length).toBeGreaterThanOrEqual(kept);
        expect(kit.clock.timers).toBe(0);
      }),
      { numRuns: runs(60) },
    );
  });

  test("several limits admit together or not at all", async () => {
    const kit = setUp({
      account: bucket(10, 1, 1_000),
      endpoint: bucket(1, 1, 1_000, { partition: ["credential", "operation"] }),
    });
    expect(isNow(admit(kit))).toBe(true);
    const controllers = Array.from({ length: 5 }, () => new AbortController());
    const waiting = controllers.map(({ signal }) => failure(() => admit(kit, { signal })));
    for (const controller of controllers) controller.abort("gave up");
    expect(await Promise.all(waiting)).toEqual(Array(5).fill("gave up"));
    // Nine units of the account are left: none of the five has spent one.
    const lists = Array.from({ length: 9 }, (_, index) =>
      operationOf(kit.connector, kit.operation.policy, `other.${index}`),
    );
    expect(lists.map((of) => isNow(admit(kit, { of })))).toEqual(Array(9).fill(true));
    expect(isNow(admit(kit, { of: operationOf(kit.connector, kit.operation.policy, "other.9") }))).toBe(false);
  });

  test("calls of different operations that compete for one limit go in the order of their arrival", async () => {
    const kit = setUp({
      account: bucket(1, 1, 1_000),
      endpoint: bucket(5, 5, 1_000, { partition: ["credential", "operation"] }),
    });
    answered(admit(kit));
    const order: number[] = [];
    const operations = [kit.operation, kit.other, kit.other, kit.operation, kit.other, kit.operation];
    for (const [call, of] of operations.entries()) answered(admit(kit, { of }), () => order.push(call));
    await kit.clock.advance(6_000);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("a slow endpoint does not hold up the rest of its account", async () => {
    const kit = setUp({
      account: bucket(100, 100, 1_000),
      endpoint: bucket(1, 1, 60_000, { partition: ["credential", "operation"] }),
    });
    answered(admit(kit));
    const stuck = [admit(kit), admit(kit)];
    expect(stuck.map(isNow)).toEqual([false, false]);
    let open = 0;
    for (const permit of stuck) answered(permit, () => open++);
    expect(isNow(admit(kit, { of: kit.other }))).toBe(true);
    await kit.clock.advance(120_000);
    expect(open).toBe(2);
  });

  test("partitions: by tenant, credential and operation", () => {
    const kit = setUp({ store: bucket(1, 1, 1_000, { partition: ["tenant", "operation"] }) });
    expect(isNow(admit(kit, { tenant: "a" }))).toBe(true);
    expect(isNow(admit(kit, { tenant: "b" }))).toBe(true);
    expect(isNow(admit(kit, { tenant: "a", of: kit.other }))).toBe(true);
    expect(isNow(admit(kit, { tenant: "a:operation=charges.list", credential: "c9" }))).toBe(true);
    expect(isNow(admit(kit, { tenant: "a", credential: "c9" }))).toBe(false);
  });

  test("a wait beyond the deadline is refused at once, and says when", async () => {
    const kit = setUp({ account: bucket(1, 1, 1_000) });
    admit(kit);
    Promise.resolve(admit(kit)).catch(() => {});
    Promise.resolve(admit(kit)).catch(() => {});
    const error = await failure(() => admit(kit, { within: 2_999 }));
    expect(isConnectorError(error, "QueueFullError")).toBe(true);
    expect(error).toMatchObject({ ...refusal, code: "wait", retryAt: kit.clock.now() + 3_000 });
    expect(isNow(admit(kit, { within: 3_000 }))).toBe(false);
  });

  test("a pause reaches everybody who waits, and those it makes too late learn it at once", async () => {
    const kit = setUp({ account: bucket(2, 1, 1_000) });
    const first = admit(kit) as Permit;
    admit(kit);
    const patient = admit(kit) as Promise<Permit>;
    const hasty = failure(() => admit(kit, { within: 4_000 }));
    let admittedAt = 0;
    patient.then(() => {
      admittedAt = kit.clock.mono();
    });
    first.settle(exchangeOf({ status: 429 }), { name: "RateLimitError", pause: true, wait: 5_000 });
    expect(await hasty).toMatchObject({ ...refusal, code: "wait", retryAt: kit.clock.now() + 5_000 });
    await kit.clock.advance(4_999);
    expect(admittedAt).toBe(0);
    await kit.clock.advance(1);
    expect(admittedAt).toBe(5_000);
  });

  test.each<[string, { name: string; pause: boolean; wait?: number }, paused: number]>([
    ["with the server's wait", { name: "RateLimitError", pause: true, wait: 7_000 }, 7_000],
    ["without one as long as the throttled backoff", { name: "RateLimitError", pause: true }, 1_000],
    ["not for other errors", { name: "ObjectLockedError", pause: true, wait: 7_000 }, 0],
    ["not where a rule says so", { name: "RateLimitError", pause: false, wait: 7_000 }, 0],
    ["an hour at most", { name: "RateLimitError", pause: true, wait: 1e10 }, 3_600_000],
  ])("pauses: %s", async (_, error, paused) => {
    for (const rateLimits of [{ account: bucket(50, 1, 1_000) }, {}]) {
      const kit = setUp(rateLimits);
      (admit(kit) as Permit).settle(exchangeOf({ status: 429 }), error);
      if (paused === 0) {
        expect(isNow(admit(kit))).toBe(true);
        continue;
      }
      let open = false;
      Promise.resolve(admit(kit)).then(() => {
        open = true;
      });
      await kit.clock.advance(paused - 1);
      expect(open).toBe(false);
      await kit.clock.advance(1);
      expect(open).toBe(true);
    }
  });

  test("what the server counts lowers the allowance, its reserve included", async () => {
    const used = { from: { from: "header", name: "x-used" }, pattern: "^(?<used>[0-9]+)/(?<limit>[0-9]+)$" } as const;
    const kit = setUp({ account: bucket(40, 2, 1_000, { feedback: { used }, reserve: 0.1 }) });
    (admit(kit) as Permit).settle(exchangeOf({ headers: { "x-used": "34/40" } }));
    expect([admit(kit), admit(kit), admit(kit)].map(isNow)).toEqual([true, true, false]);
  });

  test("tiers choose other figures, and an unknown tier is a mistake", () => {
    const tiers = { plus: { capacity: 3, refill: 3, per: 1_000 } };
    const kit = setUp({ account: bucket(1, 1, 1_000, { tiers }), other: bucket(100, 1, 1_000) }, {}, { tier: "plus" });
    expect([1, 2, 3, 4].map(() => isNow(admit(kit)))).toEqual([true, true, true, false]);
    const mistaken = (tier: string) => () => createConnection(kit.connector, { tier });
    expect(mistaken("pro")).toThrow(/no tier "pro"; known tiers: "plus"/);
    expect(mistaken("toString")).toThrow(TypeError);
  });

  test("an abort in the queue rejects with its reason at once and leaves no timer", async () => {
    const kit = setUp({ account: bucket(1, 1, 60_000) });
    admit(kit);
    const controller = new AbortController();
    const permit = failure(() => admit(kit, { signal: controller.signal }));
    expect(kit.clock.timers).toBe(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await permit).toBe(reason);
    expect(kit.clock.timers).toBe(0);
    expect(await failure(() => admit(kit, { signal: controller.signal }))).toBe(reason);
  });
});

describe("a shared store that answers later", () => {
  /** The memory store behind a delay, as a server would be. */
  function remote(clock: SimulatedClock): RateStore & { asked: number } {
    const store = new MemoryRateStore({ clock });
    return {
      asked: 0,
      processes: 4,
      async take(...args) {
        this.asked++;
        await clock.sleep(1);
        return store.take(...args);
      },
      async settle(...args) {
        await clock.sleep(1);
        store.settle(...args);
      },
      async giveBack(...args) {
        await clock.sleep(1);
        store.giveBack(...args);
      },
      async feedback(...args) {
        await clock.sleep(1);
        store.feedback(...args);
      },
    };
  }
  const setUpRemote = (rateLimits: Record<string, RateLimit>) => {
    const clock = simulatedClock();
    const rateStore = remote(clock);
    const connector = connectorOf({ rateLimits });
    const limits = createLimits(connector, { clock, rateStore: withLocalShare(rateStore, clock) });
    const operation = operationOf(connector, policyOf({ limitedBy: Object.keys(rateLimits) }));
    return { rateStore, clock, limits, connector, operation, other: operation };
  };

  test("keeps the order and the limit without hammering it", async () => {
    const kit = setUpRemote({ account: bucket(2, 1, 1_000) });
    const order: number[] = [];
    for (let call = 0; call < 5; call++) answered(admit(kit), () => order.push(call));
    await kit.clock.advance(20);
    expect(order).toEqual([0, 1]);
    await kit.clock.advance(5_000);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(kit.rateStore.asked).toBeLessThanOrEqual(12);
    expect(kit.clock.timers).toBe(0);
  });

  test("a place that was held while it thought is free for others when it refuses", async () => {
    const kit = setUpRemote({ account: bucket(1, 1, 1_000) });
    const concurrency = { max: 1, per: ["credential"], queue: 10 } as const;
    const operation = operationOf(kit.connector, policyOf({ limitedBy: ["account"], concurrency }));
    answered(admit(kit));
    await kit.clock.advance(5);
    const controller = new AbortController();
    const first = failure(() => admit(kit, { of: operation, priority: "high", signal: controller.signal }));
    let open = false;
    answered(admit(kit, { of: operation }), () => {
      open = true;
    });
    await kit.clock.advance(5);
    controller.abort("gave up");
    expect(await first).toBe("gave up");
    await kit.clock.advance(2_000);
    expect(open).toBe(true);
  });

  test("an abort while it thinks gives the units back", async () => {
    const kit = setUpRemote({ account: bucket(1, 1, 60_000) });
    const controller = new AbortController();
    const aborted = failure(() => admit(kit, { signal: controller.signal }));
    controller.abort("gave up");
    expect(await aborted).toBe("gave up");
    await kit.clock.advance(10);
    let open = false;
    Promise.resolve(admit(kit)).then(() => {
      open = true;
    });
    await kit.clock.advance(10);
    expect(open).toBe(true);
  });
});
