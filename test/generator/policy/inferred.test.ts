/** No policy at all: the built-in defaults, and credentials from the document's own security schemes. */
import { describe, expect, test } from "vitest";
import { featureName, type PolicyPlan } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { apiDocument, apiTree, documentOf, planOf, told } from "./harness.ts";

async function planScheme(scheme: Record<string, unknown>, name = "key"): Promise<PolicyPlan> {
  const tree = apiTree();
  (tree["components"] as Record<string, unknown>)["securitySchemes"] = { [name]: scheme };
  tree["security"] = [{ [name]: [] }];
  return planPolicy(undefined, await documentOf(tree), "1");
}

test("the table of architecture.md 8 is what an operation gets", async () => {
  const plan = planPolicy(undefined, await apiDocument(), "2026-01", { provider: "things" });
  expect(told(plan.diagnostics)).toEqual([]);
  const { policy, supplied, security } = plan.operations.get("createThing")!;
  expect(policy).toEqual({
    timeouts: { attempt: 30_000, deadline: 60_000 },
    retry: {
      maxAttempts: 4,
      on: ["rejected", "ambiguous"],
      backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8000, jitter: "full", throttled: 1000 },
      budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
      retryAfter: [{ from: { from: "header", name: "Retry-After" }, format: "delaySecondsOrHttpDate" }],
      maxRetryAfter: 60_000,
    },
    idempotency: { class: "unsafe" },
    limitedBy: [],
    concurrency: { max: 10, per: ["credential"], queue: 1000 },
    circuitBreaker: {
      scope: "tenant",
      window: 10_000,
      minRequests: 20,
      failureRate: 0.5,
      consecutive: 20,
      stalled: { failures: 5, for: 1000 },
      openFor: 2000,
      openMultiplier: 1.25,
      openMax: 60_000,
      openJitter: 0.1,
      probes: [1, 2, 4],
      counts: ["connect", "ambiguous"],
      tenants: { failing: 3, share: 0.5 },
    },
    errors: [],
    validation: { request: "strict", response: "warn" },
    maxResponse: 20_000_000,
  });
  expect(supplied).toEqual(["header:authorization"]);
  expect(security).toEqual([["token"]]);
  expect(plan.connector).toMatchObject({
    provider: "things",
    version: "2026-01",
    servers: [{ name: "default", url: "https://api.things.example" }],
  });
  const classes = [...plan.operations].map(([key, { policy: one }]) => [key, one.idempotency.class]);
  expect(Object.fromEntries(classes)).toEqual({
    listThings: "safe",
    createThing: "unsafe",
    getThing: "safe",
    deleteThing: "idempotent",
    createEvent: "unsafe",
  });
  expect(new Set([...plan.operations.values()].map((one) => one.policy)).size).toBe(3);
});

const tokenUrl = "https://auth.things.example/token";
const flow = { tokenUrl, scopes: {} };
const schemes: readonly [string, Record<string, unknown>, string, Record<string, unknown>][] = [
  [
    "a key in a header",
    { type: "apiKey", in: "header", name: "X-Key" },
    "staticCredential",
    { apply: [{ in: "header", name: "X-Key", value: "{key}" }], credentials: ["key"] },
  ],
  [
    "a key in the query",
    { type: "apiKey", in: "query", name: "api_key" },
    "staticCredential",
    { apply: [{ in: "query", name: "api_key", value: "{key}" }] },
  ],
  [
    "a bearer token",
    { type: "http", scheme: "bearer" },
    "staticCredential",
    { apply: [{ in: "header", name: "Authorization", value: "Bearer {key}" }] },
  ],
  [
    "a user and a password",
    { type: "http", scheme: "basic" },
    "basicCredential",
    { apply: [{ in: "header", name: "Authorization", value: "{key.username}:{key.password}" }], credentials: ["key"] },
  ],
  [
    "a machine's token",
    { type: "oauth2", flows: { clientCredentials: flow } },
    "clientCredentials",
    {
      apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
      token: { url: tokenUrl, clientAuth: "basic", clientId: "{key.clientId}", clientSecret: "{key.clientSecret}" },
    },
  ],
  [
    "a person's token",
    { type: "oauth2", flows: { authorizationCode: { ...flow, authorizationUrl: tokenUrl } } },
    "staticCredential",
    { apply: [{ in: "header", name: "Authorization", value: "Bearer {key}" }] },
  ],
  [
    "OpenID Connect",
    { type: "openIdConnect", openIdConnectUrl: "https://auth.things.example/.well-known" },
    "staticCredential",
    {},
  ],
];
test.each(schemes)("%s", async (_, scheme, use, wanted) => {
  const plan = await planScheme(scheme);
  expect(told(plan.diagnostics)).toEqual([]);
  expect(featureName(plan.connector.auth["key"]?.use)).toBe(use);
  expect(plan.connector.auth["key"]).toMatchObject(wanted);
  expect(plan.connector.credentials).toEqual({ key: {} });
});

