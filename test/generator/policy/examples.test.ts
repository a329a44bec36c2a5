/** Two whole policies, a shop's and a payment provider's, that use every key of the language. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import { featureName, type PolicyPlan } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import type { PolicySource } from "../../../generator/policy-model.ts";
import { told } from "./harness.ts";

const fixtures = { cwd: `${dirname(fileURLToPath(import.meta.url))}/fixtures` };

async function planFixture(name: string, version: string): Promise<{ source: PolicySource; plan: PolicyPlan }> {
  const source = await loadPolicy(`${name}.policy.yaml`, fixtures);
  return { source, plan: planPolicy(source, await loadDocument(`${name}.openapi.yaml`, fixtures), version) };
}

/** The keys that P900 names, each once. */
function notHonoured(plan: PolicyPlan): string[] {
  return [
    ...new Set(plan.diagnostics.filter((one) => one.code === "P900").map((one) => one.message.split(":")[0]!)),
  ].sort();
}

describe("the shop", () => {
  test("is accepted but for what cannot be honoured yet, which is named", async () => {
    const { source, plan } = await planFixture("shop", "2026-07");
    expect(told(source.diagnostics)).toEqual([]);
    expect(told(plan.diagnostics.filter((one) => one.code !== "P900"))).toEqual([]);
    expect(notHonoured(plan)).toEqual(["`webhooks`"]);
  });

  test("means what it says", async () => {
    const { plan } = await planFixture("shop", "2026-07");
    const { connector, operations } = plan;
    expect([...operations.keys()]).toEqual([
      "listOrders",
      "createOrder",
      "orders_count_get",
      "cancelOrder",
      "listInventory",
      "adjustInventory",
      "getAdjustment",
    ]);
    expect(connector.servers).toEqual([
      { name: "live", url: "https://{store}.harbour.example" },
      { name: "trial", url: "https://{store}.trial.harbour.example" },
    ]);
    expect(connector.serverVariables).toEqual({ store: { pattern: "^[a-z0-9][a-z0-9-]*$" } });
    expect(connector.echo).toEqual({ from: { from: "header", name: "X-Harbour-Version" }, expect: "2026-07" });
    expect(connector.credentials).toEqual({
      clientId: { env: "HARBOUR_CLIENT_ID" },
      clientSecret: { env: "HARBOUR_CLIENT_SECRET" },
      refreshToken: {},
    });
    expect(featureName(connector.auth["oauth2"]?.use)).toBe("refreshToken");
    expect(connector.auth["oauth2"]).toMatchObject({
      credentials: ["clientId", "clientSecret", "refreshToken"],
      apply: [{ in: "header", name: "X-Harbour-Access-Token", value: "{accessToken}" }],
      token: {
        url: "https://{store}.harbour.example/oauth/token",
        clientAuth: "body",
        clientId: "{clientId}",
        clientSecret: "{clientSecret}",
        refreshToken: "{refreshToken}",
        expiresIn: { path: ["expires_in"], unit: "seconds" },
        refreshBefore: 120_000,
        rotation: "singleUse",
        invalidGrant: { op: "==", left: { from: "body", path: ["error"] }, right: "invalid_grant" },
      },
      refreshOn: [401],
    });
    expect(featureName(connector.rateLimits["restBucket"]?.use)).toBe("tokenBucket");
    expect(connector.rateLimits["restBucket"]).toMatchObject({
      capacity: 40,
      per: 1000,
      refill: 2,
      partition: ["tenant", "credential"],
      reserve: 0.1,
      feedback: { used: { pattern: "^(?<used>[0-9]+)/(?<limit>[0-9]+)$" } },
      tiers: { large: { capacity: 80, per: 1000, refill: 4 }, huge: { capacity: 400, per: 1000, refill: 20 } },
    });
    expect(connector.redact.headers).toEqual(
      expect.arrayContaining(["authorization", "x-harbour-access-token", "x-harbour-store-key"]),
    );

    const orders = operations.get("listOrders")!;
    expect(featureName(orders.pagination?.use)).toBe("linkPages");
    expect(orders.pagination).toMatchObject({
      items: ["orders"],
      rel: "next",
      pageSize: { param: "limit", default: 100 },
      maxPages: 10_000,
    });
    expect(orders.supplied).toEqual(["path:api_version", "header:x-harbour-access-token"]);
    expect(orders.security).toEqual([["oauth2"]]);
    expect(orders.policy).toMatchObject({
      timeouts: { attempt: 20_000, deadline: 90_000 },
      path: { api_version: "2026-07" },
      concurrency: { max: 8, queue: 200 },
      requestId: { from: "header", name: "X-Request-Id" },
      maxResponse: 5_000_000,
    });
    expect(orders.redactBody).toEqual([
      ["customer", "email"],
      ["customer", "phone"],
      ["customer", "tax_number"],
    ]);
    expect(operations.get("listInventory")?.pagination?.items).toEqual([]);
    expect(operations.get("orders_count_get")?.pagination).toBeUndefined();
    expect(operations.get("createOrder")?.policy).toMatchObject({
      idempotency: { class: "unsafe" },
      retry: { maxAttempts: 2 },
    });
    expect(operations.get("cancelOrder")?.policy.idempotency).toEqual({ class: "idempotent" });
    expect(operations.get("adjustInventory")?.policy.limitedBy).toEqual(["restBucket", "inventoryWrites"]);
    expect(plan.names.operations).toEqual(new Map([["orders_count_get", "orders.count"]]));
    expect(plan.selectors).toEqual({
      include: 9,
      exclude: 2,
      "rules[0].match": 2,
      "rules[1].match": 1,
      "operations.createOrder": 1,
      "operations.adjustInventory": 1,
      "operations.cancelOrder": 1,
    });
  });

  test("a version's own policy lies over the common one, leaf by leaf", async () => {
    const { plan } = await planFixture("shop", "2026-10");
    expect(plan.connector.rateLimits["restBucket"]).toMatchObject({ capacity: 40, refill: 4 });
    expect(plan.operations.get("listOrders")?.policy.path).toEqual({ api_version: "2026-10" });
  });
});

