/** Whatever somebody has written onto `Object.prototype`: calls send what they would send, and give what they would give. */
import { readdirSync, readFileSync } from "node:fs";
import { type BaseClientOptions, connect } from "@couplet/runtime";
import {
  answerCache,
  batchedCalls,
  callAttributes,
  circuitGuard,
  clientCredentials,
  freshAnswers,
  itemResults,
  jsonBody,
  jsonLines,
  keyReuse,
  type OperationDescriptor,
  type Policy,
} from "@couplet/runtime/codegen/v1";
import { afterEach, expect, test } from "vitest";
import { chargesList, define, keyedPolicy, connector as pay, safePolicy, skippingClock, unsafePolicy } from "./pay.ts";
import { breakerOf } from "./policy-fixture.ts";

const prototype = Object.prototype as Record<string, unknown>;
/** The engine and the platform look these up themselves, also in what they made. */
const platform = ["get", "set", "value", "done", "next", "return", "then"];

/** Every word in the sources is a name that something might be read by (those of one letter are the test runner's own). */
const words: readonly string[] = [
  ...new Set(
    ["runtime", "runtime/auth", "runtime/stores"]
      .flatMap((folder) => readdirSync(folder).flatMap((file) => (file.endsWith(".ts") ? [`${folder}/${file}`] : [])))
      .flatMap((file) => readFileSync(file, "utf8").match(/[A-Za-z_$][\w$]+/g) ?? []),
  ),
].filter((word) => !(word in prototype) && !platform.includes(word));

const oauth = {
  use: clientCredentials,
  credentials: ["secretKey"],
  apply: [{ in: "header", name: "X-Token", value: "{accessToken}" }],
  refreshOn: [401],
  token: {
    url: "https://api.pay.example/v1/token",
    clientAuth: "body",
    clientId: "{secretKey}",
    scopes: [],
    params: {},
    expiresIn: { path: ["expires_in"], unit: "seconds" },
    refreshBefore: 1,
    rotation: "none",
  },
} as const;
const connector = { ...pay, breaker: circuitGuard, auth: { ...pay.auth, oauth } };
const whole = (policy: Policy): Policy => ({
  ...policy,
  circuitBreaker: breakerOf(),
  attributes: { id: { from: "body", path: ["id"] } },
  readAttributes: callAttributes,
});
const post = { method: "POST", body: { contentType: "application/json", encode: jsonBody } } as const;
const keyed = whole({ ...keyedPolicy, prepare: [{ use: keyReuse }] });
const many = define({ connector, id: "c.many", ...post, path: "/many", policy: whole(unsafePolicy) });
const batch = {
  use: batchedCalls,
  operation: () => many,
  items: ["all"],
  results: ["all"],
  settle: itemResults,
} as const;
const cache = { use: answerCache, validators: ["etag"], ttl: 1_000, fresh: freshAnswers } as const;
const stream = { use: jsonLines } as const;
const operations = {
  get: define({ connector, policy: whole(safePolicy), security: [["oauth"]] }),
  create: define({ connector, id: "c.create", ...post, path: "/twice", policy: keyed }),
  missing: define({ connector, id: "c.missing", path: "/missing", policy: whole(safePolicy) }),
  empty: define({ connector, id: "c.empty", method: "POST", path: "/empty", policy: whole(unsafePolicy) }),
  kept: define({ connector, id: "c.kept", path: "/kept", cache }),
  one: define({ connector, id: "c.one", ...post, batch: { ...batch, maxItems: 2, maxBytes: 1_000, window: 10 } }),
  list: { ...(chargesList as OperationDescriptor), connector },
  stream: define({ connector, id: "c.stream", path: "/stream", responses: { "200": "stream" }, stream }),
};
type Send = (input: object, options?: object) => PromiseLike<unknown> & AsyncIterable<unknown>;

let polluted: readonly string[] = [];
function pollute(): void {
  for (const name of polluted)
    Object.defineProperty(prototype, name, { value: "evil", configurable: true, writable: true, enumerable: false });
}
function restore(): void {
  for (const name of polluted) delete prototype[name];
}
afterEach(restore);

