/** Policies as people write them -> the line that a hover shows. */
import { describe, expect, test } from "vitest";
import { planVersion } from "../../generator/plan/plan-version.ts";
import { toOperationLine } from "../../generator/policy-line.ts";
import { toDurationText } from "../../generator/policy-words.ts";
import { apiDocument, planOf, told } from "./policy/harness.ts";

async function lineOf(operation: string, body: string): Promise<string> {
  const document = await apiDocument();
  const policy = await planOf(body);
  expect(told(policy.diagnostics.filter(({ severity }) => severity === "error"))).toEqual([]);
  const plan = planVersion(document, policy, { provider: "things", version: "2026-01", pinned: new Map() });
  const all = plan.namespaces.flatMap(({ operations }) => operations);
  return toOperationLine(all.find(({ key }) => key === operation)!, plan.connector);
}

const usual = "up to 4 attempts of 30 s in 60 s";
const rest = "10 at once; no rate limit; 401 replayed once";
const key = "key: { in: header, name: Idempotency-Key, generate: uuid4, maxLength: 255, undocumented: true }";
const keyed = `class: keyed, methods: [POST], ${key}`;
const window = "algorithm: slidingWindow, limit: { amount: 100, per: 1s }";
const limits = (of: string): string => `rateLimits: { account: { ${of} } }\ndefaults: { limitedBy: [account] }\n`;
const oauth = (lifecycle: string): string =>
  "credentials: { clientId: { env: ID }, clientSecret: { env: SECRET, secret: true } }\n" +
  `auth: { scheme: token, flow: clientCredentials, tokenUrl: "https://api.things.example/token"${lifecycle} }\n`;

