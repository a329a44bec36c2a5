import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { RateLimit } from "../../runtime/descriptor.ts";
import { answered, createLimits, never } from "./limits-kit.ts";
import { bucket, connectorOf, operationOf, policyOf, windowOf } from "./policy-fixture.ts";
import { simulatedClock } from "./simulated-clock.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What the rest of the process (the test runner, the compiler) holds for a moment is not the client's. */
async function heapUsed(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

const tenants = 10_000;

test.each<[string, RateLimit]>([
  ["bucket", bucket(40, 200, 1_000, { partition: ["tenant"] })],
  ["window", windowOf(100, 20_000, { partition: ["tenant"] })],
])("%s: 400 bytes for each of 10,000 tenants that called, and none when they are idle", async (_, limit) => {
  const clock = simulatedClock();
  const connector = connectorOf({ rateLimits: { store: limit } });
  const operation = operationOf(
    connector,
    policyOf({ limitedBy: ["store"], concurrency: { max: 10, per: ["tenant"], queue: 10 } }),
  );
  const limits = createLimits(connector, { clock });
  const call = (tenant: string) =>
    answered(
      limits.admit(operation, { tenant, credential: "c", priority: "normal" }, { signal: never, deadlineAt: 1e9 }),
    );
  for (let warm = 0; warm < 60; warm++) call(`warm-${warm % 2}`);
  const before = await heapUsed();
  for (let tenant = 0; tenant < tenants; tenant++) call(`acct_${tenant}`);
  const each: number = ((await heapUsed()) - before) / tenants;
  expect(each).toBeLessThanOrEqual(400);
  await clock.advance(50_000);
  // Each write looks at a few partitions; two that write in turn let each other go, too.
  for (let write = 0; write < 3_000; write++) {
    call(`awake-${write % 2}`);
    if (write % 50 === 0) await clock.advance(60_000);
  }
  expect(((await heapUsed()) - before) / tenants).toBeLessThanOrEqual(60);
});