/** What the server's side would answer, without knowing of the trouble. */
function answerTo(url: URL, requests: number): Response {
  const answers: Record<string, [body: unknown, status?: number, headers?: Record<string, string>]> = {
    "/v1/token": [{ access_token: "token-1", expires_in: 3_600 }],
    "/v1/twice": [{ id: "twice" }, requests === 0 ? 503 : 200],
    "/v1/missing": [{}, 404],
    "/v1/kept": [{ id: "kept" }, 200, { etag: '"1"' }],
    "/v1/many": [{ all: [{ id: "1" }, { id: "2" }] }],
    "/v1/charges": [{ data: [{ id: `${requests}` }], has_more: requests < 2 }],
  };
  if (url.pathname === "/v1/stream")
    return new Response("1\n2\n", { headers: { "content-type": "application/jsonl" } });
  const [body, status = 200, headers = {}] = answers[url.pathname] ?? [{ id: "x" }];
  return Response.json(body, { status, headers });
}

/** All that was sent and that came of it, line by line. */
async function history(): Promise<readonly string[]> {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const aside = <T>(work: () => T): T => {
    restore();
    try {
      return work();
    } finally {
      pollute();
    }
  };
  const send = (href: string, init: RequestInit): Promise<Response> =>
    Promise.resolve(
      aside(() => {
        const url = new URL(href);
        const own = Object.hasOwn(init, "body") ? String(init.body) : "";
        const headers = Object.fromEntries(init.headers as Headers);
        if (headers["idempotency-key"]?.length === 36) headers["idempotency-key"] = "random";
        lines.push(
          `${init.method} ${href} ${JSON.stringify(headers)} ${own} ${Object.getPrototypeOf(init) === prototype}`,
        );
        const requests = counts.get(url.pathname) ?? 0;
        counts.set(url.pathname, requests + 1);
        return answerTo(url, requests);
      }),
    );
  const clock = skippingClock();
  const { sleep } = clock;
  const patient = (ms: number, signal?: AbortSignal) =>
    ms < 5_000 ? sleep(ms, signal) : new Promise<void>((_, reject) => signal?.addEventListener("abort", reject));
  const options = { auth: { secretKey: "sk_0123456789" }, clock: { ...clock, sleep: patient }, fetch: send };
  const { c } = connect(options as unknown as BaseClientOptions, { c: operations }) as unknown as {
    readonly c: Readonly<Record<keyof typeof operations, Send>>;
  };
  const all = async (items: AsyncIterable<unknown>) => {
    const found = [];
    for await (const item of items) found.push(item);
    return found;
  };
  const steps: readonly (() => PromiseLike<unknown>)[] = [
    () => c.get({}),
    () => c.create({ body: { a: 1 } }),
    () => c.create({ body: { a: 1 } }, { idempotencyKey: "mine" }),
    () => c.missing({}),
    () => c.empty({}),
    () => c.kept({}),
    () => c.kept({}),
    () => Promise.all([c.one({ body: { a: 1 } }), c.one({ body: { a: 2 } })]),
    () => all(c.list({})),
    () => all(c.stream({})),
  ];
  for (const step of steps) {
    const end = await step().then(
      (value) => () => JSON.stringify(value),
      (error: unknown) => () => `${error} ${JSON.stringify(error)}`,
    );
    lines.push(aside(end));
  }
  return lines;
}

test("changes nothing", async () => {
  const wanted = await history();
  expect(wanted.filter((line) => line.startsWith("GET")).length).toBeGreaterThan(5);
  const offends = async (names: readonly string[]): Promise<boolean> => {
    polluted = names;
    pollute();
    try {
      const late = new Promise<readonly string[]>((resolve) => setTimeout(resolve, 3_000, []));
      const got = await Promise.race([history(), late]);
      return got.join("\n") !== wanted.join("\n");
    } catch {
      return true;
    } finally {
      restore();
      polluted = [];
    }
  };
  const culprits = async (names: readonly string[]): Promise<readonly string[]> => {
    if (!(await offends(names))) return [];
    if (names.length === 1) return names;
    const half = names.length >> 1;
    return [...(await culprits(names.slice(0, half))), ...(await culprits(names.slice(half)))];
  };
  expect(await culprits(words)).toEqual([]);
}, 120_000);
