/** The breaker in the path of calls: what counts, what waits, what is refused, and what is left behind. */
import {
  type BaseClientOptions,
  type CircuitOpenError,
  connect,
  isConnectorError,
  type Operation,
  type TimeoutError,
} from "@couplet/runtime";
import { circuitGuard, type Policy } from "@couplet/runtime/codegen/v1";
import { describe, expect, test } from "vitest";
import { connector, define, safePolicy } from "../pay.ts";
import { rejection } from "../pay-client.ts";
import { breakerOf } from "../policy-fixture.ts";
import { type SimulatedClock, settled, simulatedClock } from "../simulated-clock.ts";

type Answer = (sent: number, init: RequestInit) => Response | Promise<Response>;

interface Kit {
  readonly clock: SimulatedClock;
  readonly client: { readonly charges: { readonly get: (input?: unknown, options?: object) => PromiseLike<unknown> } };
  sent: number;
  answer: Answer;
}

const ok: Answer = () => Response.json({ id: "ch_1" });
const status =
  (code: number, headers?: Record<string, string>): Answer =>
  () =>
    Response.json({}, { status: code, ...(headers && { headers }) });
const never: Answer = (_sent, { signal }) =>
  new Promise((_resolve, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));
const breaks =
  (code: string): Answer =>
  () =>
    Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code }) }));

const once: Policy = {
  ...safePolicy,
  timeouts: { attempt: 60_000, deadline: 60_000 },
  retry: { ...safePolicy.retry, maxAttempts: 1 },
  // So that no limit pauses what the breaker should see.
  errors: [{ when: { op: "==", left: { from: "status" }, right: 429 }, as: "RateLimitError", pause: false }],
};

function setUp(policy: Partial<Policy> = {}, options: BaseClientOptions = {}): Kit {
  const clock = simulatedClock();
  const get: Operation<unknown, unknown> = define({
    connector: { ...connector, breaker: circuitGuard },
    policy: { ...once, circuitBreaker: breakerOf({ openJitter: 0 }), ...policy },
  }) as never;
  const kit: Kit = {
    clock,
    sent: 0,
    answer: ok,
    client: undefined as never,
  };
  const send = (async (_url: unknown, init: RequestInit) => kit.answer(++kit.sent, init)) as typeof fetch;
  const all = { auth: { secretKey: "sk_test_0123456789" }, clock, fetch: send, ...options };
  return Object.assign(kit, { client: connect(all, { charges: { get } }) });
}

/** Fails by the time limit of the test. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await settled();
}

/** Moves time on only while something sleeps, until the work is done. */
async function play<T>(clock: SimulatedClock, work: PromiseLike<T>): Promise<T> {
  let isDone = false;
  const done = Promise.resolve(work).finally(() => {
    isDone = true;
  });
  done.catch(() => {});
  while (!isDone) await clock.next();
  return done;
}

/** Calls one after the other until one is not sent any more; the number that were sent. */
async function sentUntilOpen(kit: Kit, options: object = { deadline: 1_900 }): Promise<number> {
  for (let count = 0; count < 50; count++) {
    const before = kit.sent;
    await kit.client.charges.get({}, options).then(undefined, () => {});
    if (kit.sent === before) return kit.sent;
  }
  return kit.sent;
}

