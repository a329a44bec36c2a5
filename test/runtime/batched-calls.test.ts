import { type BaseClientOptions, connect, isConnectorError, systemClock, validatorsOf } from "@couplet/runtime";
import {
  type Batch,
  batchedCalls,
  bodyKey,
  itemResults,
  jsonBody,
  type Operation,
  type Policy,
} from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { define, skippingClock, unsafePolicy } from "./pay.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const body = { contentType: "application/json", encode: jsonBody, required: true } as const;
const many = define({ id: "events.batch", method: "POST", path: "/batch", policy: unsafePolicy, body });
const rule: Batch = {
  use: batchedCalls,
  operation: () => many,
  items: ["batch"],
  constants: { type: "track" },
  maxItems: 3,
  maxBytes: 1_000,
  window: 10,
  results: ["results"],
  errors: ["errors"],
  settle: itemResults,
};
const keyInBody: Policy = {
  ...unsafePolicy,
  idempotency: {
    class: "keyed",
    key: { in: "body", name: "messageId", path: ["messageId"], put: bodyKey, generate: "uuid4", maxLength: 99 },
  },
};
type Track = Operation<{ body: { event: string; pad?: string } }, { event: string }>;

function client(changes: Partial<Batch> = {}, options: BaseClientOptions = {}, policy: Policy = unsafePolicy) {
  const track = define({
    ...{ id: "events.track", method: "POST", path: "/track", policy, body },
    batch: { ...rule, ...changes },
  }) as unknown as Track;
  return connect(
    { auth: { secretKey: "sk_1" }, baseUrl: server.base, clock: skippingClock(), ...options },
    { events: { track } },
  ).events;
}
interface Sent {
  readonly batch: { event: string; messageId?: string }[];
}
const itemsOf = (text: string) => (JSON.parse(text) as Sent).batch;
/** Answers each item with itself, or with an error where its event is `bad`. */
const echo: Answer = (response, request) => {
  if (request.url !== "/batch") return json(200, { event: "alone" })(response, request);
  const items = itemsOf(request.body);
  const errors = items.map(({ event }) => (event === "bad" ? { code: "nope" } : null));
  json(200, { results: items.map(({ event }) => ({ event })), errors })(response, request);
};
const events = () =>
  server.arrived.map(({ url, body: text }) => (url === "/batch" ? itemsOf(text).map((one) => one.event) : url));
const named = (event: string) => ({ body: { event } });
const reason = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => undefined,
    (error) => error,
  );

