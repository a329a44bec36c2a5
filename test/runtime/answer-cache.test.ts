import {
  type AnswerStore,
  type BaseClientOptions,
  connect,
  type Logger,
  logTo,
  type StoredAnswer,
} from "@couplet/runtime";
import {
  answerCache,
  type CacheRule,
  freshAnswers,
  jsonBody,
  type Operation,
  sharedAnswers,
} from "@couplet/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, json, type Loopback, startLoopback } from "./loopback.ts";
import { define, skippingClock, unsafePolicy } from "./pay.ts";

let server: Loopback;
beforeAll(async () => {
  server = await startLoopback();
});
afterAll(() => server.close());

const etag: CacheRule = { use: answerCache, validators: ["etag", "lastModified"] };

interface Thing {
  readonly id: string;
  readonly tags: string[];
}
const things = (rule: Partial<CacheRule> = {}) => {
  const cache = { ...etag, ...rule };
  const get: Operation<{ id: string; lang?: string; view?: string }, Thing> = define({
    id: "things.get",
    path: "/things/{id}",
    parameters: [
      { name: "id", in: "path", required: true },
      { name: "view", in: "query" },
      { name: "lang", in: "header" },
    ],
    cache,
  }) as never;
  const file: Operation<Record<string, never>, Uint8Array> = define({
    id: "things.file",
    path: "/file",
    responses: { "200": "bytes" },
    cache,
  }) as never;
  const update: Operation<{ id: string; body: object }, Thing> = define({
    id: "things.update",
    method: "PATCH",
    path: "/things/{id}",
    parameters: [{ name: "id", in: "path", required: true }],
    policy: unsafePolicy,
    body: { contentType: "application/json", encode: jsonBody },
  }) as never;
  return { things: { get, file, update } };
};