describe("counts", () => {
  const rows: readonly (readonly [name: string, answer: Answer, opens: boolean])[] = [
    ["500", status(500), true],
    ["503", status(503), true],
    ["504", status(504), true],
    ["501, which is permanent but the provider's", status(501), true],
    ["a refused connection", breaks("ECONNREFUSED"), true],
    ["a name that does not resolve", breaks("ENOTFOUND"), true],
    ["a certificate that does not fit", breaks("ERR_TLS_CERT_ALTNAME_INVALID"), true],
    ["a reset", breaks("ECONNRESET"), true],
    ["not 400", status(400), false],
    ["not 401", status(401), false],
    ["not 404", status(404), false],
    ["not 408, which is a 4xx", status(408), false],
    ["not 429", status(429), false],
    [
      "not an answer that cannot be decoded",
      () => new Response("{", { headers: { "content-type": "application/json" } }),
      false,
    ],
    ["not a redirect to elsewhere", status(302, { location: "https://elsewhere.example/" }), false],
  ];
  test.each(rows)("%s", async (_name, answer, opens) => {
    const kit = setUp();
    kit.answer = answer;
    expect(await sentUntilOpen(kit)).toBe(opens ? 20 : 50);
  });

  test("a timeout of the attempt, and a deadline that passes while the provider is silent", async () => {
    const breaker = breakerOf({ consecutive: 3, openJitter: 0 });
    for (const options of [{ timeout: 5, deadline: 1_500 }, { deadline: 5 }]) {
      const kit = setUp({ circuitBreaker: breaker });
      kit.answer = never;
      expect(await sentUntilOpen(kit, options)).toBe(3);
    }
  });

  test("not calls that the caller gives up", async () => {
    const kit = setUp();
    kit.answer = never;
    for (let count = 0; count < 25; count++) {
      const controller = new AbortController();
      const call = kit.client.charges.get({}, { signal: controller.signal });
      await until(() => kit.sent === count + 1);
      controller.abort(new Error("enough"));
      await expect(call).rejects.toThrow("enough");
    }
    expect(kit.sent).toBe(25);
  });

  test("not calls that the client refuses itself", async () => {
    const kit = setUp({ concurrency: { max: 1, per: ["credential"], queue: 0 } });
    kit.answer = never;
    const controller = new AbortController();
    const first = kit.client.charges.get({}, { signal: controller.signal });
    for (let count = 0; count < 30; count++)
      expect((await rejection(kit.client.charges.get())).name).toBe("QueueFullError");
    controller.abort();
    await rejection(first).catch(() => {});
    kit.answer = ok;
    expect(await kit.client.charges.get()).toEqual({ id: "ch_1" });
  });

  test("429 where the policy says so, and no connection where it does not", async () => {
    const throttled = setUp({ circuitBreaker: breakerOf({ counts: ["throttled"] }) });
    throttled.answer = status(429);
    expect(await sentUntilOpen(throttled)).toBe(20);
    throttled.answer = ok;
    const connect = setUp({ circuitBreaker: breakerOf({ counts: ["throttled"] }) });
    connect.answer = breaks("ECONNREFUSED");
    expect(await sentUntilOpen(connect)).toBe(50);
  });
});

async function opened(policy: Partial<Policy> = {}, options: BaseClientOptions = {}): Promise<Kit> {
  const kit = setUp(policy, options);
  kit.answer = status(503);
  await sentUntilOpen(kit);
  kit.sent = 0;
  kit.answer = ok;
  return kit;
}

