import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concurrencyLimits, type Permit } from "../../runtime/limits.ts";
import { runs } from "../runs.ts";
import { admit, createLimits, failure, isNow, setUp } from "./limits-kit.ts";
import { bucket, connectorOf, exchangeOf, operationOf, policyOf, windowOf } from "./policy-fixture.ts";
import { settled, simulatedClock } from "./simulated-clock.ts";

describe("concurrency", () => {
  const concurrency = { max: 2, per: ["credential"], queue: 3 } as const;

  test("holds the next call until a place is free, in order, and for each credential apart", async () => {
    const kit = setUp({}, { concurrency });
    const [first, second] = [admit(kit) as Permit, admit(kit) as Permit];
    const order: string[] = [];
    const third = admit(kit) as Promise<Permit>;
    third.then(() => order.push("third"));
    Promise.resolve(admit(kit)).then(() => order.push("fourth"));
    expect(isNow(admit(kit, { credential: "c2" }))).toBe(true);
    expect(kit.clock.timers).toBe(0);
    await settled();
    expect(order).toEqual([]);
    first.settle(undefined);
    first.settle(undefined);
    await settled();
    expect(order).toEqual(["third"]);
    second.settle(undefined);
    await settled();
    expect(order).toEqual(["third", "fourth"]);
  });

  test("a full queue refuses, and a place in it comes back after an abort", async () => {
    const kit = setUp({}, { concurrency });
    const open = [admit(kit), admit(kit)] as Permit[];
    const controller = new AbortController();
    const waiting = [admit(kit), admit(kit), admit(kit, { signal: controller.signal })] as Promise<Permit>[];
    const error = await failure(() => admit(kit));
    expect(error).toMatchObject({ name: "QueueFullError", code: "queue", effect: "none" });
    expect(error).not.toHaveProperty("retryAt");
    controller.abort("gave up");
    await expect(waiting[2]).rejects.toBe("gave up");
    const late = admit(kit) as Promise<Permit>;
    for (const permit of open) permit.settle(undefined);
    for (const permit of [waiting[0]!, waiting[1]!]) (await permit).settle(undefined);
    (await late).settle(undefined);
    expect(isNow(admit(kit))).toBe(true);
  });

  test("needs no rate limits, and then pauses everybody after a 429", async () => {
    const clock = simulatedClock();
    const connector = connectorOf({ limits: concurrencyLimits });
    const kit = { clock, connector, limits: createLimits(connector, { clock }) };
    const operation = operationOf(connector, policyOf({ concurrency }));
    const call = () => admit({ ...kit, operation, other: operation });
    const [first, second] = [call(), call()] as Permit[];
    let open = false;
    (call() as Promise<Permit>).then(() => {
      open = true;
    });
    first!.settle(exchangeOf({ status: 429 }), { name: "RateLimitError", pause: true, wait: 3_000 });
    second!.settle(exchangeOf({}));
    await clock.advance(2_999);
    expect(open).toBe(false);
    await clock.advance(1);
    expect([open, clock.timers]).toEqual([true, 0]);
  });

  test("a call that waits for a rate limit holds no place", async () => {
    const kit = setUp(
      { endpoint: bucket(1, 1, 60_000, { partition: ["operation"] }) },
      { concurrency: { max: 1, per: ["credential"], queue: 10 } },
    );
    (admit(kit) as Permit).settle(undefined);
    const stuck = admit(kit);
    expect(isNow(stuck)).toBe(false);
    expect(isNow(admit(kit, { of: kit.other }))).toBe(true);
  });

  test("never more than its maximum under way, whatever the order of ends and aborts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom("call", "end", "abort"), { maxLength: 60 }), async (steps) => {
        const kit = setUp({ account: windowOf(5, 100) }, { concurrency: { max: 2, per: ["credential"], queue: 100 } });
        const active: Permit[] = [];
        const waiting = new Set<AbortController>();
        for (const step of steps) {
          if (step === "call") {
            const controller = new AbortController();
            waiting.add(controller);
            Promise.resolve(admit(kit, { signal: controller.signal }))
              .then((permit) => active.push(permit))
              .catch(() => {})
              .finally(() => waiting.delete(controller));
          } else if (step === "end") active.shift()?.settle(undefined);
          else [...waiting][0]?.abort("gave up");
          await kit.clock.advance(10);
          expect(active.length).toBeLessThanOrEqual(2);
        }
        for (let round = 0; round < 100 && (waiting.size > 0 || active.length > 0); round++) {
          active.shift()?.settle(undefined);
          await kit.clock.advance(100);
        }
        expect([waiting.size, active.length, kit.clock.timers]).toEqual([0, 0, 0]);
      }),
      { numRuns: runs(60) },
    );
  });
});