describe("joining", () => {
  test("calls of one turn leave as one, in their order, and each gets its own result", async () => {
    server.answer(echo);
    const api = client();
    const data = await Promise.all([api.track(named("a")), api.track(named("b"))]);
    expect(data).toEqual([{ event: "a" }, { event: "b" }]);
    expect(events()).toEqual([["a", "b"]]);
    expect(server.arrived[0]).toMatchObject({
      method: "POST",
      url: "/batch",
      headers: { authorization: "Bearer sk_1" },
    });
    expect(JSON.parse(server.arrived[0]!.body)).toEqual({
      batch: [
        { event: "a", type: "track" },
        { event: "b", type: "track" },
      ],
    });
  });

  test("by number: a full batch does not wait", async () => {
    server.answer(echo);
    const api = client({ window: 3_600_000 }, { clock: systemClock });
    await Promise.all(["a", "b", "c", "d", "e", "f"].map((event) => api.track(named(event))));
    expect(events()).toEqual([
      ["a", "b", "c"],
      ["d", "e", "f"],
    ]);
  });

  test("by size: the body is never larger, and what is too large for any batch goes alone", async () => {
    server.answer(echo);
    const api = client({ maxItems: 100, maxBytes: 200 });
    const pads = [80, 80, 80, 500, 20];
    await Promise.all(
      pads.map((length, index) => api.track({ body: { event: `e${index}`, pad: "ü".repeat(length / 2) } })),
    );
    expect(events().sort()).toEqual([["e0"], ["e1"], ["e2", "e4"], "/track"].sort());
    for (const { url, bytes } of server.arrived)
      if (url === "/batch") expect(bytes.byteLength).toBeLessThanOrEqual(200);
  });

  test("the window is that of the first call, and its timer goes with it", async () => {
    server.answer(echo);
    const api = client({ window: 30 }, { clock: systemClock });
    const start = performance.now();
    const first = api.track(named("a"));
    await new Promise((done) => setTimeout(done, 15));
    await Promise.all([first, api.track(named("b"))]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    expect(events()).toEqual([["a", "b"]]);
  });

  test("what the caller does to its body afterwards is not sent", async () => {
    server.answer(echo);
    const input = named("a");
    const call = client().track(input);
    input.body.event = "changed";
    expect(await call).toEqual({ event: "a" });
  });

  test("not over credentials, nor over tenants", async () => {
    server.answer(echo);
    const [one, other] = [client(), client()];
    await Promise.all([one.track(named("a")), other.track(named("b"))]);
    await Promise.all([one.track(named("c"), { tenant: "t" }), one.track(named("d"))]);
    expect(events()).toHaveLength(4);
  });

  test.each([
    { headers: { "x-a": "1" } },
    { retry: false },
    { timeout: 500 },
    { idempotencyKey: "k" },
    { businessId: "b" },
  ] as const)("a call with %j goes alone", async (options) => {
    server.answer(echo);
    expect(await client().track(named("a"), options)).toEqual({ event: "alone" });
  });

  test("a result is validated as that of its own operation; so is the input, before anything is joined", async () => {
    server.answer(echo);
    const only = (wanted: string) => ({
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          JSON.stringify(value).includes(wanted) ? { value } : { issues: [{ message: "no" }] },
      },
    });
    const policy: Policy = { ...unsafePolicy, validation: { request: "strict", response: "strict" } };
    const validators = validatorsOf({ "events.track": { input: only("a"), responses: { "200": only("aa") } } });
    const api = client({}, { validators }, policy);
    const good = api.track(named("aa"));
    const [badInput, badOutput] = await Promise.all(["x", "ab"].map((event) => reason(api.track(named(event)))));
    expect(await good).toEqual({ event: "aa" });
    expect(badInput).toMatchObject({ name: "InputValidationError", effect: "none" });
    expect(badOutput).toMatchObject({
      name: "ResponseValidationError",
      effect: "applied",
      operation: "events.track",
    });
    expect(events()).toEqual([["aa", "ab"]]);
  });

  test("without a place of results each gets the whole answer, as a value of its own", async () => {
    server.answer(json(200, { success: true, list: [] }));
    const { results: _results, errors: _errors, settle: _settle, ...whole } = rule;
    const track = define({
      id: "events.track",
      method: "POST",
      path: "/track",
      policy: unsafePolicy,
      body,
      batch: whole,
    });
    const api = connect(
      { auth: { secretKey: "k" }, baseUrl: server.base, clock: skippingClock() },
      { events: { track } },
    ).events;
    const [a, b] = (await Promise.all([api.track(named("a")), api.track(named("b"))])) as { list: number[] }[];
    a!.list.push(1);
    expect(b).toEqual({ success: true, list: [] });
  });
});

describe("failing", () => {
  test("an item that was refused is the error of its own caller, without effect", async () => {
    server.answer(echo);
    const api = client();
    const [a, bad, c] = [api.track(named("a")), api.track(named("bad")), api.track(named("c"))];
    expect(await a).toEqual({ event: "a" });
    expect(await c).toEqual({ event: "c" });
    expect(await reason(bad)).toMatchObject({
      base: "ApiError",
      code: "item",
      effect: "none",
      status: 200,
      body: { code: "nope" },
    });
    const result = await client().track(named("bad")).result();
    expect(result).toMatchObject({ ok: false, status: 200 });
  });

  test.each<[string, Answer, object]>([
    ["refused", json(400, {}), { status: 400, effect: "none" }],
    ["lost", (response) => response.destroy(), { name: "NetworkError", effect: "unknown" }],
    ["answered short", json(200, { results: [{}] }), { code: "batch", effect: "unknown" }],
    ["answered with something else", json(200, { results: "x" }), { code: "batch", effect: "unknown" }],
    ["answered with errors of another number", json(200, { results: [{}, {}], errors: [1] }), { code: "batch" }],
  ])("a batch that is %s fails all its callers alike, once", async (_, answer, wanted) => {
    server.answer(answer);
    const api = client();
    for (const error of await Promise.all([api.track(named("a")), api.track(named("b"))].map(reason)))
      expect(error).toMatchObject(wanted);
    expect(server.arrived).toHaveLength(1);
  });

  test("with a key in each item the whole is sent again, byte for byte", async () => {
    server.answer((response) => response.destroy(), echo);
    const api = client({ repeatable: true }, {}, keyInBody);
    const [a] = await Promise.all([
      api.track(named("a")).withResponse(),
      api.track(named("b"), { idempotencyKey: "k-1" }),
    ]);
    expect(server.arrived[1]!.body).toBe(server.arrived[0]!.body);
    const keys = itemsOf(server.arrived[0]!.body).map(({ messageId }) => messageId);
    expect(keys).toEqual([a.meta.idempotencyKey, "k-1"]);
  });
});

