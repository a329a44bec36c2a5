/** What hooks hear of a call: one script of answers a row, with every event it must give, in order. */
import { type BaseClientOptions, connect, createConnection, hooks as hooksOf, logTo } from "@couplet/runtime";
import { callAttributes, versionEcho } from "@couplet/runtime/codegen/v1";
import { describe, expect, test, vi } from "vitest";
import { chargesCreate, chargesGet, chargesList, connector, define, safePolicy, skippingClock } from "../pay.ts";
import { rejection, secret } from "../pay-client.ts";
import { answer, answering, recorder, redirect } from "./recorder.ts";

const reset = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

function client(options: BaseClientOptions = {}) {
  return connect(
    { auth: { secretKey: secret }, clock: skippingClock(0.5), ...options },
    { charges: { get: chargesGet, create: chargesCreate, list: chargesList } },
  );
}

// The first call of a client waits for the digest of its credential.
const steps = (lines: readonly string[]) => lines.filter((line) => line !== "wait for=credentials");
const end = (text: string): string => `callEnd ${text}`;
const rows: readonly [what: string, fetch: ReturnType<typeof answering>, events: readonly string[]][] = [
  [
    "a success",
    answering(answer(200)),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 status=200",
      end("outcome=success effect=applied status=200"),
    ],
  ],
  [
    "a retry after an error answer",
    answering(answer(503), answer(200)),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 status=503 error=503 disposition=ambiguous",
      "retry attempt=1 delay=150 error=503",
      "wait for=backoff",
      "attemptStart attempt=2 resend=1",
      "attemptEnd attempt=2 resend=1 status=200",
      end("outcome=success effect=applied status=200"),
    ],
  ],
  [
    "a reset connection",
    answering(reset, answer(200)),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 error=ECONNRESET disposition=ambiguous",
      "retry attempt=1 delay=150 error=ECONNRESET",
      "wait for=backoff",
      "attemptStart attempt=2 resend=1",
      "attemptEnd attempt=2 resend=1 status=200",
      end("outcome=success effect=applied status=200"),
    ],
  ],
  [
    "a transport that puts text into its code",
    answering(Object.assign(new Error("x"), { code: "my own words, at length" }), answer(200)),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 error=network_failure disposition=ambiguous",
      "retry attempt=1 delay=150 error=network_failure",
      "wait for=backoff",
      "attemptStart attempt=2 resend=1",
      "attemptEnd attempt=2 resend=1 status=200",
      end("outcome=success effect=applied status=200"),
    ],
  ],
  [
    "a redirect is a request of its own",
    answering(redirect("https://api.pay.example/v1/charges/2"), answer(200)),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 status=302",
      "attemptStart attempt=1 resend=1",
      "attemptEnd attempt=1 resend=1 status=200",
      end("outcome=success effect=applied status=200"),
    ],
  ],
  [
    "an error for good",
    answering(answer(404)),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 status=404 error=404 disposition=permanent",
      end("outcome=error effect=none status=404 error=NotFoundError"),
    ],
  ],
  [
    "an answer that cannot be read",
    answering(() => new Response("{", { headers: { "content-type": "application/json" } })),
    [
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 status=200 error=undecodable",
      end("outcome=error effect=applied error=DecodeError"),
    ],
  ],
];

