/** The call path over real sockets: what arrives, what comes back, and what the errors say. */
import { type BaseClientOptions, connect, isApiError } from "@couplet/runtime";
import { bodyKey, jsonBody } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, keyedPolicy, safePolicy, skippingClock } from "./pay.ts";
import { charge, note, payClient, rejection, secret } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const pay = (options: BaseClientOptions = {}) => payClient(server.base, options);

describe("a call that succeeds", () => {
  test("sends the request as described and gives the data", async () => {
    server.answer(json(200, { id: "ch_1" }, { "request-id": "req_7" }));
    const call = pay().charges.get({ charge: "ch/1" });
    expect(await call).toEqual({ id: "ch_1" });
    const { data, response, meta } = await call.withResponse();
    expect([data.id, response.status, meta]).toEqual(["ch_1", 200, { attempts: 1, requestId: "req_7" }]);
    expect(await call.result()).toMatchObject({ ok: true, status: 200, data: { id: "ch_1" } });
    expect(server.arrived).toHaveLength(1);
    expect(server.arrived[0]).toMatchObject({ method: "GET", url: "/charges/ch%2F1" });
    expect(server.arrived[0]!.headers).toMatchObject({
      accept: "application/json",
      authorization: `Bearer ${secret}`,
      "pay-version": "2026-09-30",
    });
  });

  test("sends a form with one key over all attempts, byte for byte", async () => {
    server.answer(json(503, {}), json(503, {}), json(200, { id: "ch_1" }, { "idempotent-replayed": "true" }));
    const { meta } = await pay().charges.create(charge).withResponse();
    const keys = server.arrived.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(server.arrived.map(({ body }) => body)).toEqual(Array(3).fill("amount=500&currency=eur"));
    expect(meta).toEqual({ attempts: 3, idempotencyKey: keys[0], replayed: true });
  });

  test("gives each call its own key, and the caller's where one is given", async () => {
    server.answer(json(200, {}));
    await pay().charges.create(charge);
    await pay().charges.create(charge);
    await pay().charges.create(charge, { idempotencyKey: "mine" });
    const [one, two, three] = server.arrived.map(({ headers }) => headers["idempotency-key"]);
    expect(one).not.toBe(two);
    expect(three).toBe("mine");
  });

  test("puts a key into the body where the policy says so, unless the caller did", async () => {
    const policy = {
      ...keyedPolicy,
      idempotency: {
        class: "keyed",
        key: { in: "body", name: "key", generate: "uuid4", maxLength: 50, put: bodyKey, path: ["key"] },
      },
    } as const;
    const create = define({ method: "POST", policy, body: { contentType: "application/json", encode: jsonBody } });
    const { a } = connect(
      { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() },
      { a: { create } },
    );
    server.answer(json(500, {}), json(200, {}));
    const { meta } = await a.create({ body: { amount: 1 } }).withResponse();
    expect(server.arrived.map(({ body }) => JSON.parse(body))).toEqual(
      Array(2).fill({ amount: 1, key: meta.idempotencyKey }),
    );
    await a.create({ body: { key: "mine" } });
    expect(JSON.parse(server.arrived[2]!.body)).toEqual({ key: "mine" });
  });

  test("takes headers of the caller, but no credentials", async () => {
    server.answer(json(200, {}));
    await pay({ userAgent: "shop/1" }).charges.get({ charge: "1" }, { headers: { "X-Trace": "t1", accept: null } });
    expect(server.arrived[0]!.headers).toMatchObject({ "x-trace": "t1", "user-agent": "shop/1" });
    expect(server.arrived[0]!.headers.accept).not.toBe("application/json");
    for (const name of ["authorization", "Cookie", "Host"]) {
      expect(await rejection(pay().charges.get({ charge: "1" }, { headers: { [name]: "x" } }))).toMatchObject({
        name: "InputValidationError",
      });
    }
    expect(await rejection(pay().charges.create(charge, { headers: { "Idempotency-Key": null } }))).toMatchObject({
      name: "InputValidationError",
    });
    expect(server.arrived).toHaveLength(1);
  });
});

