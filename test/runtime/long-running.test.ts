import { type BaseClientOptions, connect, hooks, systemClock } from "@couplet/runtime";
import { jsonBody, longRunning, type Operation, type Polling } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, skippingClock, unsafePolicy } from "./pay.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

interface Export {
  readonly id: string;
  readonly status: string;
  readonly url?: string;
}

const is = (status: string) => ({ op: "==", left: { from: "body", path: ["status"] }, right: status }) as const;
const rule: Polling = {
  use: longRunning,
  every: { initial: 2_000, multiplier: 1.5, max: 4_000 },
  deadline: 60_000,
  success: is("done"),
  failure: is("failed"),
  result: { from: "body", path: ["url"] },
};
const id = [{ name: "id", in: "path", required: true }] as const;
const passed = { id: { from: "body", path: ["id"] } } as const;
const get = define<{ id: string }, Export>({
  id: "exports.get",
  path: "/exports/{id}",
  parameters: id,
  polling: rule,
}) as unknown as Operation<{ id: string }, Export, never, never, object, never, string>;
const cancel = define({
  id: "exports.cancel",
  method: "DELETE",
  path: "/exports/{id}",
  parameters: id,
  policy: unsafePolicy,
  responses: { "204": "none" },
});
const create = define({
  id: "exports.create",
  method: "POST",
  path: "/exports",
  policy: unsafePolicy,
  body: { contentType: "application/json", encode: jsonBody },
  polling: { ...rule, status: () => get, pass: passed, cancel: { operation: () => cancel, pass: passed } },
}) as unknown as Operation<{ body: object }, Export, never, never, object, never, string>;

function client(options: BaseClientOptions = {}) {
  const clock = skippingClock();
  const made = connect(
    { auth: { secretKey: "sk_1" }, baseUrl: server.base, clock, ...options },
    { exports: { create, get } },
  );
  return { exports: made.exports, clock };
}
const state = (status: string, more: object = {}, headers = {}) => json(200, { id: "e/1", status, ...more }, headers);
const requests = () => server.arrived.map(({ method, url }) => `${method} ${url}`);
const look = "GET /exports/e%2F1";

test("awaiting gives the first answer, completed() the result; waits grow up to the longest", async () => {
  server.answer(state("new"), state("new"), state("new"), state("new"), state("done", { url: "x" }));
  const { exports, clock } = client();
  const call = exports.create({ body: {} });
  expect(await call).toEqual({ id: "e/1", status: "new" });
  expect(requests()).toEqual(["POST /exports"]);
  expect(await call.completed()).toBe("x");
  expect(requests()).toEqual(["POST /exports", look, look, look, look]);
  expect(clock.slept).toEqual([2_000, 3_000, 4_000, 4_000]);
  expect(server.arrived[1]!.headers.authorization).toBe("Bearer sk_1");
});

test("after a crash: the operation that tells the state waits too, and asks nothing when the end is there", async () => {
  server.answer(state("new"), state("done", { url: "x" }));
  const { exports, clock } = client();
  expect(await exports.get({ id: "e/1" }).completed()).toBe("x");
  expect(clock.slept).toEqual([2_000]);
  server.answer(state("done", { url: "y" }));
  expect(await exports.get({ id: "e/1" }).completed()).toBe("y");
  expect(requests()).toEqual([look]);
});

test.each([
  ["the provider's wait wins, shorter or longer", "1.5", 1_500],
  ["also a long one", "17", 17_000],
  ["a wait of nothing is none", "0", 2_000],
  ["a storm is not asked for", "0.01", 1_000],
])("%s", async (_, told, slept) => {
  server.answer(state("new", {}, { "retry-after": told }), state("done", { url: "x" }));
  const { exports, clock } = client();
  await exports.create({ body: {} }).completed();
  expect(clock.slept).toEqual([slept]);
});

test("a bad end is an ApiError with the state as its body", async () => {
  server.answer(state("new"), state("failed", { url: "why" }));
  await expect(client().exports.create({ body: {} }).completed()).rejects.toMatchObject({
    base: "ApiError",
    code: "failed",
    status: 200,
    effect: "unknown",
    operation: "exports.create",
    body: { status: "failed", url: "why" },
    message:
      "exports.create (pay 2026-09-30): it ended badly, as exports.get tells. Sent once. It may have taken effect: look it up at the provider before sending it again.",
  });
});

test("a start that fails is a failed call, and nothing is asked", async () => {
  server.answer(json(400, {}));
  await expect(client().exports.create({ body: {} }).completed()).rejects.toMatchObject({
    status: 400,
    effect: "none",
  });
  expect(requests()).toHaveLength(1);
});

test("looks that fail for now do not end the wait; one that fails for good does, and the start was applied", async () => {
  const { exports, clock } = client();
  const down = json(503, {});
  server.answer(state("new"), down, down, down, down, state("done", { url: "x" }));
  expect(await exports.create({ body: {} }).completed()).toBe("x");
  expect(clock.slept.filter((slept) => slept >= 2_000)).toEqual([2_000, 3_000]);
  server.answer(state("new"), json(404, {}));
  await expect(exports.create({ body: {} }).completed()).rejects.toMatchObject({
    name: "NotFoundError",
    operation: "exports.get",
    effect: "applied",
  });
});