describe("events", () => {
  test.each(rows)("%s", async (_what, fetch, events) => {
    const { hooks, lines } = recorder();
    await client({ fetch, telemetry: hooks }).charges.get({ charge: "1" }).result();
    expect(steps(lines())).toEqual(events);
  });

  test("input that is refused has a call, and no attempt", async () => {
    const { hooks, lines } = recorder();
    await rejection(client({ fetch: answering(answer(200)), telemetry: hooks }).charges.get({} as never));
    expect(steps(lines())).toEqual(["callStart", end("outcome=error effect=none error=InputValidationError")]);
  });

  test("an abort ends the attempt and the call", async () => {
    const { hooks, lines } = recorder();
    const stop = new AbortController();
    const fetch: typeof globalThis.fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        stop.abort(new Error("enough"));
      });
    const call = client({ fetch, telemetry: hooks }).charges.get({ charge: "1" }, { signal: stop.signal });
    await expect(call).rejects.toThrow("enough");
    expect(steps(lines())).toEqual([
      "callStart",
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 error=aborted",
      end("outcome=aborted effect=unknown error=aborted"),
    ]);
  });

  test("a replay with new credentials is a resend, and the wait for them is told", async () => {
    const { hooks, lines } = recorder();
    const fetch = answering(answer(401), answer(200));
    let asked = 0;
    await client({ auth: { secretKey: () => `${secret}${asked++}` }, fetch, telemetry: hooks }).charges.get({
      charge: "1",
    });
    const told = lines().filter((line) => !line.startsWith("call"));
    expect(steps(told)).toEqual([
      "attemptStart attempt=1 resend=0",
      "attemptEnd attempt=1 resend=0 status=401 error=401 disposition=rejected",
      "attemptStart attempt=2 resend=1",
      "attemptEnd attempt=2 resend=1 status=200",
    ]);
    expect(told).toContain("wait for=credentials");
  });

  test("a wait for a limit is told with its length", async () => {
    const { hooks, events } = recorder();
    const one = define({ policy: { ...safePolicy, concurrency: { max: 1, queue: 9, per: ["credential"] } } });
    const connection = createConnection(connector, {
      auth: { secretKey: secret },
      fetch: () => new Promise((resolve) => setImmediate(() => resolve(answer(200)()))),
      telemetry: hooks,
    });
    const { a } = connect(connection, { a: { one } });
    // Once the credential is known, calls come to the limit at once.
    await a.one({});
    await Promise.all([a.one({}), a.one({})]);
    const waits = events.filter(({ name, event }) => name === "wait" && event["for"] === "limits");
    expect(waits).toHaveLength(1);
    expect(waits[0]!.event["duration"]).toBeGreaterThanOrEqual(0);
  });

  test("each page is a call", async () => {
    const { hooks, lines } = recorder();
    const fetch = answering(
      answer(200, { data: [{ id: "a" }], has_more: true }),
      answer(200, { data: [{ id: "b" }], has_more: false }),
    );
    for await (const _item of client({ fetch, telemetry: hooks }).charges.list());
    expect(lines().filter((line) => line === "callStart")).toHaveLength(2);
  });

  test("every event of a call carries the same object, with the tenant", async () => {
    const { hooks, events } = recorder();
    const fetch = answering(answer(503), answer(200));
    await client({ fetch, telemetry: hooks }).charges.get({ charge: "1" }, { tenant: "shop-7" });
    const calls = events.filter(({ name }) => name !== "callStart").map(({ event }) => event["call"]);
    expect(new Set(calls).size).toBe(1);
    expect(calls[0]).toEqual({
      provider: "pay",
      version: "2026-09-30",
      operation: "charges.get",
      method: "GET",
      template: "/charges/{charge}",
      tenant: "shop-7",
    });
  });

  test("times are those of the clock", async () => {
    const { hooks, events } = recorder();
    const clock = { ...skippingClock(), mono: () => time };
    let time = 5;
    const fetch: typeof globalThis.fetch = async () => {
      time += 40;
      return answer(200)();
    };
    await client({ fetch, clock, telemetry: hooks }).charges.get({ charge: "1" });
    expect(events.filter(({ name }) => name.endsWith("End")).map(({ event }) => event["duration"])).toEqual([40, 40]);
  });
});