describe("retries", () => {
  test.each([
    ["safe GET", "get", [500, 502, 503, 504, 408, 429]],
    ["keyed POST", "create", [500, 502, 503, 504, 408, 429]],
    ["unsafe POST", "note", [429]],
  ] as const)("%s repeats %s", async (_, kind, statuses) => {
    for (const status of statuses) {
      server.answer(json(status, {}), json(200, { id: "x" }));
      const client = pay();
      await (kind === "get"
        ? client.charges.get({ charge: "1" })
        : kind === "create"
          ? client.charges.create(charge)
          : client.notes.create(note));
      expect([status, server.arrived.length]).toEqual([status, 2]);
    }
  });

  test.each([500, 503, 408, 501, 400, 409])("an unsafe POST is sent once when the answer is %s", async (status) => {
    server.answer(json(status, {}), json(200, {}));
    const error = await rejection(pay().notes.create(note));
    expect(error).toMatchObject({ status, attempts: 1, effect: [500, 503, 408].includes(status) ? "unknown" : "none" });
    expect(server.arrived).toHaveLength(1);
  });

  test("waits as long as the server says, and no longer than the policy allows", async () => {
    const clock = skippingClock();
    server.answer(json(429, {}, { "retry-after": "7" }), json(200, {}));
    await pay({ clock }).charges.get({ charge: "1" });
    expect(clock.slept[0]).toBeGreaterThanOrEqual(7_000);
    server.answer(json(429, {}, { "retry-after": "61" }), json(200, {}));
    const error = await rejection(pay({ overrides: { deadline: "5m" } }).charges.get({ charge: "1" }));
    expect(error).toMatchObject({ name: "RateLimitError", attempts: 1, effect: "none" });
    expect(error["retryAt"]).toBeGreaterThan(Date.now() - 1e12);
    expect(server.arrived).toHaveLength(1);
  });

  test("ends after the policy's attempts, or the caller's", async () => {
    server.answer(json(503, {}));
    expect(await rejection(pay().charges.get({ charge: "1" }))).toMatchObject({
      name: "ServerError",
      status: 503,
      attempts: 4,
    });
    expect(await rejection(pay().charges.get({ charge: "1" }, { retry: { maxAttempts: 2 } }))).toMatchObject({
      attempts: 2,
    });
    expect(await rejection(pay().charges.get({ charge: "1" }, { retry: false }))).toMatchObject({ attempts: 1 });
    expect(await rejection(pay({ overrides: { retry: false } }).charges.get({ charge: "1" }))).toMatchObject({
      attempts: 1,
    });
    expect(server.arrived).toHaveLength(8);
  });

  test("stop when the budget is spent, until calls succeed", async () => {
    server.answer(json(503, {}));
    const policy = {
      ...safePolicy,
      retry: { ...safePolicy.retry, budget: { capacity: 12, retryCost: 5, timeoutCost: 10, tenantCapacity: 12 } },
    };
    const { a } = connect(
      { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() },
      { a: { get: define({ policy }) } },
    );
    expect(await rejection(a.get())).toMatchObject({ attempts: 3, message: expect.stringContaining("budget") });
    expect(await rejection(a.get())).toMatchObject({ attempts: 1 });
  });

  test("a budget that is spent does not hide when the server wants to be asked again", async () => {
    server.answer(json(429, {}, { "retry-after": "5" }));
    const budget = { capacity: 1, retryCost: 5, timeoutCost: 10, tenantCapacity: 1 };
    const get = define({ policy: { ...safePolicy, retry: { ...safePolicy.retry, budget } } });
    const clock = skippingClock();
    const { a } = connect({ auth: { secretKey: secret }, baseUrl: server.base, clock }, { a: { get } });
    const from = clock.now();
    const error = await rejection(a.get());
    expect(error.message).toContain("budget");
    expect(Number(error["retryAt"]) - from).toBeGreaterThanOrEqual(5_000);
  });

  test("a stored error of a keyed call is not asked for again", async () => {
    server.answer(json(500, {}));
    const policy = { ...keyedPolicy, idempotency: { ...keyedPolicy.idempotency, replaysErrors: true } } as const;
    const create = define({ method: "POST", policy, body: { contentType: "application/json", encode: jsonBody } });
    const { a } = connect(
      { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() },
      { a: { create } },
    );
    expect(await rejection(a.create({ body: {} }))).toMatchObject({ attempts: 1, effect: "unknown" });
  });

  test("the server's advice is followed", async () => {
    const retry = {
      ...safePolicy.retry,
      advice: { from: { from: "header", name: "should-retry" }, retry: "true", stop: "false" },
    } as const;
    const { a } = connect(
      { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() },
      { a: { get: define({ policy: { ...safePolicy, retry } }) } },
    );
    server.answer(json(503, {}, { "should-retry": "false" }));
    expect(await rejection(a.get())).toMatchObject({ attempts: 1 });
    server.answer(json(404, {}, { "should-retry": "true" }), json(200, {}));
    await a.get();
    expect(server.arrived).toHaveLength(2);
  });
});