describe("callers that give up", () => {
  test("before it is sent: its item is not sent, and the others are", async () => {
    server.answer(echo);
    const api = client({ window: 20 }, { clock: systemClock });
    const controller = new AbortController();
    const calls = [api.track(named("a")), api.track(named("b"), { signal: controller.signal }), api.track(named("c"))];
    // Two wait; the third would fill the batch.
    controller.abort(new Error("mine"));
    const [a, b, c] = await Promise.all(calls.map(reason));
    expect([a, (b as Error).message, c]).toEqual([undefined, "mine", undefined]);
  });

  test("after: it gets its reason at once, the others their results", async () => {
    let release = () => {};
    server.answer((response, request) => {
      release = () => echo(response, request);
    });
    const api = client();
    const controller = new AbortController();
    const [a, b] = [api.track(named("a")), api.track(named("b"), { signal: controller.signal })];
    await vi.waitFor(() => expect(server.arrived).toHaveLength(1));
    controller.abort(new Error("mine"));
    expect((await reason(b))?.message).toBe("mine");
    release();
    expect(await a).toEqual({ event: "a" });
  });

  test("all of them: the request is given up too, and before that nothing is sent at all", async () => {
    let closed = false;
    server.answer((response) => response.on("close", () => (closed = true)));
    const api = client({ window: 5 }, { clock: systemClock });
    const controller = new AbortController();
    const calls = ["a", "b"].map((event) => reason(api.track(named(event), { signal: controller.signal })));
    await vi.waitFor(() => expect(server.arrived).toHaveLength(1));
    controller.abort();
    await Promise.all(calls);
    await vi.waitFor(() => expect(closed).toBe(true));
    server.answer(echo);
    const early = new AbortController();
    const call = api.track(named("c"), { signal: early.signal });
    early.abort(new Error("mine"));
    expect((await reason(call))?.message).toBe("mine");
    await new Promise((done) => setTimeout(done, 20));
    expect(server.arrived).toHaveLength(0);
  });

  test("a short deadline shortens the wait for company, ends its own call, and nobody else's", async () => {
    server.answer((response, request) => setTimeout(() => echo(response, request), 120));
    const api = client({ window: 3_600_000 }, { clock: systemClock });
    const [a, b] = [api.track(named("a")), api.track(named("b"), { deadline: 60 })];
    const error = await reason(b);
    expect(error).toMatchObject({
      name: "TimeoutError",
      code: "deadline",
      effect: "unknown",
      operation: "events.track",
    });
    expect(isConnectorError(error)).toBe(true);
    expect(await a).toEqual({ event: "a" });
    expect(events()).toEqual([["a", "b"]]);
  });
});

test("a thousand calls: every caller its own, in order, whatever the batches", async () => {
  server.answer(echo);
  const api = client({ maxItems: 64, maxBytes: 100_000 });
  const names = Array.from({ length: 1_000 }, (_, index) => `e${index}`);
  const results = await Promise.all(names.map((event) => api.track(named(event))));
  expect(results.map(({ event }) => event)).toEqual(names);
  // On several connections they may arrive in another order than they left in.
  const batches = (events() as string[][]).sort((a, b) => names.indexOf(a[0]!) - names.indexOf(b[0]!));
  expect(batches.map((batch) => batch.length)).toEqual([...Array(15).fill(64), 40]);
  // Each batch has a run of calls in their order.
  for (const batch of batches)
    expect(batch).toEqual(names.slice(names.indexOf(batch[0]!), names.indexOf(batch[0]!) + batch.length));
});
