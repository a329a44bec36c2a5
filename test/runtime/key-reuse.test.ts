import { connect } from "@couplet/runtime";
import { bytesBody, jsonBody, keyReuse } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { define, keyedPolicy, skippingClock } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

function client(retention?: number) {
  const clock = skippingClock();
  const key = { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 } as const;
  const policy = {
    ...keyedPolicy,
    prepare: [{ use: keyReuse }],
    idempotency: { class: "keyed", key, ...(retention !== undefined && { retention }) },
  } as const;
  const post = (id: string, contentType: string, encode: typeof jsonBody) =>
    define({ id, method: "POST", policy, body: { contentType, encode } });
  const { a } = connect(
    { auth: { secretKey: secret }, baseUrl: server.base, clock },
    {
      a: {
        create: post("a.create", "application/json", jsonBody),
        other: post("a.other", "application/json", jsonBody),
        upload: post("a.upload", "application/octet-stream", bytesBody),
      },
    },
  );
  return { a, clock };
}

const mine = { idempotencyKey: "mine" };
const refused = { name: "InputValidationError", effect: "none", attempts: 0, issues: [{ path: ["idempotencyKey"] }] };

test("a key is sent again with the same body, and with no other", async () => {
  server.answer(json(200, {}));
  const { a } = client();
  await a.create({ body: { amount: 1 } }, mine);
  await a.create({ body: { amount: 1 } }, mine);
  const error = await rejection(a.create({ body: { amount: 2 } }, mine));
  expect(error).toMatchObject(refused);
  expect(error.message).toContain("would answer with the result of that request. Nothing was sent.");
  expect(error.message).not.toContain("mine");
  await rejection(a.create({ body: { amount: 2 } }, mine));
  expect(server.arrived).toHaveLength(2);
});

test.each<[string, object, object]>([
  ["a key of its own", { ...mine }, { idempotencyKey: "other" }],
  ["keys that are made", {}, {}],
  ["another tenant", { ...mine, tenant: "a" }, { ...mine, tenant: "b" }],
  ["another act", { businessId: "order:1" }, { businessId: "order:2" }],
])("%s says nothing of another body", async (_, one, other) => {
  server.answer(json(200, {}));
  const { a } = client();
  await a.create({ body: { amount: 1 } }, one);
  await a.create({ body: { amount: 2 } }, other);
  expect(server.arrived).toHaveLength(2);
});

test("the same act with another body is refused, in another operation it is another act", async () => {
  server.answer(json(200, {}));
  const { a } = client();
  await a.create({ body: { amount: 1 } }, { businessId: "order:1" });
  await a.other({ body: { amount: 2 } }, { businessId: "order:1" });
  expect(await rejection(a.create({ body: { amount: 2 } }, { businessId: "order:1" }))).toMatchObject(refused);
});

test("two at once: the second is refused before the first is answered", async () => {
  server.answer(json(200, {}));
  const { a } = client();
  const results = await Promise.allSettled([1, 2].map((amount) => a.create({ body: { amount } }, mine)));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("a call that surely had no effect leaves its key; one that perhaps had keeps it", async () => {
  const { a } = client();
  server.answer(json(400, {}), json(503, {}));
  await rejection(a.create({ body: { amount: 1 } }, mine));
  await rejection(a.create({ body: { amount: 2 } }, { ...mine, retry: false }));
  expect(await rejection(a.create({ body: { amount: 3 } }, mine))).toMatchObject(refused);
  expect(server.arrived).toHaveLength(2);
});

test("of two with one body: the one without effect does not free the key of the other", async () => {
  const { a } = client();
  const held: (() => void)[] = [];
  const hold = (status: number): Answer => {
    return (response, request) => void held.push(() => json(status, {})(response, request));
  };
  for (const [first, second] of [
    [400, 200],
    [200, 400],
  ]) {
    const key = { idempotencyKey: `${first}` };
    held.length = 0;
    server.answer(hold(first!), hold(second!), json(200, {}));
    const calls = [];
    for (const at of [1, 2]) {
      calls.push(a.create({ body: { amount: 1 } }, key).result());
      await vi.waitFor(() => expect(held).toHaveLength(at));
    }
    for (const [at, release] of held.entries()) {
      release();
      await calls[at];
    }
    expect(await rejection(a.create({ body: { amount: 2 } }, key))).toMatchObject(refused);
  }
});

test("a call that was given up before it was sent leaves its key", async () => {
  const { a } = client();
  const held: (() => void)[] = [];
  const hold: Answer = (response, request) => void held.push(() => json(200, {})(response, request));
  server.answer(...Array.from({ length: 10 }, () => hold), json(200, {}));
  const others = Array.from({ length: 10 }, () => a.create({ body: {} }));
  await vi.waitFor(() => expect(held).toHaveLength(10));
  const abort = new AbortController();
  const waiting = rejection(a.create({ body: { amount: 1 } }, { ...mine, signal: abort.signal }));
  setTimeout(() => abort.abort(new Error("enough")), 20);
  expect((await waiting).message).toBe("enough");
  for (const release of held) release();
  await Promise.all(others);
  await a.create({ body: { amount: 2 } }, mine);
  expect(server.arrived).toHaveLength(11);
});

test("what the provider has forgotten, the client forgets", async () => {
  server.answer(json(200, {}));
  const { a, clock } = client(60_000);
  await a.create({ body: { amount: 1 } }, mine);
  await clock.sleep(61_000);
  await a.create({ body: { amount: 2 } }, mine);
  expect(server.arrived).toHaveLength(2);
});

test("bytes are compared; what is only read as it is sent is not", async () => {
  server.answer(json(200, {}));
  const { a } = client();
  await a.upload({ body: new Uint8Array([1]) }, mine);
  expect(await rejection(a.upload({ body: new Uint8Array([2]) }, mine))).toMatchObject(refused);
  await a.upload({ body: new Blob(["a"]) }, { idempotencyKey: "file" });
  await a.upload({ body: new Blob(["b"]) }, { idempotencyKey: "file" });
  expect(server.arrived).toHaveLength(3);
});
