/** The programs whose bundles are measured: one call through `connect`, with and without each feature of the runtime. */

interface Parts {
  /** The feature beside which it is counted; absent: none. */
  readonly beside?: string;
  /** Names of `@couplet/runtime/codegen/v1`. */
  readonly uses?: readonly string[];
  /** Further lines of imports. */
  readonly imports?: string;
  /** Members of the objects of these names, as source text. */
  readonly connector?: string;
  readonly policy?: string;
  readonly operation?: string;
  readonly options?: string;
}

/** As the generator writes it: one GET with retries; neither credentials nor limits, a breaker, pages, keys or rules. */
function program({
  uses = [],
  imports = "",
  connector = "",
  policy = "",
  operation = "",
  options = "",
}: Parts): string {
  return `import { connect } from "@couplet/runtime";
import { ${["operation", ...uses].join(", ")} } from "@couplet/runtime/codegen/v1";
${imports}
const connector = {
  provider: "pay",
  version: "2026-09-30",
  servers: [{ name: "live", url: "https://api.pay.example" }],
  credentials: {},
  serverVariables: {},
  auth: {},
  rateLimits: {},
  redact: { headers: ["authorization", "cookie"], query: ["*token*"] },
  ${connector}
};
const policy = {
  timeouts: { attempt: 30000, deadline: 60000 },
  retry: {
    maxAttempts: 4,
    on: ["rejected", "ambiguous"],
    backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8000, jitter: "full", throttled: 1000 },
    budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
    retryAfter: [{ from: { from: "header", name: "Retry-After" }, format: "delaySecondsOrHttpDate" }],
    maxRetryAfter: 60000,
  },
  idempotency: { class: "safe" },
  limitedBy: [],
  errors: [],
  validation: { request: "strict", response: "warn" },
  maxResponse: 20000000,
  ${policy}
};
const get = operation({
  id: "charges.retrieve",
  connector,
  policy,
  method: "GET",
  path: "/v1/charges/{charge}",
  parameters: [{ name: "charge", in: "path", required: true }],
  accept: "application/json",
  responses: { "200": "json", default: "json" },
  ${operation}
});
globalThis.call = connect({ ${options} }, { charges: { retrieve: get } }).charges.retrieve;`;
}

const window = `limits: rateLimits, rateLimits: { account: { use: slidingWindow, capacity: 100, per: 1000, refill: 100, partition: ["credential"], cost: 1, reserve: 0, pauseOn: ["RateLimitError"] } },`;
const gate = `concurrency: { max: 10, per: ["credential"], queue: 1000 },`;
const limited = `${gate} limitedBy: ["account"],`;
const breaker = `circuitBreaker: {
    scope: "tenant", window: 10000, minRequests: 20, failureRate: 0.5, consecutive: 20, stalled: { failures: 5, for: 1000 },
    openFor: 2000, openMultiplier: 1.25, openMax: 60000, openJitter: 0.1, probes: [1, 2, 4], counts: ["connect", "ambiguous"],
    tenants: { failing: 3, share: 0.5 },
  },`;