const cases: readonly [what: string, operation: string, policy: string, wanted: string][] = [
  ["built in, safe", "getThing", "", `safe; ${usual}; retries rejected and ambiguous; ${rest}`],
  ["built in, idempotent", "deleteThing", "", `idempotent; ${usual}; retries rejected and ambiguous; ${rest}`],
  ["built in, unsafe", "createThing", "", `unsafe; ${usual}; retries rejected only; ${rest}`],
  [
    "a key",
    "createThing",
    `defaults: { idempotency: { ${keyed}, retention: 24h } }\n`,
    `keyed by Idempotency-Key, kept 24 h; ${usual}; retries rejected and ambiguous; ${rest}`,
  ],
  [
    "a key in the body, answers replayed",
    "createThing",
    "operations: { createThing: { idempotency: { class: keyed, key: { in: body, name: request_id, generate: uuid4, maxLength: 40 }, replaysErrors: true } } }\n",
    `keyed by request_id in the body; ${usual}; retries rejected and ambiguous except stored 5xx; ${rest}`,
  ],
  [
    "methods that the key does not cover",
    "getThing",
    `defaults: { idempotency: { ${keyed} } }\n`,
    `safe; ${usual}; retries rejected and ambiguous; ${rest}`,
  ],
  ["retry: none", "getThing", "defaults: { retry: none }\n", `safe; one attempt of 30 s in 60 s; ${rest}`],
  [
    "one attempt",
    "getThing",
    "defaults: { retry: { maxAttempts: 1 } }\n",
    `safe; one attempt of 30 s in 60 s; ${rest}`,
  ],
  [
    "nothing that is retried",
    "getThing",
    "defaults: { retry: { on: [] } }\n",
    `safe; one attempt of 30 s in 60 s; ${rest}`,
  ],
  [
    "only what was refused",
    "getThing",
    "defaults: { retry: { on: [rejected], maxAttempts: 3 }, timeouts: { attempt: 1500ms, deadline: 10m } }\n",
    `safe; up to 3 attempts of 1.5 s in 10 min; retries rejected only; ${rest}`,
  ],
  [
    "the server's word",
    "createThing",
    'defaults: { retry: { advice: { from: $response.header.Should-Retry, "true": retry, "false": stop } } }\n',
    `unsafe; ${usual}; retries rejected only, unless Should-Retry says otherwise; ${rest}`,
  ],
  [
    "nothing but the server's word",
    "getThing",
    'defaults: { retry: { on: [], advice: { from: $response.header.Should-Retry, "true": retry, "false": stop } } }\n',
    `safe; ${usual}; retries if Should-Retry says so; ${rest}`,
  ],
  [
    "concurrency",
    "getThing",
    "defaults: { concurrency: { max: 3 } }\n",
    `safe; ${usual}; retries rejected and ambiguous; 3 at once; no rate limit; 401 replayed once`,
  ],
  [
    "concurrency of each tenant",
    "getThing",
    "defaults: { concurrency: { max: 3, per: [credential, tenant] } }\n",
    `safe; ${usual}; retries rejected and ambiguous; 3 at once per credential and tenant; no rate limit; 401 replayed once`,
  ],
  [
    "concurrency over all",
    "getThing",
    "defaults: { concurrency: { max: 3, per: [] } }\n",
    `safe; ${usual}; retries rejected and ambiguous; 3 at once over all credentials; no rate limit; 401 replayed once`,
  ],
  [
    "calls at once as a limit, at a cost that the answer tells",
    "getThing",
    limits("algorithm: concurrency, capacity: 5, cost: $response.header.Cost"),
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; limits: account 5 at once at what Cost tells a call; 401 replayed once`,
  ],
  [
    "concurrency: none",
    "getThing",
    "defaults: { concurrency: none }\n",
    `safe; ${usual}; retries rejected and ambiguous; any number at once; no rate limit; 401 replayed once`,
  ],
  [
    "a window with tiers, a cost and parts",
    "getThing",
    limits(
      `${window}, cost: 2, partition: [credential, operation], tiers: { test: { limit: { amount: 5, per: 1m } } }`,
    ),
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; limits: account 100/s (test 5/min) per operation at 2 a call; 401 replayed once`,
  ],
  [
    "a bucket of all credentials",
    "getThing",
    limits("algorithm: leakyBucket, capacity: 40, leak: { amount: 2, per: 10s }, partition: [tenant]"),
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; limits: account burst 40, 2/10 s per tenant over all credentials; 401 replayed once`,
  ],
  [
    "limitedBy: none",
    "getThing",
    `${limits(window)}operations: { getThing: { limitedBy: none } }\n`,
    `safe; ${usual}; retries rejected and ambiguous; ${rest}`,
  ],
  [
    "validation that is not the built-in one",
    "getThing",
    "defaults: { validation: { request: none, response: strict } }\n",
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; no rate limit; validation: requests none, answers strict; 401 replayed once`,
  ],
  [
    "auth: none",
    "getThing",
    "operations: { getThing: { auth: none } }\n",
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; no rate limit; no credentials`,
  ],
  [
    "another status for renewal",
    "getThing",
    oauth(", lifecycle: { refreshOn: [401, 403] }"),
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; no rate limit; 401 or 403 replayed once`,
  ],
  [
    "no renewal",
    "getThing",
    oauth(", lifecycle: { refreshOn: [] }"),
    `safe; ${usual}; retries rejected and ambiguous; 10 at once; no rate limit; 401 final`,
  ],
  [
    "pages",
    "listThings",
    'paginators: { ids: { style: lastId, items: $response.body#/data, param: $request.query.starting_after, idOf: "#/id" } }\noperations: { listThings: { pagination: { use: ids } } }\n',
    `safe; ${usual}; retries rejected and ambiguous; ${rest}; pages by last id`,
  ],
  [
    "pagination: none",
    "listThings",
    'rules: [{ match: { methods: [GET], responseSchema: "*List" }, concurrency: { queue: 999 }, pagination: { style: link } }]\noperations: { listThings: { pagination: none } }\n',
    `safe; ${usual}; retries rejected and ambiguous; ${rest}`,
  ],
];
test.each(cases)("%s: %s", async (_, operation, policy, wanted) => {
  expect(await lineOf(operation, policy)).toBe(wanted);
});

describe("durations", () => {
  test.each([
    [0, "0 ms"],
    [250, "250 ms"],
    [1500, "1.5 s"],
    [60_000, "60 s"],
    [180_000, "180 s"],
    [300_000, "5 min"],
    [3_600_000, "1 h"],
    [5_400_000, "90 min"],
    [86_400_000, "24 h"],
    [172_800_000, "48 h"],
    [604_800_000, "7 d"],
  ])("%i ms are %s", (milliseconds, wanted) => expect(toDurationText(milliseconds)).toBe(wanted));
});
