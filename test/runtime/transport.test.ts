/** What a network can do to a call, over real sockets. */
import { type BaseClientOptions, connect } from "@couplet/runtime";
import { bytesBody } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, safePolicy, skippingClock } from "./pay.ts";
import { charge, note, payClient, rejection, secret } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const pay = (options: BaseClientOptions = {}) => payClient(server.base, options);

describe("the network", () => {
  test("a reset is repeated only where that is harmless", async () => {
    const reset = (response: import("node:http").ServerResponse) => void response.destroy();
    server.answer(reset, json(200, { id: "ok" }));
    await pay().charges.create(charge);
    expect(server.arrived).toHaveLength(2);
    server.answer(reset, json(200, {}));
    expect(await rejection(pay().notes.create(note))).toMatchObject({
      name: "NetworkError",
      effect: "unknown",
      attempts: 1,
    });
    expect(server.arrived).toHaveLength(1);
  });

  test("a truncated body is a network error, never a partial value", async () => {
    const cut = (response: import("node:http").ServerResponse) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"id": ');
      setTimeout(() => response.destroy(), 5);
    };
    server.answer(cut, json(200, { id: "whole" }));
    expect(await pay().charges.get({ charge: "1" })).toEqual({ id: "whole" });
    server.answer(cut);
    expect(await rejection(pay().notes.create(note))).toMatchObject({ name: "NetworkError", effect: "unknown" });
  });

  test("a refused connection surely had no effect, and is repeated for every class", async () => {
    const gone = await startLoopback();
    await gone.close();
    const clock = skippingClock();
    const error = await rejection(pay({ baseUrl: gone.base, clock }).notes.create(note));
    expect(error).toMatchObject({ name: "NetworkError", code: "ECONNREFUSED", effect: "none", attempts: 4 });
    expect(clock.slept).toHaveLength(3);
  });

  test("a transport's own words are redacted", async () => {
    const fetch = (() => Promise.reject(new TypeError(`bad header ${secret}`))) as never;
    const error = await rejection(pay({ fetch }).charges.get({ charge: "1" }, { retry: false }));
    expect(String((error.cause as Error).message) + (error.cause as Error).stack + error.message).not.toContain(secret);
  });
});

describe("redirects", () => {
  const to = (status: number, location: string) => (response: import("node:http").ServerResponse) =>
    void response.writeHead(status, { location }).end();

  test("a GET follows on its own origin, with its credentials", async () => {
    server.answer(to(302, "/a?x=1"), to(307, "b"), json(200, { id: "found" }));
    expect(await pay().charges.get({ charge: "1" })).toEqual({ id: "found" });
    expect(server.arrived.map(({ url }) => url)).toEqual(["/charges/1", "/a?x=1", "/b"]);
    expect(server.arrived[2]!.headers.authorization).toBe(`Bearer ${secret}`);
  });

  test("another origin sees nothing", async () => {
    const other = await startLoopback();
    server.answer(to(302, `${other.base}/steal`));
    expect(await rejection(pay().charges.get({ charge: "1" }))).toMatchObject({
      name: "RedirectError",
      code: "origin",
      effect: "none",
    });
    expect(other.arrived).toHaveLength(0);
    await other.close();
  });

  test.each([
    [301, "unknown"],
    [303, "unknown"],
    [307, "none"],
    [308, "none"],
  ] as const)("a POST does not follow %s", async (status, effect) => {
    server.answer(to(status, "/elsewhere"));
    expect(await rejection(pay().notes.create(note))).toMatchObject({ name: "RedirectError", code: "method", effect });
    expect(server.arrived).toHaveLength(1);
  });

  test("a loop ends", async () => {
    server.answer(to(302, "/again"));
    expect(await rejection(pay().charges.get({ charge: "1" }))).toMatchObject({ code: "count" });
    expect(server.arrived).toHaveLength(4);
    server.answer((response) => void response.writeHead(302).end());
    expect(await rejection(pay().charges.get({ charge: "1" }))).toMatchObject({ code: "location" });
  });
});

describe("answers that cannot be used", () => {
  test("too large: announced, or as it comes, or once decompressed", async () => {
    const { a } = connect(
      { auth: { secretKey: secret }, baseUrl: server.base },
      { a: { get: define({ policy: { ...safePolicy, maxResponse: 1_000 } }) } },
    );
    server.answer(json(200, JSON.stringify("x".repeat(2_000))));
    expect(await rejection(a.get())).toMatchObject({ name: "ResponseTooLargeError", attempts: 1, effect: "applied" });
    server.answer((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (let i = 0; i < 50; i++) response.write(" ".repeat(1_000));
      response.end("1");
    });
    expect(await rejection(a.get())).toMatchObject({ name: "ResponseTooLargeError" });
    const { gzipSync } = await import("node:zlib");
    server.answer(
      (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000))),
    );
    expect(await rejection(a.get())).toMatchObject({ name: "ResponseTooLargeError" });
  });

  test("not JSON: it took effect, and is never sent again", async () => {
    server.answer((response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>hi</p>"));
    expect(await rejection(pay().charges.create(charge))).toMatchObject({
      name: "DecodeError",
      effect: "applied",
      attempts: 1,
    });
    expect(server.arrived).toHaveLength(1);
  });

  test("an integer that would be rounded", async () => {
    server.answer(json(200, '{"data":[{"id":1},{"id":9007199254740993}]}'));
    const error = await rejection(pay().charges.get({ charge: "1" }));
    expect(error).toMatchObject({ name: "DecodeError" });
    expect(error.message).toContain("/data/1/id");
  });
});

test("a stream is sent at most once", async () => {
  const put = define({
    method: "PUT",
    policy: { ...safePolicy, idempotency: { class: "idempotent" } },
    body: { contentType: "*/*", encode: bytesBody },
  });
  const { a } = connect({ auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() }, { a: { put } });
  server.answer(json(503, {}));
  expect(await rejection(a.put({ body: new Blob(["abc"]).stream() }))).toMatchObject({ status: 503, attempts: 1 });
  expect(server.arrived[0]!.body).toBe("abc");
});
