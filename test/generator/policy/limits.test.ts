/** Limits from the text of a policy through the generated data to what a client does. */
import { expect, test } from "vitest";
import { featureName } from "../../../generator/model.ts";
import { concurrentCalls } from "../../../runtime/concurrent-calls.ts";
import type { Connector, OperationDescriptor, RateLimit } from "../../../runtime/descriptor.ts";
import type { Permit } from "../../../runtime/limits.ts";
import { slidingWindow } from "../../../runtime/sliding-window.ts";
import { tokenBucket } from "../../../runtime/token-bucket.ts";
import { connectorOf, exchangeOf, operationOf } from "../../runtime/policy-fixture.ts";
import { simulatedClock } from "../../runtime/simulated-clock.ts";
import { planOf, told } from "./harness.ts";

const features: Readonly<Record<string, RateLimit["use"]>> = { concurrentCalls, slidingWindow, tokenBucket };

/** A client of what the policy says of `createThing`. */
async function clientOf(policy: string) {
  const plan = await planOf(policy);
  expect(told(plan.diagnostics)).toEqual([]);
  const rateLimits = Object.fromEntries(
    Object.entries(plan.connector.rateLimits).map(([name, limit]) => [
      name,
      { ...limit, use: features[featureName(limit.use) ?? ""] } as RateLimit,
    ]),
  );
  const connector: Connector = connectorOf({ rateLimits });
  const operation = operationOf(connector, plan.operations.get("createThing")!.policy);
  const clock = simulatedClock();
  const limits = connector.limits!(connector, { clock });
  const wait = { signal: new AbortController().signal, deadlineAt: 1e9 };
  const admit = (caller: { tenant?: string; credential?: string } = {}, of: OperationDescriptor = operation) =>
    limits.admit(of, { tenant: caller.tenant, credential: caller.credential ?? "c", priority: "normal" }, wait);
  const isNow = (permit: ReturnType<typeof admit>): permit is Permit => !(permit instanceof Promise);
  return { plan, operation, clock, admit, isNow };
}

const source = "source: { note: measured }";

test("calls at once as a limit: the place comes back with the answer, and without one too", async () => {
  const { plan, admit, isNow } = await clientOf(
    `rateLimits: { parallel: { algorithm: concurrency, capacity: 2, partition: [], ${source} } }\ndefaults: { limitedBy: [parallel] }`,
  );
  expect(plan.connector.rateLimits["parallel"]).toMatchObject({ capacity: 2, per: 0, refill: 2, cost: 1 });
  const [first, second] = [admit({ credential: "a" }), admit({ credential: "b" })] as Permit[];
  const waiting = [admit({ credential: "c" }), admit({ credential: "d" })];
  expect(waiting.map(isNow)).toEqual([false, false]);
  first!.settle(exchangeOf({}));
  (await waiting[0]!).settle(undefined);
  await waiting[1];
  second!.release();
  expect(isNow(admit())).toBe(true);
});

test("a cost that the answer tells is settled after the call, and the next call is counted by it", async () => {
  const { clock, admit, isNow } = await clientOf(
    `rateLimits: { points: { algorithm: leakyBucket, capacity: 100, leak: { amount: 10, per: 1s }, cost: $response.header.Cost, ${source} } }\ndefaults: { limitedBy: [points] }`,
  );
  (admit() as Permit).settle(exchangeOf({ headers: { cost: "60" } }));
  const next = admit();
  expect(isNow(next)).toBe(false);
  await clock.advance(1_999);
  let open = false;
  Promise.resolve(next).then(() => {
    open = true;
  });
  await clock.advance(0);
  expect(open).toBe(false);
  await clock.advance(1);
  expect(open).toBe(true);
});

test.each<[per: string, same: object, other: object]>([
  ["[tenant]", { tenant: "t1", credential: "x" }, { tenant: "t2" }],
  ["[credential, tenant]", { tenant: "t1" }, { tenant: "t1", credential: "x" }],
])("concurrency per %s", async (per, same, other) => {
  const { admit, isNow } = await clientOf(`defaults: { concurrency: { max: 1, per: ${per}, ${source} } }`);
  expect(isNow(admit({ tenant: "t1" }))).toBe(true);
  expect(isNow(admit(same))).toBe(false);
  expect(isNow(admit(other))).toBe(true);
});

test("concurrency per operation", async () => {
  const { operation, admit, isNow } = await clientOf(
    `defaults: { concurrency: { max: 1, per: [operation], ${source} } }`,
  );
  const other = { ...operation, id: "charges.list" };
  expect([admit(), admit({ credential: "x" }), admit({}, other)].map(isNow)).toEqual([true, false, true]);
});

const limited = "defaults: { limitedBy: [a] }";
test.each([
  [
    `rateLimits: { a: { algorithm: concurrency, capacity: 5, «limit»: { amount: 1, per: 1s } } }\n${limited}`,
    "P301 `limit` does not belong to `concurrency` as it is written | calls at once have `capacity` alone",
  ],
  [
    `rateLimits: { «a»: { algorithm: concurrency } }\n${limited}`,
    "P003 `a` counts calls at once and lacks `capacity` | add for example `capacity: 10`",
  ],
  [
    `rateLimits: { a: { algorithm: slidingWindow, limit: { amount: 9, per: 1s }, cost: «$response.body#/price» } }\n${limited}`,
    "P410 the schema has no `price` for `$response.body#/price`",
  ],
])("%s", async (policy, wanted) => {
  const plan = await planOf(policy.replace(/[«»]/g, ""));
  const [line = "", column = 0] = policy.split("\n").flatMap((text) => {
    const at = text.indexOf("«");
    return at < 0 ? [] : [text, at + 1];
  });
  expect(line).not.toBe("");
  const finding = plan.diagnostics.find(({ code }) => wanted.startsWith(code));
  expect(finding?.column).toBe(column);
  expect(told(plan.diagnostics).join("\n")).toContain(wanted.slice(5));
});
