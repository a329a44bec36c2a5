/**
 * Everything the core waits for (fetch, body, rate store, token store, clock, crypto, credentials, validators) fails
 * once in turn, at each of its moments. Whatever fails: the call settles, tells its effect right, leaves nothing
 * behind, and the same client still works.
 */
import { type BaseClientOptions, connect, isConnectorError } from "@couplet/runtime";
import { type Connector, clientCredentials, jsonBody, slidingWindow } from "@couplet/runtime/codegen/v1";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FaultPoints, faultPoints } from "./fault-points.ts";
import { connector, define, keyedPolicy, safePolicy, unsafePolicy } from "./pay.ts";

const limited: Connector = {
  ...connector,
  credentials: { clientId: {}, clientSecret: {} },
  auth: {
    oauth: {
      use: clientCredentials,
      credentials: ["clientId", "clientSecret"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
      token: {
        url: "https://auth.pay.example/token",
        clientAuth: "body",
        clientId: "{clientId}",
        clientSecret: "{clientSecret}",
        scopes: [],
        params: {},
        expiresIn: { path: ["expires_in"], unit: "seconds" },
        refreshBefore: 1_000,
        rotation: "none",
      },
      refreshOn: [401],
    },
  },
  rateLimits: {
    account: {
      use: slidingWindow,
      capacity: 2,
      per: 1_000,
      refill: 2,
      partition: ["credential"],
      cost: 1,
      reserve: 0,
      pauseOn: ["RateLimitError"],
      feedback: { remaining: { from: { from: "header", name: "remaining" } } },
    },
  },
};

const common = { connector: limited, security: [["oauth"]] };
const shared = { limitedBy: ["account"], concurrency: { max: 1, queue: 10 } };
const operations = {
  get: define({ ...common, id: "a.get", policy: { ...safePolicy, ...shared } }),
  create: define({
    ...common,
    id: "a.create",
    policy: { ...keyedPolicy, ...shared },
    method: "POST",
    body: { contentType: "application/json", encode: jsonBody, required: true },
  }),
  note: define({
    ...common,
    id: "a.note",
    policy: { ...unsafePolicy, ...shared },
    method: "POST",
    body: { contentType: "application/json", encode: jsonBody, required: true },
  }),
};
type Name = keyof typeof operations;

/** What the provider answers in turn: every way that a call can take. An unsafe one ends with a 503. */
const scripts: Readonly<Record<Name, readonly number[]>> = {
  get: [401, 503, 429, 200],
  create: [401, 503, 429, 200],
  note: [401, 429, 429, 200],
};

/** Their fault costs no call. */
const harmless = ["tokens.release", "rates.giveBack", "rates.feedback"];

interface Run {
  /** Ports that the call itself asked, without the call after it. */
  readonly own: number;
  readonly points: FaultPoints;
  readonly outcome: { readonly value?: unknown; readonly error?: unknown };
  readonly effects: number;
  readonly listeners: number;
  /** A call afterwards, when nothing fails any more. */
  readonly next: unknown;
}

async function runOnce(name: Name, failing: number | undefined, way: "rejects" | "throws"): Promise<Run> {
  const points = faultPoints(failing, way);
  let answers = [...scripts[name]];
  let effects = 0;
  let tokens = 0;
  const answer = (status: number) => {
    const reading = points.port("body", () => new TextEncoder().encode('{"id":"x"}'));
    const body = new ReadableStream({
      async pull(controller) {
        controller.enqueue(await reading());
        controller.close();
      },
    });
    const headers = {
      "content-type": "application/json",
      remaining: "1",
      ...(status === 429 && { "retry-after": "1" }),
    };
    return new Response(body, { status, headers });
  };
  const fetch = points.port("fetch", (url: unknown) => {
    if (String(url).includes("/token")) {
      tokens += 1;
      return Response.json({ access_token: `token-${tokens}`, expires_in: 3_600 });
    }
    const status = answers.shift() ?? 200;
    if (status === 200 || status === 503) effects += 1;
    return answer(status);
  });
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, "digest").mockImplementation(points.port("crypto.digest", digest) as never);
  const valid = points.port("validator", (value: unknown) => ({ value }));
  const schema = { "~standard": { version: 1, vendor: "test", validate: valid } } as const;
  const validators = { [`a.${name}`]: { input: schema, responses: { "200": schema } } };
  const options: BaseClientOptions = {
    fetch: fetch as never,
    clock: points.clock,
    stores: { rates: points.rates, tokens: points.tokens },
    auth: { clientId: points.port("credential", () => "id"), clientSecret: "secret" },
    validators,
  };
  const { a } = connect(options, { a: operations });
  const abort = new AbortController();
  const added = vi.spyOn(abort.signal, "addEventListener");
  const removed = vi.spyOn(abort.signal, "removeEventListener");
  const input = name === "get" ? {} : { body: { text: "x" } };
  const call = (more: object) =>
    a[name](input, { businessId: "order:1", signal: abort.signal, deadline: "5m", ...more });
  const outcome = await call({}).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const own = points.asked.length;
  const told = effects;
  answers = [];
  const next = await call({ signal: undefined }).then(
    () => "works",
    (error: unknown) => error,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return { own, points, outcome, effects: told, listeners: added.mock.calls.length - removed.mock.calls.length, next };
}

afterEach(() => vi.restoreAllMocks());

const ways = ["rejects", "throws"] as const;
const cases = (Object.keys(operations) as Name[]).flatMap((name) => ways.map((way) => [name, way] as const));

describe.each(cases)("a call of %s, and something %s", async (name, way) => {
  const whole = await runOnce(name, undefined, way);
  vi.restoreAllMocks();
  const ends = whole.own;

  test("passes every port when nothing fails", () => {
    expect([whole.outcome, whole.next]).toEqual([{ value: { id: "x" } }, "works"]);
    expect(new Set(whole.points.asked.slice(0, ends))).toEqual(
      new Set([
        ...[
          "validator",
          "credential",
          "crypto.digest",
          "tokens.get",
          "tokens.lock",
          "tokens.replace",
          "tokens.release",
        ],
        ...["fetch", "rates.take", "rates.feedback", "body", "clock.sleep"],
      ]),
    );
  });

  test.each(Array.from({ length: ends }, (_, index) => [index + 1, whole.points.asked[index]!] as const))(
    "await %i, %s",
    { timeout: 20_000 },
    async (failing) => {
      const unhandled: unknown[] = [];
      const listen = (reason: unknown) => void unhandled.push(reason);
      const others = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      process.on("unhandledRejection", listen);
      try {
        const { points, outcome, effects, listeners, next } = await runOnce(name, failing, way);
        await new Promise((resolve) => setImmediate(resolve));
        expect(unhandled).toEqual([]);
        expect(next).toBe("works");
        expect(listeners).toBe(0);
        expect(points.sleeping).toBe(0);
        if ("error" in outcome) {
          const { error } = outcome;
          if (!isConnectorError(error)) throw new Error(`tells no effect: ${String(error)}`);
          expect(harmless).not.toContain(points.asked[failing - 1]);
          if (error.effect === "none") expect(effects).toBe(0);
          if (error.effect === "applied") expect(effects).toBeGreaterThan(0);
          expect(error.message).toMatch(/^a\.\w+ \(pay 2026-09-30\): /);
        } else expect(outcome.value).toEqual({ id: "x" });
      } finally {
        process.off("unhandledRejection", listen);
        for (const other of others) process.on("unhandledRejection", other);
      }
    },
  );
});
