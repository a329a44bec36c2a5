import { connect } from "@couplet/runtime";
import { type BodyEncoder, bodyKey, bodyPlace, formBody, jsonBody } from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type Loopback, startLoopback } from "./loopback.ts";
import { define, keyedPolicy, skippingClock } from "./pay.ts";
import { rejection, secret } from "./pay-client.ts";

describe("a key inside the body", () => {
  test.each<[string, path: string[], body: unknown, wanted: unknown]>([
    ["beside others", ["meta", "key"], { a: 1, meta: { b: 2 } }, { a: 1, meta: { b: 2, key: "k" } }],
    ["in an object that is not there", ["meta", "key"], { a: 1 }, { a: 1, meta: { key: "k" } }],
    ["in no body at all", ["a", "b", "c"], undefined, { a: { b: { c: "k" } } }],
    ["in place of nothing", ["meta", "key"], { meta: { key: undefined } }, { meta: { key: "k" } }],
    ["in place of null", ["meta", "key"], { meta: null }, { meta: { key: "k" } }],
  ])("stands %s", (_, path, body, wanted) => {
    const before = structuredClone(body);
    expect(JSON.parse(JSON.stringify(bodyPlace({ body }, path).put("k")?.["body"]))).toEqual(wanted);
    expect(body).toEqual(before);
  });

  test.each<[string, path: string[], body: unknown]>([
    ["a list", ["meta", "key"], { meta: [] }],
    ["a text", ["meta", "key"], { meta: "x" }],
    ["a body that is a list", ["meta", "key"], []],
    ["a file", ["meta", "key"], new Blob()],
  ])("has no place in %s", (_, path, body) => {
    expect(bodyPlace({ body }, path).put("k")).toBeUndefined();
  });

  test("shares what it does not touch, and takes any name", () => {
    const body = { big: {}, meta: { other: {} } };
    const written = bodyPlace({ body }, ["meta", "key"]).put("k")?.["body"] as typeof body;
    expect([written.big === body.big, written.meta.other === body.meta.other]).toEqual([true, true]);
    const odd = bodyPlace({ body: {} }, ["__proto__", "constructor"]).put("k")?.["body"];
    expect(JSON.stringify(odd)).toBe('{"__proto__":{"constructor":"k"}}');
    expect(({} as Record<string, unknown>)["constructor"]).toBe(Object);
  });
});

describe("a call with such a key", () => {
  let server: Loopback;
  beforeAll(async () => {
    server = await startLoopback();
  });
  afterAll(() => server.close());

  const client = (contentType: string, encode: BodyEncoder) => {
    const key = {
      in: "body",
      name: "/meta/key",
      generate: "uuid4",
      maxLength: 50,
      put: bodyKey,
      path: ["meta", "key"],
    } as const;
    const policy = { ...keyedPolicy, idempotency: { class: "keyed", key } } as const;
    const create = define({ method: "POST", policy, body: { contentType, encode } });
    const options = { auth: { secretKey: secret }, baseUrl: server.base, clock: skippingClock() };
    return connect(options, { a: { create } }).a;
  };

  test("sends one over all attempts, or the caller's own", async () => {
    server.answer(json(500, {}), json(200, {}));
    const a = client("application/json", jsonBody);
    const { meta } = await a.create({ body: { meta: { note: "x" } } }).withResponse();
    const sent = { meta: { note: "x", key: meta.idempotencyKey } };
    expect(server.arrived.map(({ body }) => JSON.parse(body))).toEqual([sent, sent]);
    expect((await a.create({ body: { meta: { key: "mine" } } }).withResponse()).meta.idempotencyKey).toBe("mine");
    expect(JSON.parse(server.arrived[2]!.body)).toEqual({ meta: { key: "mine" } });
  });

  test("sends it in a form too", async () => {
    server.answer(json(200, {}));
    await client("application/x-www-form-urlencoded", formBody).create({ body: { a: 1 } }, { idempotencyKey: "k" });
    expect(decodeURIComponent(server.arrived[0]!.body)).toBe("a=1&meta[key]=k");
  });

  test("is refused where it cannot carry the key: without it a repetition would be a second effect", async () => {
    server.answer(json(200, {}));
    for (const body of [{ meta: "x" }, ["a"], "text"])
      expect(await rejection(client("application/json", jsonBody).create({ body }))).toMatchObject({
        name: "InputValidationError",
        effect: "none",
      });
    expect(server.arrived).toHaveLength(0);
  });
});
