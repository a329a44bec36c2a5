/**
 * Added cost of a call over bare `fetch`, with a transport in memory: `npm run bench:call`.
 * Rounds are interleaved, so that a slow moment of the machine falls on all of them; medians over rounds.
 */
import {
  type Connector,
  circuitGuard,
  createNamespace,
  formBody,
  jsonBody,
  type Operation,
  operation,
  type Policy,
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
  redact: { headers: [], query: [] },
};

const safe: Policy = {
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
  concurrency: { max: 10, per: ["credential"], queue: 1_000 },
  circuitBreaker: {
    scope: "tenant",
    window: 10_000,
    minRequests: 20,
    failureRate: 0.5,
    consecutive: 20,
    stalled: { failures: 5, for: 1_000 },
    openFor: 2_000,
    openMultiplier: 1.25,
    openMax: 60_000,
    openJitter: 0.1,
    probes: [1, 2, 4],
    counts: ["connect", "ambiguous"],
    tenants: { failing: 3, share: 0.5 },
  },
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
});
const post = (encode: typeof jsonBody, contentType: string): Operation<unknown, unknown> =>
  operation({
    ...common,
    id: "charges.create",
    policy: keyed,
    method: "POST",
    path: "/charges",
    body: { contentType, encode, required: true },
  });

const answer = JSON.stringify({
  id: "ch_1",
  object: "charge",
  amount: 500,
  currency: "eur",
  metadata: { order: "42" },
  text: "x".repeat(300),
});
const send = (async () =>
  new Response(answer, {
    status: 200,
    headers: { "content-type": "application/json", "request-id": "req_1", "ratelimit-remaining": "900000000" },
  })) as typeof fetch;

interface Charges {
  get(input: unknown): Promise<unknown>;
  createJson(input: unknown): Promise<unknown>;
  createForm(input: unknown): Promise<unknown>;
}
const charges = createNamespace<Charges>(
  connector,
  { auth: { key: "sk_bench_0123456789" }, fetch: send },
  {
    get,
    createJson: post(jsonBody, "application/json"),
    createForm: post(formBody, "application/x-www-form-urlencoded"),
  },
);

const body = { amount: 500, currency: "eur", description: "order 42", metadata: { order: "42", shop: "north" } };
const flat = {
  amount: "500",
  currency: "eur",
  description: "order 42",
  "metadata[order]": "42",
  "metadata[shop]": "north",
};
const headers = { accept: "application/json", authorization: "Bearer sk_bench_0123456789" };
const url = "https://api.bench.example/v1/charges";

const pairs: Record<string, { bare(): Promise<unknown>; ours(): Promise<unknown>; bar: number }> = {
  GET: {
    bar: 10,
    bare: async () => (await send(`${url}/ch_1?limit=3`, { headers })).json(),
    ours: () => charges.get({ charge: "ch_1", limit: 3 }),
  },
  "POST json": {
    bar: 15,
    bare: async () => (await send(url, { method: "POST", headers, body: JSON.stringify(body) })).json(),
    ours: () => charges.createJson({ body }),
  },
  "POST form": {
    bar: 15,
    bare: async () => (await send(url, { method: "POST", headers, body: new URLSearchParams(flat).toString() })).json(),
    ours: () => charges.createForm({ body }),
  },
};

const rounds = Number(process.argv[2] ?? 60);
const calls = 500;

// CPU time of this thread: on a quiet machine it is the wall time, on a busy one it does not count the others.
function microseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

async function round(run: () => Promise<unknown>): Promise<number> {
  const start = microseconds();
  for (let call = 0; call < calls; call++) await run();
  return (microseconds() - start) / calls;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

for (const { bare, ours } of Object.values(pairs)) {
  for (let warm = 0; warm < 8; warm++) {
    await round(bare);
    await round(ours);
  }
}
console.log(`node ${process.version}, ${rounds} interleaved rounds of ${calls} calls, CPU microseconds per call`);
console.log("call        bare    ours    added   bar   ratio");
for (const [name, { bare, ours, bar }] of Object.entries(pairs)) {
  const times: { bare: number[]; ours: number[]; added: number[] } = { bare: [], ours: [], added: [] };
  for (let index = 0; index < rounds; index++) {
    const first = index % 2 === 0;
    const a = first ? await round(bare) : undefined;
    const b = await round(ours);
    const c = a ?? (await round(bare));
    times.bare.push(c);
    times.ours.push(b);
    times.added.push(b - c);
  }
  const [low, high, added] = [median(times.bare), median(times.ours), median(times.added)];
  console.log(
    `${name.padEnd(10)}${low.toFixed(1).padStart(6)}${high.toFixed(1).padStart(8)}${added.toFixed(1).padStart(9)}${String(bar).padStart(6)}${(high / low).toFixed(2).padStart(8)}`,
  );
}
