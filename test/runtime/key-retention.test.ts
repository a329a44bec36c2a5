/** Whatever a later attempt waits for, nothing is sent with a key that the provider may have forgotten. */
import { connect, type Operation } from "@couplet/runtime";
import { jsonBody, slidingWindow } from "@couplet/runtime/codegen/v1";
import { expect, test, vi } from "vitest";
import { connector, define, keyedPolicy, skippingClock } from "./pay.ts";
import { rejection } from "./pay-client.ts";
import { simulatedClock } from "./simulated-clock.ts";

const limit = { use: slidingWindow, capacity: 1, refill: 1, partition: [], cost: 1, reserve: 0, pauseOn: [] } as const;

test.each<[window: number, sent: number]>([
  [1_000, 2],
  [40_000, 1],
])("a limit of one call in %d ms, a key kept for 30 s: sent %d times", async (per, sent) => {
  const clock = simulatedClock();
  const create = define({
    connector: { ...connector, rateLimits: { scarce: { ...limit, per } } },
    policy: {
      ...keyedPolicy,
      timeouts: { attempt: 10_000, deadline: 120_000 },
      idempotency: { ...keyedPolicy.idempotency, retention: 30_000 },
      limitedBy: ["scarce"],
    },
    method: "POST",
    body: { contentType: "application/json", encode: jsonBody },
  }) as Operation<unknown, unknown>;
  let requests = 0;
  const send = (async () =>
    ++requests < 2 ? Response.json({}, { status: 503 }) : Response.json({ id: "ch_1" })) as typeof fetch;
  const client = connect({ auth: { secretKey: "sk_test_0123456789" }, clock, fetch: send }, { charges: { create } });
  const call = (client.charges.create as (input: unknown) => PromiseLike<unknown>)({ body: { amount: 1 } });
  const outcome = sent > 1 ? call : rejection(call);
  await vi.waitFor(() => expect(requests).toBe(1));
  for (let step = 0; step < 50; step++) await clock.advance(2_000);
  if (sent > 1) expect(await outcome).toEqual({ id: "ch_1" });
  else
    expect(await outcome).toMatchObject({
      status: 503,
      effect: "unknown",
      attempts: 1,
      message: expect.stringContaining("forgotten the idempotency key"),
    });
  expect(requests).toBe(sent);
});

test("a machine that slept meanwhile: monotonic clocks do not count it, and the provider does", async () => {
  const idempotency = { ...keyedPolicy.idempotency, retention: 1_800_000 };
  const body = { contentType: "application/json", encode: jsonBody } as const;
  const create = define({ method: "POST", policy: { ...keyedPolicy, idempotency }, body });
  const clock = skippingClock();
  let asleep = 0;
  const send = (async () => {
    asleep += 3_600_000;
    return Response.json({}, { status: 503 });
  }) as typeof fetch;
  const sleepy = { ...clock, now: () => clock.now() + asleep };
  const { a } = connect({ auth: { secretKey: "sk_test_0123456789" }, clock: sleepy, fetch: send }, { a: { create } });
  expect(await rejection(a.create({ body: { amount: 1 } }))).toMatchObject({
    attempts: 1,
    effect: "unknown",
    message: expect.stringContaining("forgotten the idempotency key"),
  });
});
