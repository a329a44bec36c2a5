/**
 * What the runtime must do on every platform, with nothing but web standards: run by Node and by a browser against
 * platform-server.ts. `inBrowser` marks the one difference that browsers enforce.
 */
import { type BaseClientOptions, connect, isConnectorError } from "@couplet/runtime";
import {
  type Connector,
  changeRules,
  clientCredentials,
  cursorPages,
  formBody,
  idempotencyKeys,
  jsonBody,
  multipartBody,
  type OperationDescriptor,
  operation,
  type Policy,
  pagedCall,
  rateLimits,
  requestBody,
  securitySchemes,
  slidingWindow,
  sseEvents,
  staticCredential,
} from "@couplet/runtime/codegen/v1";

export interface PlatformCase {
  readonly name: string;
  run(base: string, inBrowser: boolean): Promise<void>;
}

const policy: Policy = {
  timeouts: { attempt: 5_000, deadline: 20_000 },
  retry: {
    maxAttempts: 4,
    on: ["rejected", "ambiguous"],
    backoff: { strategy: "exponential", initial: 10, multiplier: 2, max: 50, jitter: "full", throttled: 10 },
    budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
    retryAfter: [{ from: { from: "header", name: "retry-after" }, format: "delaySecondsOrHttpDate" }],
    maxRetryAfter: 60_000,
  },
  idempotency: { class: "safe" },
  limitedBy: ["account"],
  concurrency: { max: 5, per: ["credential"], queue: 1_000 },
  errors: [],
  validation: { request: "strict", response: "warn" },
  maxResponse: 100_000,
  headers: { "X-Version": "1" },
};
const keyed: Policy = {
  ...policy,
  changes: changeRules,
  keys: idempotencyKeys,
  idempotency: { class: "keyed", key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 } },
};
const unsafe: Policy = { ...policy, changes: changeRules, idempotency: { class: "unsafe" } };