describe("credentials", () => {
  test("a refused static key is sent once", async () => {
    server.answer(json(401, { error: { message: "no such key" } }));
    const error = await rejection(pay().charges.get({ charge: "1" }));
    expect(error).toMatchObject({ name: "AuthenticationError", status: 401, effect: "none", attempts: 1 });
    expect(error.message).toContain("Check the credentials");
    expect(server.arrived).toHaveLength(1);
  });

  test("a changed key is replayed once, outside the attempts", async () => {
    const keys = ["old", "new", "newer"];
    server.answer(json(401, {}), json(200, {}));
    const { meta } = await pay({ auth: { secretKey: () => keys.shift() ?? "newest" } })
      .charges.get({ charge: "1" }, { retry: false })
      .withResponse();
    expect(server.arrived.map(({ headers }) => headers.authorization)).toHaveLength(2);
    expect(server.arrived[0]!.headers.authorization).toBe("Bearer old");
    expect(server.arrived[1]!.headers.authorization).not.toBe("Bearer old");
    expect(meta.attempts).toBe(2);
    server.answer(json(401, {}));
    let count = 0;
    await rejection(pay({ auth: { secretKey: () => `key-${count++}` } }).charges.get({ charge: "1" }));
    expect(server.arrived).toHaveLength(2);
  });

  test("a missing one names both ways to give it, and nothing is sent", async () => {
    server.answer(json(200, {}));
    const error = await rejection(pay({ auth: {} }).charges.get({ charge: "1" }));
    expect(error.message).toMatch(/secretKey/);
    expect(error.message).toMatch(/PAY_TEST_SECRET_KEY/);
    expect(error).toMatchObject({ effect: "none", attempts: 0 });
    expect(server.arrived).toHaveLength(0);
  });
});

test("a transport that throws the error of another call says nothing of this one", async () => {
  server.answer(json(400, {}), json(200, {}));
  const other = await rejection(pay().notes.create(note));
  const send = async (...sent: Parameters<typeof fetch>) => {
    await fetch(...sent);
    throw other;
  };
  expect(await rejection(pay({ fetch: send }).notes.create(note))).toMatchObject({
    name: "NetworkError",
    effect: "unknown",
    attempts: 1,
  });
  expect(other).toMatchObject({ name: "InvalidRequestError", effect: "none", attempts: 1 });
});

describe("errors", () => {
  test.each([
    [400, "InvalidRequestError"],
    [402, "ApiError"],
    [403, "PermissionError"],
    [404, "NotFoundError"],
    [409, "ConflictError"],
    [422, "InvalidRequestError"],
    [500, "ServerError"],
  ] as const)("%s is %s", async (status, name) => {
    server.answer(json(status, { error: { message: "m" } }, { "request-id": "req_1" }));
    const error = await rejection(pay().charges.get({ charge: "1" }, { retry: false }));
    expect(error).toMatchObject({
      name,
      base: name,
      status,
      provider: "pay",
      version: "2026-09-30",
      operation: "charges.get",
      requestId: "req_1",
      body: { error: { message: "m" } },
    });
    expect(isApiError(error, name)).toBe(true);
    expect(isApiError(error, "RateLimitError")).toBe(false);
  });

  test("the policy's name, code and message; the result carries the error", async () => {
    server.answer(
      json(402, { error: { type: "card_error", code: "declined", message: `no funds\u001b[31m for ${secret}` } }),
    );
    const result = await pay().charges.create(charge).result();
    if (result.ok || result.status === undefined) throw new Error("unexpected");
    expect(result.error).toMatchObject({ name: "CardError", base: "ApiError", code: "declined", status: 402 });
    expect(result.error.message).toContain(
      "charges.create (pay 2026-09-30): 402 CardError (declined): no funds\\u{1b}[31m for ",
    );
    expect(result.error.message).not.toContain(secret);
    expect(isApiError(result.error, "CardError")).toBe(true);
    expect(JSON.parse(JSON.stringify(result.error))).not.toHaveProperty("body");
  });

  test("a rule may make an error of a 200", async () => {
    server.answer(json(200, { error: { type: "card_error", message: "x" } }));
    expect(await rejection(pay().charges.create(charge))).toMatchObject({ name: "CardError", status: 200 });
  });

  test("an error page is its text", async () => {
    server.answer((response) => response.writeHead(404, { "content-type": "text/html" }).end("<h1>gone</h1>"));
    expect(await rejection(pay().charges.get({ charge: "1" }))).toMatchObject({
      name: "NotFoundError",
      body: "<h1>gone</h1>",
    });
  });

  test("one ambiguous attempt keeps the effect unknown", async () => {
    server.answer(json(503, {}), json(400, {}));
    expect(await rejection(pay().charges.create(charge))).toMatchObject({
      status: 400,
      attempts: 2,
      effect: "unknown",
    });
  });

  test("result() tells a refusal of ours apart", async () => {
    const result = await pay().charges.get({ charge: ".." }).result();
    expect(result).toMatchObject({ ok: false, status: undefined, error: { name: "InputValidationError" } });
  });
});

test("an unlooked-at failure is unhandled, a looked-at one is not", async () => {
  const seen: unknown[] = [];
  const listen = (reason: unknown) => void seen.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", listen);
  try {
    pay()
      .charges.get({ charge: "" })
      .catch(() => {});
    await pay().charges.get({ charge: "" }).result();
    await new Promise((done) => setTimeout(done, 10));
    expect(seen).toEqual([]);
    pay().charges.get({ charge: "" });
    await new Promise((done) => setTimeout(done, 10));
    expect(seen).toHaveLength(1);
  } finally {
    process.off("unhandledRejection", listen);
    for (const other of others) process.on("unhandledRejection", other);
  }
});
