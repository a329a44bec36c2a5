import { connect } from "@couplet/runtime";
import { bodyBuffer, bytesBody, multipartBody } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, safePolicy, skippingClock } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

function client(max: number | undefined, deadline: number = 10_000) {
  const policy = {
    ...safePolicy,
    timeouts: { attempt: 2_000, deadline },
    idempotency: { class: "idempotent" },
    ...(max !== undefined && { prepare: [{ use: bodyBuffer, max }] }),
  } as const;
  const put = (contentType: string, encode: typeof bytesBody) =>
    define({ method: "PUT", policy, body: { contentType, encode } });
  return connect(
    { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() },
    { a: { put: put("application/octet-stream", bytesBody), form: put("multipart/form-data", multipartBody) } },
  ).a;
}

/** Remembers whether it was left. */
function pieces(texts: readonly string[], onEnd: () => void = () => {}): AsyncIterable<Uint8Array> {
  return (async function* () {
    try {
      for (const text of texts) yield new TextEncoder().encode(text);
    } finally {
      onEnd();
    }
  })();
}

describe("a streamed body", () => {
  test.each<[string, max: number | undefined, number]>([
    ["that fits is sent again", 6, 2],
    ["that fits by far is sent again", 1_000, 2],
    ["that is one byte too large is sent once", 5, 1],
    ["that is much too large is sent once", 1, 1],
    ["is sent once where nothing is buffered", undefined, 1],
  ])("%s", async (_, max, attempts) => {
    server.answer(json(503, {}), json(200, {}));
    await client(max)
      .put({ body: pieces(["abc", "def"]) })
      .catch(() => {});
    expect(server.arrived.map(({ body }) => body)).toEqual(Array(attempts).fill("abcdef"));
    const length = server.arrived[0]!.headers["content-length"];
    expect(length).toBe(attempts === 2 ? "6" : undefined);
  });

  test("may be a ReadableStream, an empty one, or a part of a form", async () => {
    server.answer(json(503, {}), json(200, {}));
    await client(100).put({ body: new Blob(["abc"]).stream() });
    expect(server.arrived.map(({ body }) => body)).toEqual(["abc", "abc"]);
    server.answer(json(503, {}), json(200, {}));
    await client(100).put({ body: pieces([]) });
    expect(server.arrived.map(({ body }) => body)).toEqual(["", ""]);
    server.answer(json(503, {}), json(200, {}));
    await client(1_000).form({ body: { file: pieces(["abc"]) } });
    const [one, other] = server.arrived.map(({ body }) => body);
    expect([one === other, one!.includes("abc")]).toEqual([true, true]);
  });

  test("that fails while it is read is an error without effect, and nothing is sent", async () => {
    server.answer(json(200, {}));
    const broken = (async function* () {
      yield new Uint8Array(1);
      throw new Error("disk");
    })();
    expect(await rejection(client(100).put({ body: broken }))).toMatchObject({ effect: "none", attempts: 0 });
    expect(server.arrived).toHaveLength(0);
  });

  test.each([
    ["too large for the buffer", 2],
    ["in the buffer", 100],
  ])("%s is left when the call fails", async (_, max) => {
    server.answer(json(400, {}));
    let left = false;
    await rejection(client(max).put({ body: pieces(["abc", "def"], () => (left = true)) }));
    expect(left).toBe(true);
  });

  test("that does not come ends at the deadline, or when the caller gives up", async () => {
    const silent = () => new ReadableStream({ pull: () => new Promise(() => {}) });
    expect(await rejection(client(100, 30).put({ body: silent() }))).toMatchObject({ code: "deadline", attempts: 0 });
    const abort = new AbortController();
    const call = client(100).put({ body: silent() }, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 10);
    await expect(call).rejects.toThrow("enough");
  });
});
