/** A call that waits for everything it can wait for, on ports that a test controls. */
import { type BaseClientOptions, connect, type Operation, validatorsOf, withLocalShare } from "@couplet/runtime";
import { type Connector, clientCredentials, jsonBody, slidingWindow } from "@couplet/runtime/codegen/v1";
import { vi } from "vitest";
import type { FaultPoints } from "./fault-points.ts";
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
const shared = { limitedBy: ["account"], concurrency: { max: 1, per: ["credential"], queue: 10 } } as const;
const operations: Readonly<Record<"get" | "create" | "note", Operation<Record<string, unknown>, unknown>>> = {
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
export type CallName = keyof typeof operations;
export const callNames: readonly CallName[] = ["get", "create", "note"];

/** What the provider answers in turn: every way that a call can take. An unsafe one ends with a 503. */
const scripts: Readonly<Record<CallName, readonly number[]>> = {
  get: [401, 503, 429, 200],
  create: [401, 503, 429, 200],
  note: [401, 429, 429, 200],
};

export interface AwaitedCall {
  readonly done: Promise<unknown>;
  readonly abort: AbortController;
  /** On the caller's signal. */
  readonly listeners: number;
  /** At the provider. */
  readonly effects: number;
  /** A call of the same client that is answered at once with 200, unless a port stands in its way. */
  next(): Promise<unknown>;
}

/** Starts the call; call `vi.restoreAllMocks` afterwards. */
export function startAwaitedCall(name: CallName, points: FaultPoints): AwaitedCall {
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
  const fetchToken = points.port("fetch token", () => {
    tokens += 1;
    return Response.json({ access_token: `token-${tokens}`, expires_in: 3_600 });
  });
  const fetchAnswer = points.port("fetch", () => {
    const status = answers.shift() ?? 200;
    if (status === 200 || status === 503) effects += 1;
    return answer(status);
  });
  const fetch = (url: unknown) => (String(url).includes("/token") ? fetchToken() : fetchAnswer());
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, "digest").mockImplementation(points.port("crypto.digest", digest) as never);
  const valid = points.port("validator", (value: unknown) => ({ value }));
  const schema = { "~standard": { version: 1, vendor: "test", validate: valid } } as const;
  const options: BaseClientOptions = {
    fetch: fetch as never,
    clock: points.clock,
    stores: { rates: withLocalShare(points.rates, points.clock), tokens: points.tokens },
    auth: { clientId: points.port("credential", () => "id"), clientSecret: "secret" },
    validators: validatorsOf({ [`a.${name}`]: { input: schema, responses: { "200": schema } } }),
  };
  const { a } = connect(options, { a: operations });
  const abort = new AbortController();
  const added = vi.spyOn(abort.signal, "addEventListener");
  const removed = vi.spyOn(abort.signal, "removeEventListener");
  const input = name === "get" ? {} : { body: { text: "x" } };
  const call = (more: object) => a[name](input, { businessId: "order:1", deadline: "5m", ...more });
  const done = call({ signal: abort.signal });
  return {
    done,
    abort,
    get listeners() {
      return added.mock.calls.length - removed.mock.calls.length;
    },
    get effects() {
      return effects;
    },
    next() {
      answers = [];
      return call({});
    },
  };
}