describe("while open", () => {
  test("a call whose deadline is nearer is refused at once, and says when to come back", async () => {
    const kit = await opened();
    const error = (await rejection(kit.client.charges.get({}, { deadline: 1_000 }))) as unknown as CircuitOpenError;
    expect(isConnectorError(error, "CircuitOpenError")).toBe(true);
    expect(error).toMatchObject({
      name: "CircuitOpenError",
      code: "open",
      effect: "none",
      attempts: 0,
      retryAt: kit.clock.now() + 2_000,
    });
    const moment = new Date(kit.clock.now() + 2_000).toISOString();
    expect(error.message).toBe(
      `charges.get (pay 2026-09-30): https://api.pay.example keeps failing, so calls to it are held back until after this call's deadline. Nothing was sent. Try again from ${moment}.`,
    );
    expect(kit.sent).toBe(0);
    expect(kit.clock.timers).toBe(0);
  });

  test("a call with time waits, and is then sent as its first attempt", async () => {
    const kit = await opened();
    const call = kit.client.charges.get();
    await until(() => kit.clock.timers === 1);
    await kit.clock.advance(1_999);
    expect(kit.sent).toBe(0);
    await kit.clock.advance(1);
    expect(await call).toEqual({ id: "ch_1" });
    expect(kit.sent).toBe(1);
    expect(kit.clock.timers).toBe(0);
  });

  test("a retry waits too, and its wait costs no attempt", async () => {
    const kit = setUp({ retry: { ...safePolicy.retry, maxAttempts: 21 }, timeouts: { attempt: 1e6, deadline: 1e6 } });
    kit.answer = (sent) => (sent <= 20 ? Response.json({}, { status: 503 }) : Response.json({ id: "ch_1" }));
    const call = kit.client.charges.get() as PromiseLike<unknown> & {
      withResponse(): Promise<{ meta: { attempts: number } }>;
    };
    expect((await play(kit.clock, call.withResponse())).meta.attempts).toBe(21);
    expect(kit.sent).toBe(21);
  });

  test("a call that failed before keeps its effect and its cause", async () => {
    const kit = setUp({
      retry: { ...safePolicy.retry, maxAttempts: 30 },
      circuitBreaker: breakerOf({ openFor: 60_000 }),
    });
    kit.answer = status(503);
    const error = await play(kit.clock, rejection(kit.client.charges.get({}, { deadline: 50_000 })));
    expect(error).toMatchObject({ name: "CircuitOpenError", effect: "unknown", attempts: kit.sent });
    expect((error.cause as Error).name).toBe("ServerError");
    expect(error.message).toContain(`Sent ${kit.sent} times.`);
  });

  test("an abort ends the wait at once and leaves nothing behind", async () => {
    const kit = await opened();
    const controller = new AbortController();
    const call = kit.client.charges.get({}, { signal: controller.signal });
    await until(() => kit.clock.timers === 1);
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await settled();
    expect(kit.clock.timers).toBe(0);
    await kit.clock.advance(2_000);
    expect(await kit.client.charges.get()).toEqual({ id: "ch_1" });
  });

  test("no more calls wait than may wait for a place", async () => {
    const kit = await opened({ concurrency: { max: 2, per: ["credential"], queue: 3 } });
    const waiting = Array.from({ length: 3 }, () => kit.client.charges.get());
    await until(() => kit.clock.timers === 3);
    expect(await rejection(kit.client.charges.get())).toMatchObject({ name: "CircuitOpenError", code: "queue" });
    await kit.clock.advance(2_000);
    expect(await Promise.all(waiting)).toHaveLength(3);
  });

  test("operations without a breaker go on", async () => {
    const kit = setUp({ circuitBreaker: undefined as never });
    kit.answer = status(503);
    expect(await sentUntilOpen(kit)).toBe(50);
  });
});

describe("half open", () => {
  test("of 2,000 that waited 1, then 2, then 4 are under way, and all when those went well", async () => {
    const kit = await opened({ concurrency: { max: 10_000, per: ["credential"], queue: 10_000 } });
    let underWay = 0;
    let most = 0;
    const release: (() => void)[] = [];
    kit.answer = async () => {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => release.push(resolve));
      underWay -= 1;
      return Response.json({ id: "ch_1" });
    };
    const calls = Array.from({ length: 2_000 }, () => kit.client.charges.get());
    await until(() => kit.clock.timers === 2_000);
    await kit.clock.advance(2_000);
    for (const step of [1, 2, 4]) {
      await until(() => release.length === step);
      expect(most).toBe(step);
      for (const go of release.splice(0)) go();
    }
    await until(() => release.length === 2_000 - 7);
    for (const go of release.splice(0)) go();
    expect(await Promise.all(calls)).toHaveLength(2_000);
  }, 60_000);

  test("a call that waits for a limit holds no place of a probe", async () => {
    const kit = setUp({
      concurrency: { max: 1, per: ["tenant"], queue: 10 },
      circuitBreaker: breakerOf({ openFor: 5_000 }),
    });
    kit.answer = (sent, init) => (sent === 1 ? never(sent, init) : status(503)(sent, init));
    const controller = new AbortController();
    const stuck = rejection(kit.client.charges.get({}, { tenant: "a", signal: controller.signal })).catch(() => {});
    await until(() => kit.sent === 1);
    await sentUntilOpen(kit, { tenant: "b", deadline: 1_900 });
    kit.answer = ok;
    await kit.clock.advance(5_500);
    const behind = rejection(kit.client.charges.get({}, { tenant: "a", signal: controller.signal })).catch(() => {});
    await settled();
    expect(await kit.client.charges.get({}, { tenant: "b", deadline: 1_900 })).toEqual({ id: "ch_1" });
    controller.abort();
    await Promise.all([stuck, behind]);
  });

  test("callers without time are refused while a probe is under way", async () => {
    const kit = await opened();
    kit.answer = never;
    await kit.clock.advance(2_000);
    const controller = new AbortController();
    const probe = kit.client.charges.get({}, { signal: controller.signal });
    await until(() => kit.sent === 1);
    const refused = await Promise.all(
      Array.from({ length: 1_000 }, () => rejection(kit.client.charges.get({}, { deadline: 1_000 }))),
    );
    expect(new Set(refused.map((error) => `${error.name} ${error["code"]}`))).toEqual(
      new Set(["CircuitOpenError probing"]),
    );
    expect(kit.sent).toBe(1);
    controller.abort();
    await rejection(probe);
  });

  test("a caller waits on when the probe fails, until its time is over", async () => {
    const kit = await opened();
    kit.answer = status(503);
    const call = rejection(kit.client.charges.get({}, { deadline: 30_000 })) as Promise<Error>;
    const other = rejection(kit.client.charges.get({}, { deadline: 4_000 })) as Promise<Error>;
    await play(kit.clock, Promise.all([call, other]));
    expect([(await call).name, (await other).name]).toEqual(["ServerError", "CircuitOpenError"]);
  });
});

