import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OperationDescriptor } from "../../runtime/descriptor.ts";
import { Limit } from "../../runtime/limit.ts";
import type { Permit } from "../../runtime/limits.ts";
import type { Priority } from "../../runtime/operation.ts";
import { MemoryRateStore } from "../../runtime/stores/memory-rate-store.ts";
import { Lane, WaitingLine } from "../../runtime/waiting-line.ts";
import { runs } from "../runs.ts";
import { admit, answered, failure, isNow, type Kit, setUp } from "./limits-kit.ts";
import { bucket, exchangeOf, operationOf, policyOf, windowOf } from "./policy-fixture.ts";
import { settled } from "./simulated-clock.ts";

/** Notes in which order calls are admitted. */
function log(kit: Kit) {
  const order: string[] = [];
  const call = (name: string, more: Parameters<typeof admit>[1] = {}) =>
    answered(admit(kit, more), () => order.push(name));
  return { order, call };
}

describe("tenants at a limit that they share", () => {
  test("a thousand calls of one tenant delay the call of another by one", async () => {
    const kit = setUp({ account: bucket(1, 10, 1_000) });
    const { order, call } = log(kit);
    for (let index = 0; index < 1_000; index++) call(`big ${index}`, { tenant: "big" });
    await kit.clock.advance(1_000);
    call("small 0", { tenant: "small" });
    call("small 1", { tenant: "small" });
    order.length = 0;
    await kit.clock.advance(500);
    expect(order).toEqual(["small 0", "big 11", "small 1", "big 12", "big 13"]);
  });

  test("take turns, each its own calls in their order", async () => {
    const kit = setUp({ account: windowOf(2, 1_000) });
    const { order, call } = log(kit);
    for (const tenant of ["a", "a", "a", "a", "b", "b", "c"]) call(tenant, { tenant });
    await kit.clock.advance(4_000);
    expect(order).toEqual(["a", "a", "a", "b", "c", "a", "b"]);
  });

  test("shares differ by a tenth at most while all want more, whatever they ask for and in however many operations", async () => {
    const tenants = fc.array(
      fc.record({ calls: fc.integer({ min: 40, max: 120 }), operations: fc.integer({ min: 1, max: 3 }) }),
      {
        minLength: 2,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(tenants, fc.boolean(), async (wanted, isGated) => {
        const kit = setUp(
          { account: bucket(5, 50, 1_000) },
          { concurrency: { max: 3, per: ["credential"], queue: 1_000 } },
        );
        const served = wanted.map(() => 0);
        for (const [tenant, { calls, operations }] of wanted.entries()) {
          for (let index = 0; index < calls; index++) {
            const of = operationOf(kit.connector, kit.operation.policy, `charges.${index % operations}`);
            const permit = admit(kit, { tenant: `t${tenant}`, of });
            Promise.resolve(permit).then(async (open) => {
              served[tenant]!++;
              if (isGated) await kit.clock.sleep(30);
              open.settle(exchangeOf({}));
            });
          }
        }
        // The first tenant's calls that found nobody waiting are no share.
        await kit.clock.advance(0);
        const before = [...served];
        await kit.clock.advance(3_000 * Math.min(1, wanted.length / 4));
        const shares = served.map((count, tenant) => count - before[tenant]!);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(Math.max(3, 0.1 * Math.min(...shares)));
        await kit.clock.advance(60_000);
        expect(served).toEqual(wanted.map(({ calls }) => calls));
        expect(kit.clock.timers).toBe(0);
      }),
      { numRuns: runs(20) },
    );
  }, 60_000);

  test("turns are counted in what calls cost", async () => {
    const kit = setUp({ account: bucket(4, 4, 1_000, { cost: 2 }) });
    const { order, call } = log(kit);
    for (const tenant of ["a", "a", "a", "a", "b", "b"]) call(tenant, { tenant });
    await kit.clock.advance(10_000);
    expect(order).toEqual(["a", "a", "a", "b", "a", "b"]);
  });

  test("one tenant's full queue is not the others'", async () => {
    const kit = setUp({}, { concurrency: { max: 1, per: ["credential"], queue: 2 } });
    const permits = [admit(kit, { tenant: "a" }), admit(kit, { tenant: "a" }), admit(kit, { tenant: "a" })];
    expect(await failure(() => admit(kit, { tenant: "a" }))).toMatchObject({ name: "QueueFullError", code: "queue" });
    const { order, call } = log(kit);
    call("b", { tenant: "b" });
    for (const permit of permits) answered(permit, () => order.push("a"));
    await kit.clock.advance(0);
    expect(order).toEqual(["a", "a", "b", "a"]);
  });

  test("a newcomer is refused by the wait of its own turn, not by what others have queued", async () => {
    const kit = setUp({ account: bucket(1, 1, 1_000) });
    answered(admit(kit, { tenant: "a" }));
    for (let index = 0; index < 100; index++) answered(admit(kit, { tenant: "a" }));
    const { order, call } = log(kit);
    call("b", { tenant: "b", within: 5_000 });
    await kit.clock.advance(3_000);
    expect(order).toEqual(["b"]);
    expect(await failure(() => admit(kit, { tenant: "a", within: 5_000 }))).toMatchObject({ code: "wait" });
  });

  test("a newcomer learns at once of a pause of those who stand before it", async () => {
    const kit = setUp({ account: bucket(2, 1, 1_000) });
    const [first] = [admit(kit, { tenant: "a" }), admit(kit, { tenant: "a" }), answered(admit(kit, { tenant: "a" }))];
    (first as Permit).settle(exchangeOf({ status: 429 }), { name: "RateLimitError", pause: true, wait: 50_000 });
    const late = Promise.resolve(admit(kit, { tenant: "b", within: 49_999 })).catch((error: unknown) => error);
    expect(await Promise.race([late, settled()])).toMatchObject({ code: "wait", retryAt: kit.clock.now() + 50_000 });
    const { order, call } = log(kit);
    call("b", { tenant: "b", within: 60_000 });
    await kit.clock.advance(60_000);
    expect(order).toEqual(["b"]);
  });

  test("calls that another limit holds back are not ahead of a newcomer", async () => {
    const kit = setUp({
      account: bucket(1, 1, 1_000),
      endpoint: bucket(1, 1, 3_600_000, { partition: ["credential", "operation"] }),
    });
    const free = operationOf(kit.connector, policyOf({ limitedBy: ["account"] }), "charges.free");
    answered(admit(kit, { of: free }));
    for (let index = 0; index < 50; index++) answered(admit(kit));
    const { order, call } = log(kit);
    call("free", { of: free, within: 5_000 });
    await kit.clock.advance(5_000);
    expect(order).toEqual(["free"]);
  });

  test("calls that cost less are ahead of a newcomer with what they cost", async () => {
    const cost = { from: "body", path: ["cost"] } as const;
    const kit = setUp({ account: bucket(10, 1, 1_000, { cost }) });
    const spend = (of: OperationDescriptor, units: number) =>
      (admit(kit, { of }) as Permit).settle(exchangeOf({ body: { cost: units } }));
    spend(kit.other, 1);
    spend(kit.operation, 9);
    // One of 9 behind five of 1 each, at an empty bucket.
    for (let index = 0; index < 5; index++) answered(admit(kit, { of: kit.other }));
    const late = Promise.resolve(admit(kit, { within: 13_999 })).catch((error: unknown) => error);
    expect(await Promise.race([late, settled()])).toMatchObject({ code: "wait" });
    const { order, call } = log(kit);
    call("dear", { within: 15_000 });
    await kit.clock.advance(15_000);
    expect(order).toEqual(["dear"]);
  });

  test("that come and go without end cost each call the same", () => {
    const kit = setUp({});
    const limit = bucket(1, 1, 1_000);
    const rule = { name: "account", limit, capacity: 1, policy: limit };
    const one = new Limit(new MemoryRateStore(), rule, kit.operation, { tenant: undefined, credential: "c" });
    const lane = (tenant: string) => new Lane(tenant, 1, [one]);
    const line = new WaitingLine(one.key);
    for (let tenant = 0; tenant < 30_000; tenant++) line.serve(lane(`t${tenant}`), 1);
  }, 2_000);

  test("no tenant can name itself into another's turn", async () => {
    const kit = setUp({ account: bucket(1, 1, 1_000) });
    const { order, call } = log(kit);
    for (const tenant of ["x", "a", "a", 'a"', "a\n", "\ud800"]) call(tenant, { tenant });
    await kit.clock.advance(10_000);
    expect(order).toEqual(["x", "a", 'a"', "a\n", "\ud800", "a"]);
  });
});

describe("priorities", () => {
  test("go first wherever calls wait, of whatever tenant; equals take turns", async () => {
    const kit = setUp({ account: bucket(1, 1, 1_000) });
    const { order, call } = log(kit);
    const calls: [string, Priority][] = [
      ["now", "low"],
      ["a low", "low"],
      ["a normal", "normal"],
      ["b low", "low"],
      ["a high", "high"],
      ["b high", "high"],
      ["a high 2", "high"],
    ];
    for (const [name, priority] of calls) call(name, { tenant: name.slice(0, 1), priority });
    await kit.clock.advance(10_000);
    expect(order).toEqual(["now", "a high", "b high", "a high 2", "a normal", "a low", "b low"]);
  });

  test("a high call waits for its turn among high ones only", async () => {
    const kit = setUp({ account: bucket(1, 1, 1_000) });
    answered(admit(kit));
    for (let index = 0; index < 50; index++) answered(admit(kit, { priority: "normal" }));
    expect(await failure(() => admit(kit, { priority: "low", within: 20_000 }))).toMatchObject({ code: "wait" });
    const { order, call } = log(kit);
    call("high", { priority: "high", within: 2_000 });
    await kit.clock.advance(1_000);
    expect(order).toEqual(["high"]);
  });
});

describe("bounds", () => {
  test("50,000 calls may wait in a client, whatever the policy says", async () => {
    const queue = Number.POSITIVE_INFINITY;
    const kit = setUp({}, { concurrency: { max: 1, per: ["credential"], queue } });
    const first = admit(kit) as Permit;
    const waiting = Array.from({ length: 50_000 }, (_, index) => {
      const controller = new AbortController();
      return {
        controller,
        end: failure(() => admit(kit, { tenant: `t${index % 1_000}`, signal: controller.signal })),
      };
    });
    expect(await failure(() => admit(kit, { tenant: "one more" }))).toMatchObject({ code: "queue", effect: "none" });
    for (const { controller } of waiting) controller.abort("gave up");
    expect(new Set(await Promise.all(waiting.map(({ end }) => end)))).toEqual(new Set(["gave up"]));
    first.settle(undefined);
    expect([isNow(admit(kit)), kit.clock.timers]).toEqual([true, 0]);
  }, 60_000);

  test("a permit that is released was never taken", async () => {
    const kit = setUp({ account: windowOf(1, 60_000) });
    (admit(kit) as Permit).release();
    const permit = admit(kit) as Permit;
    const waiting = admit(kit);
    permit.release();
    permit.settle(undefined);
    await waiting;
  });
});