describe("what answers tell", () => {
  const attributes = {
    shard: { from: "header", name: "X-Shard" },
    cost: { from: "body", path: ["cost"] },
    absent: { from: "header", name: "X-None" },
    nested: { from: "body", path: ["error"] },
    hidden: { from: "header", name: "X-Api-Key" },
    secretField: { from: "body", path: ["client_secret"] },
    echoed: { from: "header", name: "X-Echo" },
  } as const;

  test("attributes of the policy, of the last answer, without secrets and objects", async () => {
    const { hooks, events } = recorder();
    const get = define({ policy: { ...safePolicy, attributes, readAttributes: callAttributes } });
    const fetch = answering(
      answer(503, {}, { "x-shard": "eu1" }),
      answer(
        400,
        { cost: 7, error: { a: 1 }, client_secret: "abc" },
        { "x-shard": "eu\u009b2", "x-api-key": "k", "x-echo": `<${secret}>`, "request-id": "req_9" },
      ),
    );
    const { a } = connect(
      { auth: { secretKey: secret }, fetch, clock: skippingClock(), telemetry: hooks },
      { a: { get } },
    );
    await a.get({}).result();
    expect(events.at(-1)!.event).toMatchObject({
      requestId: "req_9",
      attributes: {
        shard: "eu\\u{9b}2",
        cost: 7,
        hidden: "[redacted]",
        secretField: "[redacted]",
        echoed: "<[redacted]>",
      },
    });
    expect(Object.keys(events.at(-1)!.event["attributes"] as object)).toHaveLength(5);
  });

  test("another version is told to hooks and logger", async () => {
    const { hooks, events } = recorder();
    const warn = vi.fn();
    const echo = { from: { from: "header", name: "pay-version" }, expect: "2026-09-30" } as const;
    const get = define({ connector: { ...connector, echo, readEcho: versionEcho } });
    const fetch = answering(
      answer(200, {}, { "pay-version": "2024-01-01" }),
      answer(200, {}, { "pay-version": "2026-09-30" }),
    );
    const { a } = connect({ auth: { secretKey: secret }, fetch, telemetry: [hooks, logTo({ warn })] }, { a: { get } });
    await a.get({});
    await a.get({});
    expect(events.filter(({ name }) => name === "versionMismatch").map(({ event }) => event)).toMatchObject([
      { expected: "2026-09-30", answered: "2024-01-01" },
    ]);
    expect(warn.mock.calls).toEqual([
      [
        expect.objectContaining({
          event: "couplet.version.mismatch",
          operation: "charges.get",
          answered: "2024-01-01",
        }),
        'charges.get (pay 2026-09-30): version "2024-01-01" answered instead of "2026-09-30".',
      ],
    ]);
  });
});

describe("the request of an attempt", () => {
  const started = async (options: BaseClientOptions, headers?: Record<string, string>, trace?: string) => {
    const starts: { url: string; server: object }[] = [];
    const fetch = answering(redirect("/v1/charges/2?access_token=abc"), answer(200));
    const telemetry = hooksOf({
      attemptStart(start) {
        starts.push({ url: start.url, server: start.server });
        if (trace !== undefined) start.trace(trace.replace("N", String(starts.length)));
      },
    });
    await client({ fetch, telemetry, ...options }).charges.get({ charge: secret }, headers && { headers });
    return { starts, sent: fetch.sent.map((request) => request.headers.get("traceparent")) };
  };

  test("has a URL without secrets", async () => {
    const { starts } = await started({});
    expect(starts.map(({ url }) => url)).toEqual([
      "https://api.pay.example/v1/charges/[redacted]",
      "https://api.pay.example/v1/charges/2?access_token=[redacted]",
    ]);
    expect(starts[0]!.server).toEqual({
      origin: "https://api.pay.example",
      address: "api.pay.example",
      port: 443,
      declared: "api.pay.example",
    });
  });

  const parent = `00-${"a".repeat(32)}-${"0".repeat(15)}N-01`;
  test("takes a traceparent of its own for each request", async () => {
    const { sent } = await started({}, undefined, parent);
    expect(sent).toEqual([parent.replace("N", "1"), parent.replace("N", "2")]);
  });
  test("keeps the caller's", async () => {
    const own = parent.replace("N", "9");
    expect((await started({}, { traceparent: own }, parent)).sent).toEqual([own, own]);
  });
  test("sends none where no hook asks for it, nor one that is none", async () => {
    expect((await started({})).sent).toEqual([null, null]);
    expect((await started({}, undefined, "N\r\nX-Evil: 1")).sent).toEqual([null, null]);
  });

  test.each([
    ["https://{shop}.example.com/v1", "north.example.com", "{shop}.example.com"],
    ["https://{shop}.example.com", "a.b.example.com", "{shop}.example.com"],
    ["https://{shop}.example.com", "example.org", "example.org"],
    ["https://{host}/v1", "any.example.org", "{host}"],
    ["{base}", "any.example.org", "any.example.org"],
  ])("%s: %s is %s in labels", async (template, host, declared) => {
    const get = define({ connector: { ...connector, servers: [{ name: "live", url: template }] } });
    const found: string[] = [];
    const telemetry = hooksOf({ attemptStart: ({ server }) => void found.push(server.declared) });
    const options = {
      auth: { secretKey: secret },
      baseUrl: `https://${host}`,
      fetch: answering(answer(200)),
      telemetry,
    };
    await connect(options, { a: { get } }).a.get({});
    expect(found).toEqual([declared]);
  });
});