test("what waits for a place when the circuit opens is not sent", async () => {
  const kit = setUp({
    concurrency: { max: 10, per: ["credential"], queue: 100 },
    circuitBreaker: breakerOf({ openFor: 60_000 }),
  });
  const release: (() => void)[] = [];
  kit.answer = async () => {
    await new Promise<void>((resolve) => release.push(resolve));
    return Response.json({}, { status: 503 });
  };
  const calls = Array.from({ length: 50 }, () =>
    kit.client.charges.get({}, { deadline: 50_000 }).then(undefined, (error) => error),
  );
  for (let round = 0; round < 2; round++) {
    await until(() => release.length === 10);
    for (const go of release.splice(0)) go();
  }
  const errors = (await Promise.all(calls)) as TimeoutError[];
  expect(kit.sent).toBe(20);
  expect(errors.filter(({ name }) => name === "CircuitOpenError")).toHaveLength(50 - 20);
});

describe("tenants", () => {
  test("share the breaker of a client, and each has one", async () => {
    const clock = simulatedClock();
    const get = define({
      connector: { ...connector, breaker: circuitGuard },
      policy: { ...once, circuitBreaker: breakerOf() },
    });
    const client = connect(
      {
        auth: { secretKey: "sk_test_0123456789" },
        clock,
        fetch: (async (_url, init) =>
          Response.json({}, { status: new Headers(init?.headers).get("x-bad") ? 503 : 200 })) as typeof fetch,
      },
      { charges: { get } },
    );
    const call = (tenant: string, bad: boolean) =>
      client.charges.get({}, { tenant, deadline: 1_000, headers: bad ? { "x-bad": "1" } : {} }).then(
        () => "ok",
        (error: Error) => error.name,
      );
    for (let count = 0; count < 5; count++) await call(`good ${count}`, false);
    const bad: string[] = [];
    for (let count = 0; count < 25; count++) bad.push(await call("bad", true));
    expect(bad.lastIndexOf("ServerError")).toBe(19);
    expect(bad[24]).toBe("CircuitOpenError");
    expect(await call("good 1", false)).toBe("ok");
    for (let count = 0; count < 60; count++) await call(`bad ${count % 3}`, true);
    expect(await call("good 1", false)).toBe("CircuitOpenError");
  });

  test("with scope `server` are not told apart", async () => {
    const kit = setUp({ circuitBreaker: breakerOf({ scope: "server" }) });
    for (let tenant = 0; tenant < 10; tenant++) await kit.client.charges.get({}, { tenant: `good ${tenant}` });
    kit.answer = status(503);
    expect(await sentUntilOpen(kit, { tenant: "bad", deadline: 1_900 })).toBe(10 + 20);
    const error = await rejection(kit.client.charges.get({}, { tenant: "good 1", deadline: 1_000 }));
    expect(error.name).toBe("CircuitOpenError");
  });
});