test("the time ends with where to look, and when; what was started goes on", async () => {
  server.answer(state("new"));
  const { exports, clock } = client();
  const error = await exports
    .create({ body: {} })
    .completed({ deadline: "10s" })
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ name: "TimeoutError", code: "deadline", effect: "applied" });
  expect(error.message).toContain("it has not ended within 10000 ms");
  expect(error.message).toContain("ask exports.get");
  expect(error.retryAt).toBeGreaterThan(clock.now());
  // A wait that would pass the end is not begun.
  expect(clock.slept).toEqual([2_000, 3_000, 4_000]);
  server.answer(state("new"), json(503, {}));
  const unseen = await exports
    .create({ body: {} })
    .completed()
    .catch((thrown) => thrown);
  expect(unseen.cause).toMatchObject({ name: "ServerError" });
});

test.each([["0s"], [0], ["soon"]] as const)(
  "a deadline of %j is refused before anything else is asked",
  async (deadline) => {
    server.answer(state("new"));
    await expect(
      client()
        .exports.create({ body: {} })
        .completed({ deadline: deadline as never }),
    ).rejects.toMatchObject({
      name: "InputValidationError",
    });
    expect(requests()).toHaveLength(1);
  },
);

test("an abort ends the wait at once with its reason, leaves no timer, and cancels what was started", async () => {
  const ends: string[] = [];
  const telemetry = hooks({ callEnd: ({ call, outcome }) => ends.push(`${call.operation} ${outcome}`) });
  const { exports } = client({ clock: systemClock, telemetry });
  for (const [status, outcome] of [
    [204, "success"],
    // What the cancelling call comes to is nobody's business but the listeners'.
    [409, "error"],
  ] as const) {
    ends.length = 0;
    server.answer(state("new"), (response) => response.writeHead(status).end());
    const controller = new AbortController();
    const call = exports.create({ body: {} }, { signal: controller.signal });
    const completed = call.completed();
    await call;
    await new Promise((done) => setImmediate(done));
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    controller.abort(new Error("mine"));
    await expect(completed).rejects.toThrow("mine");
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBeLessThanOrEqual(timers);
    await vi.waitFor(() => expect(ends).toEqual(["exports.create success", `exports.cancel ${outcome}`]));
    expect(requests()).toEqual(["POST /exports", "DELETE /exports/e%2F1"]);
  }
});

test("an abort while the first answer is under way cancels nothing: there is nothing yet", async () => {
  server.answer(() => {});
  const controller = new AbortController();
  const completed = client().exports.create({ body: {} }, { signal: controller.signal }).completed();
  await vi.waitFor(() => expect(requests()).toHaveLength(1));
  controller.abort(new Error("mine"));
  await expect(completed).rejects.toThrow("mine");
  expect(requests()).toHaveLength(1);
});

test("the wait has a signal of its own", async () => {
  server.answer(state("new"));
  const { exports } = client();
  const signal = AbortSignal.abort(new Error("mine"));
  const call = exports.create({ body: {} });
  await expect(call.completed({ signal })).rejects.toThrow("mine");
  expect(await call).toMatchObject({ status: "new" });
  await vi.waitFor(() => expect(requests()).toEqual(["POST /exports", "DELETE /exports/e%2F1"]));
});

test("an abort of the wait alone while the first answer is under way: at once, and what comes is cancelled", async () => {
  let answer = () => {};
  server.answer(
    (response, request) => {
      answer = () => state("new")(response, request);
    },
    (response) => response.writeHead(204).end(),
  );
  const abort = new AbortController();
  const added = vi.spyOn(abort.signal, "addEventListener");
  const removed = vi.spyOn(abort.signal, "removeEventListener");
  const call = client().exports.create({ body: {} });
  const completed = call.completed({ signal: abort.signal });
  await vi.waitFor(() => expect(requests()).toHaveLength(1));
  abort.abort(new Error("mine"));
  await expect(completed).rejects.toThrow("mine");
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  answer();
  expect(await call).toMatchObject({ status: "new" });
  await vi.waitFor(() => expect(requests()).toEqual(["POST /exports", "DELETE /exports/e%2F1"]));
});

test("a success without its result says so", async () => {
  server.answer(state("new"), state("done"));
  await expect(client().exports.create({ body: {} }).completed()).rejects.toMatchObject({
    code: "result",
    effect: "applied",
  });
});

test("a start that nobody waits for, and its failure, disturb nobody", async () => {
  server.answer(json(500, {}));
  const call = client().exports.create({ body: {} }, { retry: false });
  expect((await call.result()).ok).toBe(false);
  await expect(call.completed()).rejects.toMatchObject({ status: 500 });
});
