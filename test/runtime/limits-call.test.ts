/** Limits as a caller meets them: through a client, over real sockets. */
import { type CallOptions, connect, createConnection } from "@couplet/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connector, Policy, RateLimit } from "../../runtime/descriptor.ts";
import type { Operation } from "../../runtime/operation.ts";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { connector, define, safePolicy, skippingClock } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";
import { bucket } from "./policy-fixture.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

/** Calls that name themselves in the query. */
function callerOf(policy: Partial<Policy>, rateLimits: Readonly<Record<string, RateLimit>> = {}) {
  const limited: Connector = { ...connector, rateLimits };
  const get: Operation<{ n: string }, unknown> = define<{ n: string }>({
    connector: limited,
    policy: { ...safePolicy, limitedBy: Object.keys(rateLimits), ...policy },
    parameters: [{ name: "n", in: "query" }],
  }) as never;
  const client = connect(
    { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() },
    { calls: { get } },
  );
  return (n: string, options?: CallOptions) => client.calls.get({ n }, options);
}

const arrivals = () => server.arrived.map(({ url }) => new URL(url, server.base).searchParams.get("n"));
const oneAtOnce = { concurrency: { max: 1, per: ["credential"], queue: 100 } } as const;

/** Answers each request a little later, so that the others have to wait. */
const slowly: Answer = (response, request) => {
  setTimeout(() => json(200, {})(response, request), 5);
};

test("calls wait in turns of their tenants, and urgent ones first", async () => {
  server.answer(slowly);
  const call = callerOf(oneAtOnce);
  // From here on credentials take no time, so the calls come to the limits in this order.
  await call("known");
  const work = [
    call("first"),
    ...["a1", "a2", "a3"].map((n) => call(n, { tenant: "a" })),
    call("b1", { tenant: "b" }),
    call("late", { tenant: "c", priority: "low" }),
    call("urgent", { tenant: "a", priority: "high" }),
  ];
  await Promise.all(work);
  expect(arrivals()).toEqual(["known", "first", "urgent", "a1", "b1", "a2", "a3", "late"]);
});

test("where nothing bounds the calls, nobody is asked", async () => {
  server.answer(json(200, {}));
  const { limits: _, ...unlimited } = connector;
  const get = define({ connector: unlimited, policy: safePolicy });
  const connection = createConnection(unlimited, { auth: { secretKey: secret }, baseUrl: server.base });
  expect(connection.limits).toBeUndefined();
  const client = connect(connection, { calls: { get } });
  expect(await Promise.all([client.calls.get({}), client.calls.get({})])).toEqual([{}, {}]);
});

test.each(["urgent", 1, null, "toString"])("priority %o is a mistake of the input", async (priority) => {
  const error = await rejection(callerOf({})("x", { priority: priority as never }));
  expect(error).toMatchObject({ name: "InputValidationError", effect: "none", issues: [{ path: ["priority"] }] });
  expect(error.message).toMatch(/"high", "normal" or "low"/);
});

test("a cost that the answer tells holds the next call back", async () => {
  server.answer(json(200, { cost: 100 }));
  const cost = { from: "body", path: ["cost"] } as const;
  const call = callerOf(
    { timeouts: { attempt: 1_000, deadline: 4_000 } },
    { points: bucket(100, 10, 1_000, { cost }) },
  );
  await call("dear");
  expect(await rejection(call("too soon"))).toMatchObject({ name: "QueueFullError", code: "wait", effect: "none" });
});

test("the place of a call that is aborted while it waits goes to the next one", async () => {
  server.answer(slowly);
  const call = callerOf(oneAtOnce);
  const controller = new AbortController();
  const first = call("first");
  const gone = call("gone", { signal: controller.signal });
  const last = call("last");
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(gone).rejects.toBe(reason);
  await Promise.all([first, last]);
  expect(arrivals()).toEqual(["first", "last"]);
});