function client(rule: Partial<CacheRule> = {}, options: BaseClientOptions = {}) {
  return connect(
    { auth: { secretKey: "sk_1" }, baseUrl: server.base, clock: skippingClock(), ...options },
    things(rule),
  ).things;
}
const thing = (headers: Record<string, string> = {}, tags: string[] = ["a"]) => json(200, { id: "1", tags }, headers);
const unchanged =
  (headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(304, headers).end();
/** Answers as a server does that knows one ETag. */
const tagged =
  (tag = '"v1"', more: Record<string, string> = {}): Answer =>
  (response, request) =>
    request.headers["if-none-match"] === tag
      ? unchanged({ etag: tag, ...more })(response, request)
      : thing({ etag: tag, ...more })(response, request);
const asked = () =>
  server.arrived.map(({ headers }) => headers["if-none-match"] ?? headers["if-modified-since"] ?? "-");

describe("asking again", () => {
  test("with If-None-Match; a 304 is the kept answer with the new headers", async () => {
    server.answer(thing({ etag: 'W/"v1"', "request-id": "r1", "x-a": "1", "x-b": "1" }), unchanged({ "x-a": "2" }));
    const api = client();
    const first = await api.get({ id: "1" }).withResponse();
    expect(first.meta).toEqual({ attempts: 1, requestId: "r1" });
    const again = await api.get({ id: "1" }).withResponse();
    expect(asked()).toEqual(["-", 'W/"v1"']);
    expect(again.data).toEqual({ id: "1", tags: ["a"] });
    expect(again.response.status).toBe(200);
    // The id of the first request is not that of the second.
    expect(again.meta).toEqual({ attempts: 1, cached: "revalidated" });
    expect(["x-a", "x-b", "content-type"].map((name) => again.response.headers.get(name))).toEqual([
      "2",
      "1",
      "application/json",
    ]);
  });

  test("with If-Modified-Since; both where there are both, and only those of the policy", async () => {
    const dates = { "last-modified": "Sun, 01 Nov 2026 10:00:00 GMT" };
    server.answer(thing(dates), unchanged());
    const api = client();
    for (let i = 0; i < 2; i++) expect(await api.get({ id: "1" })).toMatchObject({ id: "1" });
    expect(asked()).toEqual(["-", "Sun, 01 Nov 2026 10:00:00 GMT"]);
    server.answer(thing({ ...dates, etag: '"v"' }), unchanged());
    const both = client();
    for (let i = 0; i < 2; i++) await both.get({ id: "1" });
    expect(server.arrived[1]!.headers).toMatchObject({
      "if-none-match": '"v"',
      "if-modified-since": dates["last-modified"],
    });
    server.answer(thing(dates), thing(dates));
    const only = client({ validators: ["etag"] });
    for (let i = 0; i < 2; i++) await only.get({ id: "1" });
    expect(asked()).toEqual(["-", "-"]);
  });

  test("a new answer takes the place of the old one", async () => {
    server.answer(thing({ etag: '"1"' }), thing({ etag: '"2"' }, ["b"]), unchanged());
    const api = client();
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await api.get({ id: "1" })).tags);
    expect(seen).toEqual([["a"], ["b"], ["b"]]);
    expect(asked()).toEqual(["-", '"1"', '"2"']);
  });

  test("what is handed out cannot change what is kept", async () => {
    server.answer(tagged());
    const api = client();
    for (let i = 0; i < 3; i++) {
      const { tags } = await api.get({ id: "1" });
      expect(tags).toEqual(["a"]);
      tags.push("mine");
    }
    server.answer((response, request) =>
      request.headers["if-none-match"]
        ? unchanged()(response, request)
        : response.writeHead(200, { etag: '"f"' }).end("abc"),
    );
    for (let i = 0; i < 3; i++) {
      const bytes = await api.file();
      expect(new TextDecoder().decode(bytes)).toBe("abc");
      bytes.fill(0);
    }
  });

  test("a 304 that answers no question is an error", async () => {
    server.answer(unchanged({ etag: '"1"' }));
    await expect(client().get({ id: "1" })).rejects.toMatchObject({ name: "ApiError", status: 304, effect: "none" });
    expect(server.arrived).toHaveLength(1);
  });

  test("so is one to a request without conditions, whatever is kept", async () => {
    const clock = skippingClock();
    server.answer(thing(), unchanged());
    const api = client({ ttl: 1_000, fresh: freshAnswers }, { clock });
    await api.get({ id: "1" });
    await clock.sleep(2_000);
    await expect(api.get({ id: "1" })).rejects.toMatchObject({ status: 304 });
    expect(asked()).toEqual(["-", "-"]);
  });

  test("so is one that speaks of another answer", async () => {
    server.answer(thing({ etag: '"1"' }), unchanged({ etag: '"2"' }));
    const api = client();
    await api.get({ id: "1" });
    await expect(api.get({ id: "1" })).rejects.toMatchObject({ status: 304 });
  });

  test("is a call like any other: it is retried, and errors stay errors", async () => {
    server.answer(thing({ etag: '"1"' }), json(503, {}), unchanged(), json(404, {}));
    const api = client();
    await api.get({ id: "1" });
    expect((await api.get({ id: "1" }).withResponse()).meta).toMatchObject({ attempts: 2, cached: "revalidated" });
    await expect(api.get({ id: "1" })).rejects.toMatchObject({ status: 404 });
    expect(asked()).toEqual(["-", '"1"', '"1"', '"1"']);
  });
});