test.each([
  ["a person's token and a machine's", "authorizationCode", "clientCredentials"],
  ["two machines' tokens", "clientCredentials", "clientCredentials"],
])("%s have a credential each", async (_, first, second) => {
  const flowsOf = (kind: string) => ({ type: "oauth2", flows: { [kind]: { ...flow, authorizationUrl: tokenUrl } } });
  const tree = apiTree();
  (tree["components"] as Record<string, unknown>)["securitySchemes"] = { one: flowsOf(first), two: flowsOf(second) };
  tree["security"] = [{ one: [] }, { two: [] }];
  const plan = planPolicy(undefined, await documentOf(tree), "1");
  expect(plan.connector.auth["one"]?.credentials).toEqual(["one"]);
  expect(plan.connector.auth["two"]?.credentials).toEqual(["two"]);
});

test("a relative token URL is at the first server", async () => {
  const plan = await planScheme({
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl: "/v1/token", scopes: {} } },
  });
  expect(plan.connector.auth["key"]?.token?.url).toBe("https://api.things.example/v1/token");
});

test("mutual TLS sends nothing and is told", async () => {
  const plan = await planScheme({ type: "mutualTLS" });
  expect(plan.operations.get("getThing")?.security).toEqual([]);
  expect(plan.diagnostics.map((one) => one.code)).toEqual(["G201"]);
});

test("names of schemes that templates cannot carry", async () => {
  const plan = await planScheme({ type: "http", scheme: "bearer" }, "my.key");
  expect(plan.connector.auth["my.key"]).toMatchObject({
    credentials: ["my_key"],
    apply: [{ value: "Bearer {my_key}" }],
  });
  expect(plan.operations.get("getThing")?.security).toEqual([["my.key"]]);
});

describe("which operations get credentials", () => {
  const credentials = "credentials: { secret: { env: SECRET } }\n";
  async function securityOf(security: unknown, own: unknown, body: string): Promise<readonly (readonly string[])[]> {
    const tree = apiTree();
    tree["security"] = security;
    (tree["components"] as Record<string, unknown>)["securitySchemes"] = {
      token: { type: "http", scheme: "bearer" },
      other: { type: "apiKey", in: "header", name: "X-Other" },
    };
    const paths = tree["paths"] as Record<string, Record<string, Record<string, unknown>>>;
    if (own !== undefined) paths["/v1/things/{id}"]!["get"]!["security"] = own;
    return (await planOf(body, { document: await documentOf(tree) })).operation("getThing").security;
  }
  const auth = `${credentials}auth: { scheme: token }\n`;
  const rows: readonly [string, unknown, unknown, string, readonly (readonly string[])[]][] = [
    ["a silent document: all", [], undefined, auth, [["token"]]],
    ["the document's alternatives: the policy's one", [{ other: [] }, { token: [] }], undefined, auth, [["token"]]],
    ["two together: both", [{ token: [], other: [] }], undefined, auth, [["token", "other"]]],
    ["only another: as it is", [{ token: [] }], [{ other: [] }], auth, [["other"]]],
    ["none asked for", [{ token: [] }], [], auth, []],
    ["optional", [{ token: [] }], [{}, { token: [] }], auth, [["token"], []]],
    ["switched off for one", [{ token: [] }], undefined, `${auth}operations: { getThing: { auth: none } }\n`, []],
    [
      "another scheme for one",
      [{ token: [] }],
      undefined,
      `${auth}operations: { getThing: { auth: { scheme: other } } }\n`,
      [["other"]],
    ],
    ["no policy for it", [{ token: [] }, { other: [] }], undefined, "", [["token"], ["other"]]],
  ];
  test.each(rows)("%s", async (_, security, own, body, wanted) => {
    expect(await securityOf(security, own, body)).toEqual(wanted);
  });
});

test("one credential is enough to say who", async () => {
  const plan = await planOf("credentials: { secret: { env: SECRET } }\nauth: { scheme: token }\n");
  expect(told(plan.diagnostics)).toEqual([]);
  expect(plan.connector.auth["token"]?.apply).toEqual([
    { in: "header", name: "Authorization", value: "Bearer {secret}" },
  ]);
  expect(plan.connector.credentials).toEqual({ secret: { env: "SECRET" } });
});

test("a basic credential may be written with or without its scheme", async () => {
  for (const value of ["{secret}:", "Basic {secret}:"]) {
    const plan = await planOf(
      `credentials: { secret: { env: SECRET } }\nauth: { scheme: token, flow: basic, apply: { header: Authorization, value: "${value}" } }\n`,
    );
    expect(plan.connector.auth["token"]?.apply[0]?.value).toBe("{secret}:");
  }
});
