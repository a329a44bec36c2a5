/** Spans and metrics through the real SDK. */
import { type BaseClientOptions, connect } from "@couplet/runtime";
import { callAttributes } from "@couplet/runtime/codegen/v1";
import { openTelemetry } from "@couplet/runtime/otel";
import type { Attributes } from "@opentelemetry/api";
import { type Sampler, SamplingDecision } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { chargesCreate, chargesGet, connector, define, skippingClock } from "../pay.ts";
import { secret } from "../pay-client.ts";
import { answer, answering, redirect } from "./recorder.ts";
import { inMemory, type Sdk } from "./sdk.ts";

const [INTERNAL, CLIENT] = [0, 2];
const [UNSET, ERROR] = [0, 2];

function client(sdk: Sdk, fetch: typeof globalThis.fetch, options: BaseClientOptions = {}) {
  return connect(
    { auth: { secretKey: secret }, clock: skippingClock(), telemetry: sdk.telemetry, fetch, ...options },
    {
      charges: { get: chargesGet, create: chargesCreate },
      odd: { purge: define({ method: "PURGE", path: "/cache" }) },
    },
  );
}

describe("spans", () => {
  test("samplers see what the conventions want them to decide by, without secrets", async () => {
    const seen: [number, Attributes][] = [];
    const sampler = {
      shouldSample(...[, , , kind, attributes]: Parameters<Sampler["shouldSample"]>) {
        seen.push([kind, attributes]);
        return { decision: SamplingDecision.NOT_RECORD };
      },
    };
    await client(inMemory({ sampler }), answering(answer(200))).charges.get({ charge: secret });
    expect(seen.map(([kind]) => kind)).toEqual([INTERNAL, CLIENT]);
    expect(seen[1]![1]).toMatchObject({
      "http.request.method": "GET",
      "server.address": "api.pay.example",
      "server.port": 443,
      "url.full": "https://api.pay.example/v1/charges/[redacted]",
      "url.template": "/charges/{charge}",
    });
  });

  test("one for the call, and one below it for each request", async () => {
    const sdk = inMemory();
    const fetch = answering(answer(503), redirect("/v1/charges/2"), answer(200, {}, { "request-id": "req_1" }));
    await client(sdk, fetch).charges.get({ charge: "1" }, { tenant: "shop-1" });
    const spans = sdk.spans();
    const operation = spans.at(-1)!;
    expect(spans.map(({ name, kind, status, ended }) => [name, kind, status, ended])).toEqual([
      ["GET /charges/{charge}", CLIENT, ERROR, true],
      ["GET /charges/{charge}", CLIENT, UNSET, true],
      ["GET /charges/{charge}", CLIENT, UNSET, true],
      ["pay.charges.get", INTERNAL, UNSET, true],
    ]);
    expect(spans.slice(0, 3).map(({ parent, traceId }) => [parent, traceId])).toEqual(
      Array(3).fill([operation.spanId, operation.traceId]),
    );
    const fixed = {
      "http.request.method": "GET",
      "server.address": "api.pay.example",
      "server.port": 443,
      "url.template": "/charges/{charge}",
    };
    const url = "https://api.pay.example/v1/charges";
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      {
        ...fixed,
        "url.full": `${url}/1`,
        "couplet.attempt": 1,
        "http.response.status_code": 503,
        "couplet.disposition": "ambiguous",
        "error.type": "503",
      },
      {
        ...fixed,
        "url.full": `${url}/1`,
        "http.request.resend_count": 1,
        "couplet.attempt": 2,
        "http.response.status_code": 302,
      },
      {
        ...fixed,
        "url.full": `${url}/2`,
        "http.request.resend_count": 2,
        "couplet.attempt": 2,
        "http.response.status_code": 200,
        "couplet.request_id": "req_1",
      },
      {
        "couplet.provider": "pay",
        "couplet.version": "2026-09-30",
        "couplet.operation": "charges.get",
        "couplet.tenant": "shop-1",
        "couplet.attempts": 2,
        "couplet.effect": "applied",
        "couplet.outcome": "success",
        "couplet.request_id": "req_1",
      },
    ]);
    expect(operation.events.map(({ name }) => name)).toEqual(["couplet.wait", "couplet.retry", "couplet.wait"]);
  });

  test("an error, and a method that the conventions do not know", async () => {
    const sdk = inMemory();
    await client(sdk, answering(answer(404)))
      .odd.purge({})
      .result();
    const [request, operation] = sdk.spans();
    expect(request).toMatchObject({
      name: "HTTP /cache",
      status: ERROR,
      attributes: { "http.request.method": "_OTHER", "http.request.method_original": "PURGE", "error.type": "404" },
    });
    expect(operation).toMatchObject({
      status: ERROR,
      attributes: { "error.type": "NotFoundError", "couplet.effect": "none" },
    });
  });

  test("an abort is no error of the call", async () => {
    const sdk = inMemory();
    const stop = new AbortController();
    const fetch: typeof globalThis.fetch = async () => {
      stop.abort(new Error("enough"));
      throw stop.signal.reason;
    };
    await expect(client(sdk, fetch).charges.get({ charge: "1" }, { signal: stop.signal })).rejects.toThrow("enough");
    expect(sdk.spans().map(({ status, ended }) => [status, ended])).toEqual([
      [ERROR, true],
      [UNSET, true],
    ]);
  });

  test("names of the policy cannot replace ours", async () => {
    const sdk = inMemory();
    const attributes = {
      "couplet.outcome": { from: "header", name: "x" },
      shard: { from: "header", name: "x" },
    } as const;
    const get = define({ policy: { ...chargesGet.policy, attributes, readAttributes: callAttributes } });
    const options = {
      auth: { secretKey: secret },
      telemetry: sdk.telemetry,
      fetch: answering(answer(200, {}, { x: "eu1" })),
    };
    await connect(options, { a: { get } }).a.get({});
    expect(sdk.spans().at(-1)!.attributes).toMatchObject({ "couplet.outcome": "success", shard: "eu1" });
  });

  test.each([
    [["https://api.pay.example"], true],
    [["https://api.pay.example:8443", "http://api.pay.example"], false],
    [[], false],
    [undefined, false],
  ])("traceparent for %j: %s", async (propagateTo, sends) => {
    const sdk = inMemory(propagateTo && { propagateTo });
    const fetch = answering(answer(503), answer(200));
    await client(sdk, fetch).charges.get({ charge: "1" });
    const sent = fetch.sent.map(({ headers }) => headers.get("traceparent"));
    const spans = sdk.spans().filter(({ kind }) => kind === CLIENT);
    expect(sent).toEqual(spans.map(({ traceId, spanId }) => (sends ? `00-${traceId}-${spanId}-01` : null)));
    for (const { headers } of fetch.sent)
      expect([headers.has("tracestate"), headers.has("baggage")]).toEqual([false, false]);
  });

  test("propagateTo takes nothing but origins", () => {
    expect(() => openTelemetry({ propagateTo: ["api.pay.example"] })).toThrow("propagateTo takes origins");
  });
});