describe("nothing is shared", () => {
  const gets = async (...calls: readonly (() => PromiseLike<unknown>)[]) => {
    server.answer(tagged());
    for (const call of calls) await call();
    return asked().map((one) => one !== "-");
  };

  test("between credentials, also of one client", async () => {
    let key = "sk_1";
    const api = client({}, { auth: { secretKey: () => key } });
    const turn = (next: string) => () => {
      key = next;
      return api.get({ id: "1" });
    };
    expect(await gets(turn("sk_1"), turn("sk_2"), turn("sk_1"), turn("sk_2"))).toEqual([false, false, true, true]);
  });

  test("between tenants, whose rights may differ where an application signs", async () => {
    const api = client();
    const as = (tenant: string) => () => api.get({ id: "1" }, { tenant });
    expect(await gets(as("a"), as("b"), as("a"))).toEqual([false, false, true]);
  });

  test("between URLs and the headers that we send, whether Vary names them or not", async () => {
    const api = client();
    const get = (input: object) => () => api.get({ id: "1", ...input });
    expect(
      await gets(get({}), get({ view: "x" }), get({ lang: "de" }), get({ lang: "fr" }), get({ lang: "de" }), get({})),
    ).toEqual([false, false, false, false, true, true]);
  });

  test("between clients", async () => {
    expect(
      await gets(
        () => client().get({ id: "1" }),
        () => client().get({ id: "1" }),
      ),
    ).toEqual([false, false]);
  });

  test("but a view of the client for the same tenant shares it", async () => {
    const whole = connect({ auth: { secretKey: "sk_1" }, baseUrl: server.base, clock: skippingClock() }, things());
    expect(
      await gets(
        () => whole.things.get({ id: "1" }),
        () => whole.things.get({ id: "1" }),
      ),
    ).toEqual([false, true]);
  });
});

test.each<[string, Answer]>([
  ["no-store", thing({ etag: '"1"', "cache-control": "private, No-Store" })],
  ["Vary: *", thing({ etag: '"1"', vary: "*" })],
  ["an error", json(404, {}, { etag: '"1"' })],
  ["no validator", thing()],
  ["another success than 200", json(203, { id: "1", tags: [] }, { etag: '"1"' })],
])("not kept: %s", async (_, answer) => {
  server.answer(answer);
  const api = client();
  for (let i = 0; i < 2; i++) await api.get({ id: "1" }).result();
  expect(asked()).toEqual(["-", "-"]);
});

test("what a redirect led to is not the answer of the first URL", async () => {
  const moved: Answer = (response) => response.writeHead(307, { location: "/things/2" }).end();
  server.answer(moved, thing({ etag: '"2"' }), moved, thing({ etag: '"2"' }));
  const api = client();
  for (let i = 0; i < 2; i++) await api.get({ id: "1" });
  expect(asked()).toEqual(["-", "-", "-", "-"]);
});

test.each([{ "if-none-match": '"mine"' }, { range: "bytes=0-1" }, { "cache-control": "no-store" }])(
  "a call with headers %j of its own goes past the cache",
  async (headers) => {
    server.answer(thing({ etag: '"1"' }));
    const api = client();
    await api.get({ id: "1" });
    await api.get({ id: "1" }, { headers });
    expect(server.arrived[1]!.headers["if-none-match"]).toBe((headers as Record<string, string>)["if-none-match"]);
  },
);

