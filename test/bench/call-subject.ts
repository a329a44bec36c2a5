/** The client and the calls that `bench:call` measures. */
import {
  type BaseClientOptions,
  type Connector,
  changeRules,
  circuitGuard,
  conditionHolds,
  createNamespace,
  deepQueryText,
  formBody,
  idempotencyKeys,
  jsonBody,
  limitFeedback,
  type Operation,
  oneScheme,
  operation,
  type Policy,
  rateLimits,
  requestBody,
  slidingWindow,
  staticCredential,
  tokenBucket,
} from "@couplet/runtime/codegen/v1";

const connector: Connector = {
  provider: "bench",
  version: "1",
  servers: [{ name: "live", url: "https://api.bench.example/v1" }],
  serverVariables: {},
  credentials: { key: {} },
  auth: {
    bearer: {
      use: staticCredential,
      credentials: ["key"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {key}" }],
      refreshOn: [401],
    },
  },
  rateLimits: {
    account: {
      use: tokenBucket,
      capacity: 1e9,
      per: 1_000,
      refill: 1e9,
      partition: ["credential"],
      cost: 1,
      reserve: 0,
      pauseOn: ["RateLimitError"],
      feedback: { remaining: { from: { from: "header", name: "ratelimit-remaining" } } },
    },
    endpoint: {
      use: slidingWindow,
      capacity: 1e4,
      per: 1,
      refill: 1e4,
      partition: ["operation"],
      cost: 1,
      reserve: 0,
      pauseOn: [],
    },
  },
  breaker: circuitGuard,
  authorize: oneScheme,
  limits: rateLimits,
  feedback: limitFeedback,
  redact: { headers: [], query: [] },
};

const safe: Policy = {
  conditions: conditionHolds,
  timeouts: { attempt: 30_000, deadline: 60_000 },
  retry: {
    maxAttempts: 4,
    on: ["rejected", "ambiguous"],
    backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8_000, jitter: "full", throttled: 1_000 },
    budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
    retryAfter: [{ from: { from: "header", name: "retry-after" }, format: "delaySecondsOrHttpDate" }],
    maxRetryAfter: 60_000,
  },
  idempotency: { class: "safe" },
  limitedBy: ["account", "endpoint"],
  concurrency: { max: 100, queue: 1_000, per: ["credential"] },
  errors: [
    { when: { op: "==", left: { from: "status" }, right: 402 }, as: "CardError" },
    { when: { op: "==", left: { from: "body", path: ["error", "type"] }, right: "idempotency_error" }, as: "KeyError" },
  ],
  validation: { request: "strict", response: "warn" },
  maxResponse: 20_000_000,
  headers: { "Bench-Version": "1" },
  requestId: { from: "header", name: "request-id" },
};
const keyed: Policy = {
  ...safe,
  changes: changeRules,
  keys: idempotencyKeys,
  idempotency: { class: "keyed", key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 } },
};

const common = {
  connector,
  accept: "application/json",
  responses: { "200": "json", default: "json" },
  security: [["bearer"]],
} as const;
const get: Operation<unknown, unknown> = operation({
  ...common,
  id: "charges.get",
  policy: safe,
  method: "GET",
  path: "/charges/{charge}",
  parameters: [
    { name: "charge", in: "path", required: true },
    { name: "expand", in: "query", style: "deepObject", explode: true },
    { name: "limit", in: "query" },
  ],
  write: { query: deepQueryText },
});
const post = (encode: typeof jsonBody, contentType: string): Operation<unknown, unknown> =>
  operation({
    ...common,
    id: "charges.create",
    policy: keyed,
    method: "POST",
    path: "/charges",
    body: { contentType, encode, required: true },
    write: { body: requestBody },
  });

/** What the provider gives. */
export const answer: string = JSON.stringify({
  id: "ch_1",
  object: "charge",
  amount: 500,
  currency: "eur",
  metadata: { order: "42" },
  text: "x".repeat(300),
});
/** A transport that answers from memory. */
export const send: typeof fetch = (async () =>
  new Response(answer, {
    status: 200,
    headers: { "content-type": "application/json", "request-id": "req_1", "ratelimit-remaining": "900000000" },
  })) as typeof fetch;

export interface Charges {
  get(input: unknown): Promise<unknown>;
  createJson(input: unknown): Promise<unknown>;
  createForm(input: unknown): Promise<unknown>;
}
/** Our client with every policy on. */
export function benchClient(options: BaseClientOptions): Charges {
  return createNamespace<Charges>(
    connector,
    { auth: { key: "sk_bench_0123456789" }, ...options },
    {
      get,
      createJson: post(jsonBody, "application/json"),
      createForm: post(formBody, "application/x-www-form-urlencoded"),
    },
  );
}

export const body: object = {
  amount: 500,
  currency: "eur",
  description: "order 42",
  metadata: { order: "42", shop: "north" },
};
export const flat: Record<string, string> = {
  amount: "500",
  currency: "eur",
  description: "order 42",
  "metadata[order]": "42",
  "metadata[shop]": "north",
};
export const headers: Record<string, string> = {
  accept: "application/json",
  authorization: "Bearer sk_bench_0123456789",
};
export const url: string = "https://api.bench.example/v1/charges";