const connector: Connector = {
  provider: "platform",
  version: "1",
  servers: [{ name: "live", url: "https://api.platform.example" }],
  serverVariables: {},
  credentials: { key: {}, id: {}, secret: {} },
  auth: {
    bearer: {
      use: staticCredential,
      credentials: ["key"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {key}" }],
      refreshOn: [401],
    },
    oauth: {
      use: clientCredentials,
      credentials: ["id", "secret"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
      token: {
        url: "https://api.platform.example/oauth/token",
        clientAuth: "body",
        clientId: "{id}",
        clientSecret: "{secret}",
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
      capacity: 20,
      per: 100,
      refill: 20,
      partition: ["credential"],
      cost: 1,
      reserve: 0,
      pauseOn: ["RateLimitError"],
    },
  },
  authorize: securitySchemes,
  limits: rateLimits,
  redact: { headers: [], query: [] },
};

const define = (id: string, path: string, more: Partial<OperationDescriptor> = {}) =>
  operation<Record<string, unknown>, never, never, never, never, never>({
    id,
    connector,
    policy,
    method: "GET",
    path,
    accept: "application/json",
    responses: { "200": "json", default: "json" },
    security: [["bearer"]],
    ...(more.body && { write: { body: requestBody } }),
    parameters: [{ name: "run", in: "query" }],
    ...more,
  });

const body = { contentType: "application/json", encode: jsonBody, required: true } as const;
const operations = {
  echo: define("echo", "/api/echo"),
  form: define("form", "/api/flaky", {
    method: "POST",
    policy: keyed,
    body: { contentType: "application/x-www-form-urlencoded", encode: formBody },
  }),
  upload: define("upload", "/api/echo", {
    method: "POST",
    policy: keyed,
    body: { contentType: "multipart/form-data", encode: multipartBody },
  }),
  flaky: define("flaky", "/api/flaky"),
  cut: define("cut", "/api/cut"),
  note: define("note", "/api/cut", { method: "POST", policy: unsafe, body }),
  hang: define("hang", "/api/hang"),
  near: define("near", "/api/near"),
  far: define("far", "/api/far"),
  large: define("large", "/api/large"),
  integer: define("integer", "/api/integer"),
  busy: define("busy", "/api/busy"),
  token: define("token", "/api/echo", { security: [["oauth"]] }),
  pages: define("pages", "/api/pages", {
    parameters: [{ name: "cursor", in: "query" }],
    pages: pagedCall,
    pagination: {
      use: cursorPages,
      items: ["items"],
      param: "cursor",
      next: { from: "body", path: ["next"] },
      maxPages: 9,
    },
  }),
  events: define("events", "/api/events", {
    accept: "text/event-stream",
    responses: { "200": "stream", default: "json" },
    stream: { use: sseEvents },
  }),
} as const;

// biome-ignore lint/suspicious/noExplicitAny: the operations are made up here, and have no types worth writing.
type Api = Readonly<Record<keyof typeof operations, (input?: object, options?: object) => any>>;

function apiOf(base: string, options: BaseClientOptions = {}): Api {
  // The token endpoint of a connector is fixed; here it is the same server.
  const send: typeof fetch = (url, init) => fetch(String(url).replace("https://api.platform.example", base), init);
  const auth = { key: "sk_platform", id: "id", secret: "s" };
  const { api } = connect({ baseUrl: base, auth, fetch: send, ...options }, { api: operations });
  return api as unknown as Api;
}

function equal(found: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`found ${one}, wanted ${other}`);
}

async function failure(call: PromiseLike<unknown>): Promise<{ name: string; code?: string; effect: string }> {
  try {
    await call;
  } catch (error) {
    if (isConnectorError(error)) return error;
    throw error;
  }
  throw new Error("the call should have failed");
}

let runs = 0;
const run = () => `${Date.now()}-${runs++}`;

export const platformCases: readonly PlatformCase[] = [
  {
    name: "a GET carries its credentials and the policy's headers",
    async run(base) {
      const { method, headers } = await apiOf(base).echo();
      equal([method, headers.authorization, headers["x-version"]], ["GET", "Bearer sk_platform", "1"]);
    },
  },
  {
    name: "503 is repeated with the same key and the same bytes",
    async run(base) {
      const seen = await apiOf(base).form({ run: run(), body: { amount: 5, tags: ["a b", "c"] } });
      equal(seen.length, 3);
      equal(new Set(seen.map((one: { key: string }) => one.key)).size, 1);
      equal(new Set(seen.map((one: { body: string }) => one.body)).size, 1);
      equal(seen[0].body, "amount=5&tags=a%20b&tags=c");
    },
  },
  {
    name: "a business id always gives the same key",
    async run(base) {
      const api = apiOf(base);
      const keyOf = async (businessId: string) => (await api.form({ run: run(), body: {} }, { businessId }))[0].key;
      equal(await keyOf("order:1"), await keyOf("order:1"));
      equal((await keyOf("order:1")) === (await keyOf("order:2")), false);
    },
  },
  {
    name: "a body cut short is asked for again where that is harmless",
    async run(base) {
      equal(await apiOf(base).cut({ run: run() }), { id: "whole" });
      const { name, effect } = await failure(apiOf(base).note({ run: run(), body: {} }));
      equal([name, effect], ["NetworkError", "unknown"]);
    },
  },
  {
    name: "an attempt and a deadline end in time",
    async run(base) {
      const attempt = await failure(apiOf(base).hang({}, { timeout: 50, retry: false }));
      equal([attempt.name, attempt.code], ["TimeoutError", "attempt"]);
      const deadline = await failure(apiOf(base).hang({}, { deadline: 80 }));
      equal([deadline.name, deadline.code], ["TimeoutError", "deadline"]);
    },
  },
  {
    name: "a caller's abort rejects with its reason",
    async run(base) {
      const abort = new AbortController();
      const reason = new Error("enough");
      setTimeout(() => abort.abort(reason), 30);
      const told = await apiOf(base)
        .hang({}, { signal: abort.signal })
        .catch((error: unknown) => error);
      equal(told === reason, true);
    },
  },
  {
    name: "a redirect is followed at home, where it can be seen, and never abroad",
    async run(base, inBrowser) {
      if (inBrowser) equal((await failure(apiOf(base).near())).code, "location");
      else equal((await apiOf(base).near()).method, "GET");
      const { name, code } = await failure(apiOf(base).far());
      equal([name, code], ["RedirectError", inBrowser ? "location" : "origin"]);
    },
  },
  {
    name: "answers that are too large or would be rounded are errors",
    async run(base) {
      equal((await failure(apiOf(base).large())).name, "ResponseTooLargeError");
      equal((await failure(apiOf(base).integer())).name, "DecodeError");
    },
  },
  {
    name: "Retry-After is waited for in full",
    async run(base) {
      const start = performance.now();
      await apiOf(base).busy({ run: run() });
      equal(performance.now() - start >= 1_000, true);
    },
  },
  {
    name: "many calls at once share one limit and one token",
    async run(base) {
      const api = apiOf(base);
      const answers = await Promise.all(Array.from({ length: 60 }, () => api.token()));
      equal(new Set(answers.map(({ headers }) => headers.authorization)).size, 1);
    },
  },
  {
    name: "files are sent as multipart/form-data",
    async run(base) {
      const file = new File(["abc"], "a.txt", { type: "text/plain" });
      const { headers, body } = await apiOf(base).upload({ body: { name: "n", file } });
      equal(/^multipart\/form-data; ?boundary=/.test(headers["content-type"]), true);
      equal(
        ["n", "abc", 'filename="a.txt"'].every((part) => body.includes(part)),
        true,
      );
    },
  },
  {
    name: "pages are walked to the last",
    async run(base) {
      const items: number[] = [];
      for await (const item of apiOf(base).pages()) items.push(item);
      equal(items, [1, 2, 3, 4, 5, 6]);
    },
  },
  {
    name: "events are read as they come",
    async run(base) {
      const data: unknown[] = [];
      for await (const event of apiOf(base).events()) data.push(event.data);
      equal(data, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    },
  },
];

/** Runs all of them; a line each for what failed. */
export async function runPlatformCases(
  base: string,
  inBrowser: boolean,
): Promise<{ passed: number; failed: string[] }> {
  const failed: string[] = [];
  for (const { name, run } of platformCases) {
    await run(base, inBrowser).catch((error: unknown) => {
      failed.push(`${name}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    });
  }
  return { passed: platformCases.length - failed.length, failed };
}