/** What a feature adds to the smallest program. */
const features: Readonly<Record<string, Parts>> = {
  "static credentials": {
    uses: ["oneScheme", "staticCredential"],
    connector: `authorize: oneScheme, credentials: { secretKey: { env: "PAY_SECRET_KEY" } }, auth: { bearer: {
      use: staticCredential, credentials: ["secretKey"], refreshOn: [401],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {secretKey}" }],
    } },`,
    operation: `security: [["bearer"]],`,
  },
  concurrency: { uses: ["concurrencyLimits"], connector: "limits: concurrencyLimits,", policy: gate },
  "rate limit": {
    beside: "concurrency",
    uses: ["slidingWindow", "rateLimits"],
    connector: window,
    policy: limited,
  },
  "circuit breaker": { uses: ["circuitGuard"], connector: "breaker: circuitGuard,", policy: breaker },
  pagination: {
    uses: ["lastIdPages", "pagedCall"],
    operation: `pages: pagedCall, pagination: { use: lastIdPages, items: ["data"], param: "after", idOf: ["id"], maxPages: 10000 },`,
  },
  "pages in the body, with a total": {
    uses: ["pageNumberPages", "bodyPlace", "totalPages", "pagedCall"],
    operation: `pages: pagedCall, pagination: {
      use: pageNumberPages, items: ["data"], place: { use: bodyPlace, path: ["page"] }, maxPages: 10000,
      total: { use: totalPages, from: { from: "body", path: ["pages"] } },
    },`,
  },
  "coerced values": {
    uses: ["coerceAnswers", "readInt64"],
    connector: `coerce: { use: coerceAnswers, read: { int64: readInt64 }, shapes: { Charge: [{ properties: { id: [{ is: { from: "int64", to: "bigint" } }] } }] } },`,
    operation: `coerce: { "200": ["Charge"] },`,
  },
  "OAuth client credentials": {
    beside: "static credentials",
    uses: ["oneScheme", "clientCredentials"],
    operation: `security: [["bearer"]],`,
    connector: `authorize: oneScheme, auth: { bearer: {
      use: clientCredentials, credentials: ["id", "secret"], refreshOn: [401],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
      token: {
        url: "https://auth.pay.example/token", clientAuth: "body", clientId: "{id}", clientSecret: "{secret}", scopes: [],
        params: {}, expiresIn: { path: ["expires_in"], unit: "seconds" }, refreshBefore: 60000, rotation: "none",
      },
    } },`,
  },
  "rate limit feedback": {
    beside: "rate limit",
    uses: ["slidingWindow", "rateLimits", "limitFeedback"],
    connector: window.replace(
      "} }",
      `, feedback: { remaining: { from: { from: "header", name: "remaining" } } } } }, feedback: limitFeedback`,
    ),
    policy: limited,
  },
  "error rules": {
    uses: ["conditionHolds"],
    policy: `conditions: conditionHolds, errors: [{ when: { op: "==", left: { from: "status" }, right: 402 }, as: "CardError" }],`,
  },
  "calls that change something": {
    uses: ["changeRules"],
    policy: `changes: changeRules, idempotency: { class: "unsafe" },`,
  },
  "idempotency keys": {
    beside: "calls that change something",
    uses: ["changeRules", "idempotencyKeys"],
    policy: `changes: changeRules, keys: idempotencyKeys, idempotency: { class: "keyed", key: { in: "header", name: "Key", generate: "uuid4", maxLength: 255 } },`,
  },
  "server variables": {
    uses: ["serverVariables"],
    connector: `fill: serverVariables, serverVariables: { shop: { pattern: "^[a-z]+$" } },`,
  },
  telemetry: { imports: `import { hooks } from "@couplet/runtime";`, options: "telemetry: hooks({})," },
  "log lines": { imports: `import { logTo } from "@couplet/runtime";`, options: "telemetry: logTo(console)," },
  "call attributes": {
    beside: "telemetry",
    imports: `import { hooks } from "@couplet/runtime";`,
    options: "telemetry: hooks({}),",
    uses: ["callAttributes"],
    policy: `readAttributes: callAttributes, attributes: { shard: { from: "header", name: "X-Shard" } },`,
  },
  "version echo": {
    beside: "telemetry",
    imports: `import { hooks } from "@couplet/runtime";`,
    options: "telemetry: hooks({}),",
    uses: ["versionEcho"],
    connector: `readEcho: versionEcho, echo: { from: { from: "header", name: "X-Version" }, expect: "2026-09-30" },`,
  },
  validation: { imports: `import { validatorsOf } from "@couplet/runtime";`, options: "validators: validatorsOf({})," },
  "a shared rate store": {
    beside: "rate limit",
    uses: ["slidingWindow", "rateLimits"],
    connector: window,
    policy: limited,
    imports: `import { withLocalShare } from "@couplet/runtime";`,
    options: "stores: { rates: withLocalShare(globalThis.store) },",
  },
  "query parameters": {
    uses: ["queryText"],
    operation: `write: { query: queryText }, parameters: [{ name: "charge", in: "path", required: true }, { name: "expand", in: "query", style: "deepObject", explode: true }],`,
  },
  "header parameters": {
    uses: ["headerText"],
    operation: `write: { header: headerText }, parameters: [{ name: "charge", in: "path", required: true }, { name: "X-Shop", in: "header" }],`,
  },
  "JSON body": {
    uses: ["jsonBody", "requestBody"],
    operation: `write: { body: requestBody }, body: { contentType: "application/json", encode: jsonBody },`,
  },
  "form body": {
    beside: "JSON body",
    uses: ["formBody", "requestBody"],
    operation: `write: { body: requestBody }, body: { contentType: "application/x-www-form-urlencoded", encode: formBody },`,
  },
  "multipart body": {
    beside: "JSON body",
    uses: ["multipartBody", "requestBody"],
    operation: `write: { body: requestBody }, body: { contentType: "multipart/form-data", encode: multipartBody },`,
  },
  "styles in a multipart body": {
    beside: "multipart body",
    uses: ["styledMultipartBody"],
    operation: `body: { contentType: "multipart/form-data", encode: styledMultipartBody, encoding: { tags: { style: "form" } } },`,
  },
  "key deep in the body": {
    beside: "idempotency keys",
    uses: ["bodyKey", "changeRules", "idempotencyKeys", "jsonBody", "requestBody"],
    policy: `changes: changeRules, keys: idempotencyKeys, idempotency: { class: "keyed", key: { in: "body", name: "/meta/key", generate: "uuid4", maxLength: 36, put: bodyKey, path: ["meta", "key"] } },`,
    operation: `write: { body: requestBody }, body: { contentType: "application/json", encode: jsonBody },`,
  },
  "proof by repetition": {
    beside: "calls that change something",
    uses: ["changeRules", "replayNotFound"],
    policy: `changes: changeRules, idempotency: { class: "idempotent", onReplay: { use: replayNotFound } },`,
  },
  "comparison of bodies": { uses: ["keyReuse"], policy: "prepare: [{ use: keyReuse }]," },
  "buffered streams": { uses: ["bodyBuffer"], policy: "prepare: [{ use: bodyBuffer, max: 65536 }]," },
  "queue timeout": {
    beside: "concurrency",
    uses: ["concurrencyLimits", "queueTimeout"],
    connector: "limits: concurrencyLimits,",
    policy: `${gate} timeouts: { attempt: 30000, deadline: 60000, queue: { use: queueTimeout, limit: 2000 } },`,
  },
  "waits in texts": {
    uses: ["waitRule"],
    policy: `wait: { from: { from: "header", name: "X-Wait" }, format: "duration", use: waitRule },`,
  },
  "kept answers": {
    uses: ["answerCache"],
    operation: `cache: { use: answerCache, validators: ["etag"] },`,
  },
  "answers without asking": {
    beside: "kept answers",
    uses: ["answerCache", "freshAnswers"],
    operation: `cache: { use: answerCache, validators: ["etag"], ttl: 60000, fresh: freshAnswers },`,
  },
  "answers in a shared store": {
    beside: "kept answers",
    uses: ["answerCache", "sharedAnswers"],
    operation: `cache: { use: answerCache, validators: ["etag"], shared: sharedAnswers },`,
  },
  "waits for what was started": {
    uses: ["longRunning"],
    operation: `polling: {
      use: longRunning, every: { initial: 1000, multiplier: 1.5, max: 10000 }, deadline: 600000,
      success: { op: "==", left: { from: "body", path: ["state"] }, right: "done" }, result: { from: "body", path: [] },
    },`,
  },
  batches: {
    uses: ["batchedCalls"],
    operation: `batch: { use: batchedCalls, operation: () => get, items: ["data"], maxItems: 100, maxBytes: 1e6, window: 10 },`,
  },
  "results by item": {
    beside: "batches",
    uses: ["batchedCalls", "itemResults"],
    operation: `batch: { use: batchedCalls, operation: () => get, items: ["data"], maxItems: 100, maxBytes: 1e6, window: 10, results: ["results"], settle: itemResults },`,
  },
  "event stream": { uses: ["sseEvents"], operation: "stream: { use: sseEvents }," },
  downloads: { uses: ["downloads"], operation: "stream: { use: downloads }," },
  "typed headers": {
    uses: ["typedHeaders"],
    operation: `headers: { use: typedHeaders, of: { "request-id": "string" } },`,
  },
  "deprecation notices": {
    uses: ["deprecationNotices", "checkDeprecation"],
    connector: `deprecation: { use: deprecationNotices, action: "fail", check: checkDeprecation },`,
  },
};

export const smallest: string = program({});
/** Generated: retries, two sliding windows, the queue, circuit breaker, error rules, static credentials. */
export const generated: string = `import { connect } from "@couplet/runtime";
import { chargesRetrieve } from "./generated/stripe/2022-11-15/charges.ts";
globalThis.call = connect({}, { charges: { retrieve: chargesRetrieve } }).charges.retrieve;`;
/** Everything that clients can hold. */
export const everything: string = `export * from "@couplet/runtime"; export * from "@couplet/runtime/codegen/v1";`;
export interface FeatureProgram {
  readonly program: string;
  /** The program that it is compared with. */
  readonly without: string;
}

/** A program with one feature more, by the feature's name. */
export const withFeature: ReadonlyMap<string, FeatureProgram> = new Map(
  Object.entries(features).map(([name, parts]) => {
    const without = parts.beside === undefined ? smallest : program(features[parts.beside]!);
    return [name, { program: program(parts), without }];
  }),
);