describe("metrics", () => {
  const namesOf = (points: readonly { attributes: object }[]) => points.map(({ attributes }) => attributes);

  test("count what happens, with labels of few values", async () => {
    const sdk = inMemory();
    const shop = {
      ...connector,
      servers: [{ name: "live", url: "https://{shop}.pay.example/v1" }],
      serverVariables: { shop: {} },
    };
    const get = define({ connector: shop, path: "/charges/{charge}", parameters: chargesGet.parameters! });
    for (const name of ["north", "south", "east"]) {
      const { a } = connect(
        {
          auth: { secretKey: secret },
          serverVariables: { shop: name },
          clock: skippingClock(),
          telemetry: sdk.telemetry,
          fetch: answering(answer(503), answer(200)),
        },
        { a: { get } },
      );
      await a.get({ charge: `ch_${name}` }, { tenant: `tenant-${name}` });
    }
    const metrics = new Map((await sdk.metrics()).map((metric) => [metric.name, metric]));
    const call = { "couplet.provider": "pay", "couplet.version": "2026-09-30", "couplet.operation": "charges.get" };
    const request = {
      "http.request.method": "GET",
      "server.address": "{shop}.pay.example",
      "server.port": 443,
      "url.template": "/charges/{charge}",
    };
    const requests = metrics.get("http.client.request.duration")!;
    expect(requests.unit).toBe("s");
    expect(requests.points.map(({ attributes, value }) => [attributes, (value as { count: number }).count])).toEqual([
      [{ ...request, "http.response.status_code": 503, "error.type": "503" }, 3],
      [{ ...request, "http.response.status_code": 200 }, 3],
    ]);
    expect((requests.points[0]!.value as { buckets: { boundaries: number[] } }).buckets.boundaries).toEqual([
      ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    ]);
    expect(metrics.get("couplet.client.retries")!.points).toEqual([
      { attributes: { ...call, "error.type": "503" }, value: 3 },
    ]);
    expect(namesOf(metrics.get("couplet.client.call.duration")!.points)).toEqual([
      { ...call, "couplet.outcome": "success" },
    ]);
    expect(namesOf(metrics.get("couplet.client.wait.duration")!.points)).toEqual(
      expect.arrayContaining([{ ...call, "couplet.wait.for": "backoff" }]),
    );
    // North, south and east are tenants, shops and ids; none is a label.
    expect(JSON.stringify([...metrics.values()].flatMap(({ points }) => namesOf(points)))).not.toMatch(
      /north|south|east/,
    );
  });
});
