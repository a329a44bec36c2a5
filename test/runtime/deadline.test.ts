/** Time limits and aborts, over real sockets. */
import { type BaseClientOptions, type CallEnd, hooks } from "@couplet/runtime";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { Deadline } from "../../runtime/deadline.ts";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { skippingClock } from "./pay.ts";
import { charge, note, payClient, rejection } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const pay = (options: BaseClientOptions = {}) => payClient(server.base, options);

describe("time", () => {
  test("an attempt that hangs is given up, and its socket freed", async () => {
    const closed = vi.fn();
    server.answer((response) => void response.on("close", closed), json(200, { id: "x" }));
    const started = performance.now();
    expect(await pay().charges.get({ charge: "1" }, { timeout: 60 })).toEqual({ id: "x" });
    expect(performance.now() - started).toBeLessThan(600);
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
    server.answer(() => {});
    expect(await rejection(pay().notes.create(note, { timeout: 40 }))).toMatchObject({
      name: "TimeoutError",
      code: "attempt",
      effect: "unknown",
      attempts: 1,
    });
  });

  test("a body that never ends is given up too", async () => {
    server.answer((response) => void response.writeHead(200, { "content-type": "application/json" }).write('{"a":'));
    expect(await rejection(pay().notes.create(note, { timeout: 40 }))).toMatchObject({
      name: "TimeoutError",
      effect: "unknown",
    });
  });

  test("the deadline ends everything", async () => {
    server.answer(() => {});
    const error = await rejection(pay().charges.get({ charge: "1" }, { deadline: 400 }));
    expect(error).toMatchObject({ name: "TimeoutError", code: "deadline", effect: "unknown", attempts: 1 });
    const auth = { secretKey: () => new Promise<string>(() => {}) };
    expect(await rejection(pay({ auth }).charges.get({ charge: "1" }, { deadline: 30 }))).toMatchObject({
      code: "deadline",
      effect: "none",
      attempts: 0,
    });
  });

  test.each([0, -1, Number.NaN, "5", "x"])("refuses the duration %s", async (deadline) => {
    expect(await rejection(pay().charges.get({ charge: "1" }, { deadline: deadline as never }))).toMatchObject({
      name: "InputValidationError",
    });
  });

  test("leaves no timer behind", async () => {
    server.answer(json(500, {}), json(200, {}));
    const count = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = count();
    await pay().charges.get({ charge: "1" }, { deadline: "1h", timeout: "30m" });
    expect(count()).toBeLessThanOrEqual(before);
  });
});

describe("a caller's abort", () => {
  const reason = new Error("enough");
  const slow = { secretKey: () => new Promise<string>(() => {}) };

  test.each([
    ["before the call", {}, 0],
    ["while credentials are fetched", { auth: slow }, 0],
    ["while the answer is waited for", {}, 1],
    ["while the body is read", {}, 1],
    ["while waiting to try again", {}, 1],
    ["with a fetch that does not listen", { fetch: (() => new Promise(() => {})) as never }, 0],
  ] as const)("rejects with its reason %s", async (phase, options, sent) => {
    server.answer((response) => {
      if (phase.includes("body")) response.writeHead(200).write("{");
      if (phase.includes("again")) json(503, {})(response, undefined as never);
    });
    const clock = {
      ...skippingClock(),
      sleep: (_: number, signal?: AbortSignal) =>
        new Promise<void>((_done, fail) => signal!.addEventListener("abort", () => fail(signal!.reason))),
    };
    const abort = new AbortController();
    const listeners = vi.spyOn(abort.signal, "addEventListener");
    const removed = vi.spyOn(abort.signal, "removeEventListener");
    if (phase === "before the call") abort.abort(reason);
    const call = pay({ clock, ...options }).charges.get({ charge: "1" }, { signal: abort.signal });
    const rejection = expect(call).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.arrived.length).toBe(sent), { timeout: 5_000 });
    // The head of the answer, or the sleep, comes a moment after the arrival.
    setTimeout(() => abort.abort(reason), 40);
    await rejection;
    await expect(call.result()).rejects.toBe(reason);
    expect(server.arrived).toHaveLength(sent);
    expect(listeners.mock.calls.length).toBeLessThanOrEqual(1);
    expect(removed.mock.calls.length).toBe(listeners.mock.calls.length);
  });

  test("one listener for a call with many attempts, and none after it", async () => {
    const abort = new AbortController();
    const added = vi.spyOn(abort.signal, "addEventListener");
    const removed = vi.spyOn(abort.signal, "removeEventListener");
    server.answer(json(503, {}), json(503, {}), json(200, {}));
    await pay().charges.get({ charge: "1" }, { signal: abort.signal });
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });
});

describe("a caller's reason that is the error of another call", () => {
  test.each(["as it is", "frozen"])("stays what it is: %s", async (how) => {
    server.answer(json(400, {}), () => {});
    const reason = await rejection(pay().notes.create(note));
    const was = { effect: reason["effect"], attempts: reason["attempts"], cause: reason.cause };
    if (how === "frozen") Object.freeze(reason);
    const abort = new AbortController();
    server.answer(() => {});
    const call = pay().charges.create(charge, { signal: abort.signal, timeout: 20, retry: { maxAttempts: 9 } });
    await vi.waitFor(() => expect(server.arrived.length).toBeGreaterThan(1));
    abort.abort(reason);
    expect(await rejection(call)).toBe(reason);
    expect({ effect: reason["effect"], attempts: reason["attempts"], cause: reason.cause }).toEqual(was);
  });
});

test.each<[string, Answer, "none" | "unknown"]>([
  ["in the backoff after a refusal", json(429, {}, { "retry-after": "1" }), "none"],
  ["while the answer is waited for", () => {}, "unknown"],
])("listeners hear what an aborted call may have done: %s", async (_, answer, effect) => {
  server.answer(answer);
  const ends: CallEnd[] = [];
  const telemetry = hooks({ callEnd: (end) => ends.push(end) });
  const abort = new AbortController();
  const call = pay({ clock: systemClock, telemetry }).notes.create(note, { signal: abort.signal });
  await vi.waitFor(() => expect(server.arrived).toHaveLength(1));
  setTimeout(() => abort.abort(), 40);
  await rejection(call);
  expect(ends).toMatchObject([{ outcome: "aborted", effect, attempts: 1 }]);
});

test("a head that comes after the attempt's end is left, with a fetch that does not listen", async () => {
  let answer: (response: Response) => void = () => {};
  const send = vi.fn(
    () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      }),
  );
  const left = vi.fn();
  await rejection(pay({ fetch: send as typeof fetch }).charges.get({ charge: "1" }, { timeout: 20, retry: false }));
  answer(new Response(new ReadableStream({ cancel: left }), { status: 307, headers: { location: "/elsewhere" } }));
  await vi.waitFor(() => expect(left).toHaveBeenCalled());
  expect(send).toHaveBeenCalledTimes(1);
});

test("an abort ends the present wait, also when an earlier one's work still ends", async () => {
  const caller = new AbortController();
  const deadline = new Deadline(systemClock, 60_000, caller.signal);
  let end = () => {};
  const forgotten = new Promise<void>((resolve) => {
    end = resolve;
  });
  const late = () => new Error("late");
  await expect(deadline.guard(forgotten, 1, late)).rejects.toThrow("late");
  const second = deadline.guard(new Promise(() => {}), 60_000, late);
  end();
  await forgotten;
  caller.abort("enough");
  await expect(second).rejects.toBe("enough");
  deadline.close();
});