describe("a time to live", () => {
  const start = () => {
    const clock = skippingClock();
    return { clock, api: client({ ttl: 60_000, fresh: freshAnswers }, { clock }) };
  };

  test("no request within it, and none is counted; then it asks again", async () => {
    server.answer(tagged());
    const { api, clock } = start();
    await api.get({ id: "1" });
    expect((await api.get({ id: "1" }).withResponse()).meta).toEqual({ attempts: 0, cached: "fresh" });
    expect(server.arrived).toHaveLength(1);
    await clock.sleep(61_000);
    expect((await api.get({ id: "1" }).withResponse()).meta).toEqual({ attempts: 1, cached: "revalidated" });
  });

  test("what was asked again lives on from then", async () => {
    server.answer(tagged());
    const { api, clock } = start();
    await api.get({ id: "1" });
    await clock.sleep(61_000);
    await api.get({ id: "1" });
    expect((await api.get({ id: "1" }).withResponse()).meta.cached).toBe("fresh");
  });

  test.each([
    ["no-cache", "no-cache", 0, 2],
    ["a shorter max-age", "max-age=10", 11_000, 2],
    ["a max-age that is not over", "max-age=10", 9_000, 1],
    ["a longer max-age does not stretch it", "max-age=600", 61_000, 2],
  ])("the provider's word bounds it: %s", async (_, control, later, requests) => {
    server.answer(tagged('"v1"', { "cache-control": control }));
    const { api, clock } = start();
    await api.get({ id: "1" });
    await clock.sleep(later);
    await api.get({ id: "1" });
    expect(server.arrived).toHaveLength(requests);
  });

  test("Age counts", async () => {
    server.answer(tagged('"v1"', { "cache-control": "max-age=30", age: "25" }));
    const { api, clock } = start();
    await api.get({ id: "1" });
    await clock.sleep(6_000);
    await api.get({ id: "1" });
    expect(server.arrived).toHaveLength(2);
  });

  test("the caller can ask all the same", async () => {
    server.answer(tagged());
    const { api } = start();
    await api.get({ id: "1" });
    await api.get({ id: "1" }, { headers: { "cache-control": "no-cache" } });
    expect(server.arrived).toHaveLength(2);
  });

  test("after a write to the same URL it asks, also after one whose answer never came well", async () => {
    const { api } = start();
    for (const answer of [json(200, {}), json(500, {})]) {
      server.answer(tagged());
      await api.get({ id: "1" });
      await api.get({ id: "1" });
      server.answer(answer);
      await api.update({ id: "1", body: {} }, { retry: false }).result();
      server.answer(tagged());
      expect((await api.get({ id: "1" }).withResponse()).meta).toMatchObject({ attempts: 1 });
    }
  });
});

describe("a store that was given", () => {
  const logged = () => {
    const warned: Record<string, unknown>[] = [];
    const logger: Logger = { warn: (fields, message) => warned.push({ ...fields, message }) };
    return { warned, logger };
  };

  test("is asked by a digest, and shares between clients", async () => {
    const kept = new Map<string, StoredAnswer>();
    const answers: AnswerStore = {
      get: async (key) => kept.get(key),
      set: (key, answer) => void kept.set(key, answer),
    };
    server.answer(tagged('"v1"', { "set-cookie": "s=1" }));
    for (let i = 0; i < 2; i++) await client({ shared: sharedAnswers }, { stores: { answers } }).get({ id: "1" });
    expect(asked()).toEqual(["-", '"v1"']);
    const [[key, answer]] = [...kept] as [[string, StoredAnswer]];
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(answer.headers)).not.toContain("set-cookie");
  });

  test("is not asked where the policy says memory, and stands in for nothing where none was given", async () => {
    const answers: AnswerStore = {
      get: () => expect.unreachable(),
      set: () => expect.unreachable(),
    };
    server.answer(tagged());
    const api = client({}, { stores: { answers } });
    for (let i = 0; i < 2; i++) await api.get({ id: "1" });
    const alone = client({ shared: sharedAnswers });
    for (let i = 0; i < 2; i++) await alone.get({ id: "1" });
    expect(asked()).toEqual(["-", '"v1"', "-", '"v1"']);
  });

  test.each<[string, AnswerStore["get"]]>([
    ["fails", () => Promise.reject(new Error("down"))],
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["is silent", () => new Promise(() => {})],
    ["returns what is none", () => ({ status: 200 }) as never],
  ])("that %s counts as empty, and is told once", async (_, get) => {
    const { warned, logger } = logged();
    server.answer(tagged());
    const answers: AnswerStore = { get, set: () => Promise.reject(new Error("full")) };
    const api = client({ shared: sharedAnswers }, { stores: { answers }, telemetry: logTo(logger) });
    for (let i = 0; i < 2; i++) expect(await api.get({ id: "1" })).toMatchObject({ id: "1" });
    await new Promise((done) => setImmediate(done));
    expect(asked()).toEqual(["-", "-"]);
    expect(warned.map(({ event }) => event)).toEqual(["couplet.cache.fault"]);
  });
});