describe("the payment provider", () => {
  test("is accepted but for what cannot be honoured yet, which is named", async () => {
    const { source, plan } = await planFixture("pay", "2026-09-30");
    expect(told(source.diagnostics)).toEqual([]);
    expect(told(plan.diagnostics.filter((one) => one.code !== "P900"))).toEqual([]);
    expect(notHonoured(plan)).toEqual(["`webhooks`"]);
  });

  test("means what it says", async () => {
    const { plan } = await planFixture("pay", "2026-09-30");
    const { connector, operations } = plan;
    expect(connector.auth["bearerAuth"]?.apply).toEqual([
      { in: "header", name: "Authorization", value: "Bearer {secretKey}" },
    ]);
    expect(featureName(connector.rateLimits["searchReads"]?.use)).toBe("slidingWindow");
    expect(connector.rateLimits["account"]).toMatchObject({
      capacity: 100,
      refill: 100,
      per: 1000,
      tiers: { sandbox: { capacity: 25, refill: 25, per: 1000 } },
    });

    const create = operations.get("CreateCharge")!;
    expect(create.supplied).toEqual(["header:coinage-version", "header:idempotency-key", "header:authorization"]);
    expect(create.policy).toMatchObject({
      headers: { "Coinage-Version": "2026-09-30" },
      limitedBy: ["account", "endpoint"],
      retry: { advice: { from: { from: "header", name: "Coinage-Should-Retry" }, retry: "true", stop: "false" } },
      idempotency: {
        class: "keyed",
        key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 },
        retention: 86_400_000,
        replaysErrors: true,
        inFlight: { op: "&&" },
        mismatch: { op: "&&" },
        replayed: { from: "header", name: "Idempotent-Replayed" },
      },
    });
    expect(create.policy.errors.map((rule) => [rule.as, rule.pause])).toEqual([
      ["CardError", undefined],
      ["ObjectLockedError", false],
      ["RateLimitError", undefined],
    ]);
    expect(operations.get("ListCharges")?.policy.idempotency).toEqual({ class: "safe" });
    expect(operations.get("DeleteCharge")?.policy.idempotency).toEqual({ class: "idempotent" });
    expect(operations.get("ListCharges")?.pagination).toMatchObject({
      items: ["data"],
      param: "starting_after",
      idOf: ["id"],
      hasMore: { from: "body", path: ["has_more"] },
    });
    expect(operations.get("SearchCharges")?.pagination).toMatchObject({
      param: "page",
      next: { from: "body", path: ["next_page"] },
    });
    expect(operations.get("SearchCharges")?.policy.limitedBy).toEqual(["account", "searchReads"]);
    expect(operations.get("CreatePayout")?.policy).toMatchObject({
      timeouts: { attempt: 60_000, deadline: 150_000 },
      retry: { maxAttempts: 2 },
    });
    expect(operations.get("ConfirmCharge")?.policy.timeouts).toEqual({
      attempt: 70_000,
      connect: 5_000,
      deadline: 150_000,
    });
    expect(operations.get("GetCharge")?.policy, "equal policies are one object").toBe(
      operations.get("ListCharges")?.policy,
    );
  });
});
