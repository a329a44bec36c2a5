/** Whatever calls, ends and gives up in whatever order: nobody is forgotten, nobody overtakes its own, nothing is left. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Permit } from "../../runtime/limits.ts";
import { withLocalShare } from "../../runtime/local-share.ts";
import type { Priority } from "../../runtime/operation.ts";
import { MemoryRateStore } from "../../runtime/stores/memory-rate-store.ts";
import type { SafeRateStore } from "../../runtime/stores/rate-store.ts";
import { runs } from "../runs.ts";
import { createLimits } from "./limits-kit.ts";
import { bucket, connectorOf, exchangeOf, operationOf, policyOf, windowOf } from "./policy-fixture.ts";
import { type SimulatedClock, simulatedClock } from "./simulated-clock.ts";

const call = fc.record({
  kind: fc.constant("call" as const),
  tenant: fc.constantFrom("a", "b", "c"),
  operation: fc.nat(2),
  priority: fc.constantFrom<Priority>("high", "normal", "low"),
  within: fc.constantFrom(500, 3_000, 1e7),
  abort: fc.option(fc.nat(3_000), { freq: 3 }),
});
const end = fc.record({
  kind: fc.constant("end" as const),
  which: fc.nat(10),
  how: fc.constantFrom("answered", "answered", "answered", "lost", "released", "throttled", "dear"),
});
const wait = fc.record({
  kind: fc.constant("wait" as const),
  ms: fc.oneof(fc.nat(20), fc.nat(700)),
  turns: fc.boolean(),
});
const steps = fc.array(
  fc.oneof({ weight: 10, arbitrary: call }, { weight: 6, arbitrary: end }, { weight: 6, arbitrary: wait }),
  { maxLength: 100, size: "max" },
);

/** A store behind a network that may fail. */
function remote(clock: SimulatedClock, isDown: () => boolean): SafeRateStore {
  const memory = new MemoryRateStore({ clock });
  const answer = async <T>(work: () => T): Promise<T> => {
    if (isDown()) throw new Error("down");
    await clock.sleep(3);
    return work();
  };
  const store = {
    processes: 1,
    take: (...args: Parameters<typeof memory.take>) => answer(() => memory.take(...args)),
    settle: (...args: Parameters<typeof memory.settle>) => answer(() => memory.settle(...args)),
    giveBack: (...args: Parameters<typeof memory.giveBack>) => answer(() => memory.giveBack(...args)),
    feedback: (...args: Parameters<typeof memory.feedback>) => answer(() => memory.feedback(...args)),
  };
  return withLocalShare(store, clock);
}

function finish(permit: Permit, how: string): void {
  if (how === "released") permit.release();
  else if (how === "lost") permit.settle(undefined);
  else if (how === "throttled")
    permit.settle(exchangeOf({ status: 429 }), { name: "RateLimitError", pause: true, wait: 1_500 });
  else permit.settle(exchangeOf({ body: { cost: how === "dear" ? 3 : 1 } }));
}

test.each(["of this process", "far away", "far away, and failing now and then"])(
  "limits in a store %s",
  async (where) => {
    let admitted = 0;
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (all, tellsCost) => {
        const clock = simulatedClock();
        let isDown = false;
        const cost = tellsCost ? ({ from: "body", path: ["cost"] } as const) : 1;
        const connector = connectorOf({
          rateLimits: {
            account: bucket(3, 3, 1_000, { partition: [], cost }),
            endpoint: windowOf(4, 1_000, { partition: ["operation"] }),
            store: bucket(2, 4, 1_000, { partition: ["tenant"] }),
          },
        });
        const rateStore = where === "of this process" ? undefined : remote(clock, () => isDown);
        const limits = createLimits(connector, { clock, rateStore });
        const most = [2, 3, Number.POSITIVE_INFINITY];
        const operations = [["account", "endpoint"], ["store", "account"], ["account"]].map((limitedBy, index) => {
          const concurrency = { max: most[index]!, per: ["tenant"] as const, queue: 1_000 };
          return operationOf(connector, policyOf({ limitedBy, concurrency }), `charges.${index}`);
        });
        const open: { permit: Permit; place: string }[] = [];
        const lastOf = new Map<string, number>();
        let begun = 0;
        let ended = 0;
        const begin = ({
          tenant,
          operation,
          priority,
          within,
          abort,
        }: typeof call extends fc.Arbitrary<infer T> ? T : never) => {
          const number = ++begun;
          const controller = new AbortController();
          const giveUp = () => controller.abort("gave up");
          if (abort !== null) clock.sleep(abort).then(giveUp);
          // As the deadline of a call does.
          if (within < 1e6) clock.sleep(within).then(giveUp);
          const time = { signal: controller.signal, deadlineAt: clock.mono() + within };
          const ask = async () => limits.admit(operations[operation]!, { tenant, credential: "c", priority }, time);
          ask()
            .then(
              (permit) => {
                if (controller.signal.aborted) return permit.release();
                admitted++;
                const lane = `${tenant} ${operation} ${priority}`;
                expect(number).toBeGreaterThan(lastOf.get(lane) ?? 0);
                lastOf.set(lane, number);
                const place = `${tenant} ${operation}`;
                open.push({ permit, place });
                expect(open.filter((other) => other.place === place).length).toBeLessThanOrEqual(most[operation]!);
              },
              (error: unknown) => expect(["gave up", "wait"]).toContain((error as { code?: string }).code ?? error),
            )
            .then(() => ended++);
        };
        for (const step of all) {
          if (step.kind === "call") begin(step);
          else if (step.kind === "wait") {
            isDown = where.endsWith("then") && step.turns ? !isDown : isDown;
            await clock.advance(step.ms);
          } else if (open.length > 0) finish(open.splice(step.which % open.length, 1)[0]!.permit, step.how);
          await clock.advance(0);
        }
        isDown = false;
        for (let round = 0; round < 300 && (ended < begun || open.length > 0); round++) {
          for (const { permit } of open.splice(0)) permit.settle(undefined);
          await clock.advance(500);
        }
        await clock.advance(1e4);
        expect([ended, open.length, clock.timers]).toEqual([begun, 0, 0]);
      }),
      { numRuns: runs(250) },
    );
    // A law over steps in which nothing happens would hold too.
    expect(admitted).toBeGreaterThan(runs(1_000));
  },
  120_000,
);
