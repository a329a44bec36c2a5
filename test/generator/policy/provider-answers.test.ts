/** What providers answer, and what the runtime makes of it by their policies: the error, and the wait that is told. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import type { PolicyPlan } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { loadWorkspace } from "../../../generator/workspace.ts";
import { changeRules } from "../../../runtime/changes.ts";
import { classify } from "../../../runtime/classify.ts";
import { conditionHolds } from "../../../runtime/condition.ts";
import { readWait } from "../../../runtime/retry-after.ts";
import { waitRule } from "../../../runtime/wait-rule.ts";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const now = Date.parse("2026-11-22T12:00:00Z");
const inSeconds = (seconds: number): string => String(now / 1000 + seconds);
const coded = (code: string): object => ({ errors: [{ code, message: "no", detail: "no" }] });

/** `fine`, or the error's name, what may have happened, whether it leaves the limits alone, and the wait. */
const rows: readonly [provider: string, operation: string, answer: Answer, meaning: string][] = [
  ["shopify", "listOrders", { status: 429, headers: { "Retry-After": "2.0" } }, "RateLimitError rejected, 2000 ms"],
  ["shopify", "createOrder", { status: 423, body: { errors: "locked" } }, "ShopLockedError permanent"],
  ["shopify", "createOrder", { status: 503 }, "ServerError ambiguous"],
  ["stripe", "createRefund", { status: 402, body: { error: { type: "card_error" } } }, "CardError permanent"],
  [
    "stripe",
    "createRefund",
    { status: 429, body: { error: { code: "lock_timeout" } } },
    "ObjectLockedError rejected, no pause",
  ],
  [
    "stripe",
    "createRefund",
    { status: 429, headers: { "Stripe-Rate-Limited-Reason": "global-rate" } },
    "RateLimitError rejected",
  ],
  [
    "stripe",
    "createRefund",
    { status: 409, body: { error: { code: "idempotency_key_in_use" } } },
    "ConflictError rejected",
  ],
  ["stripe", "createRefund", { status: 409 }, "ConflictError permanent"],
  [
    "shippo",
    "createTransaction",
    { status: 429, headers: { "X-RateLimit-Reset": inSeconds(9) } },
    "RateLimitError rejected, 9000 ms",
  ],
  ["segment", "track", { status: 200, body: { success: true } }, "fine"],
  ["segment", "track", { status: 200, body: { success: false } }, "EventRefusedError permanent"],
  ["segment", "track", { status: 429, headers: { "X-RateLimit-Reset": "7" } }, "RateLimitError rejected, 7000 ms"],
  ["klaviyo", "listProfiles", { status: 429, headers: { "Retry-After": "12" } }, "RateLimitError rejected, 12000 ms"],
  ["klaviyo", "listProfiles", { status: 410, body: coded("gone") }, "RevisionRetiredError permanent"],
  ["paypal", "orders.create", { status: 429, body: { name: "RATE_LIMIT_REACHED" } }, "RateLimitError rejected"],
  [
    "paypal",
    "orders.create",
    { status: 422, body: { details: [{ issue: "DUPLICATE_REQUEST_ID" }] } },
    "UnprocessableError permanent",
  ],
  ["adyen", "post-payments", { status: 422, body: { errorCode: "14_030" } }, "ValidationError permanent"],
  ["square", "CreatePayment", { status: 429, body: coded("RATE_LIMITED") }, "RateLimitError rejected"],
  ["square", "CreatePayment", { status: 400, body: coded("IDEMPOTENCY_KEY_REUSED") }, "KeyReusedError permanent"],
  ["square", "UpsertCatalogObject", { status: 400, body: coded("VERSION_MISMATCH") }, "VersionMismatchError permanent"],
  [
    "shipengine",
    "calculate_rates",
    { status: 429, headers: { "Retry-After": "41" } },
    "RateLimitError rejected, 41000 ms",
  ],
  [
    "shipengine",
    "calculate_rates",
    { status: 429, body: { errors: [{ error_source: "carrier" }] } },
    "CarrierBusyError rejected, no pause",
  ],
  [
    "shipengine",
    "create_label",
    { status: 200, body: { errors: [{ error_source: "carrier" }] } },
    "CarrierError permanent",
  ],
  [
    "github",
    "issues/get",
    { status: 403, headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": inSeconds(60) } },
    "RateLimitError rejected, 60000 ms",
  ],
  [
    "github",
    "issues/create",
    { status: 403, headers: { "Retry-After": "30" } },
    "SecondaryLimitError rejected, 30000 ms",
  ],
  [
    "github",
    "issues/create",
    { status: 403, headers: { "X-RateLimit-Remaining": "4999" } },
    "PermissionError permanent",
  ],
  ["mailchimp", "getLists", { status: 403, headers: { "Content-Type": "text/html" } }, "RateLimitError rejected"],
  [
    "mailchimp",
    "getLists",
    { status: 403, headers: { "Content-Type": "application/problem+json" } },
    "PermissionError permanent",
  ],
  ["twilio", "CreateMessage", { status: 429, body: { code: 20429 } }, "RateLimitError rejected"],
  [
    "hubspot",
    "listContacts",
    {
      status: 429,
      headers: { "X-HubSpot-RateLimit-Interval-Milliseconds": "10000" },
      body: { policyName: "TEN_SECONDLY_ROLLING" },
    },
    "RateLimitError rejected, 10000 ms",
  ],
  ["hubspot", "listContacts", { status: 429, body: { policyName: "DAILY" } }, "DailyLimitError permanent"],
  ["hubspot", "createContact", { status: 477, headers: { "Retry-After": "20" } }, "MigrationError rejected, 20000 ms"],
  ["slack", "users_info", { status: 200, body: { ok: true } }, "fine"],
  ["slack", "users_info", { status: 200, body: { ok: false, error: "ratelimited" } }, "RateLimitError rejected"],
  [
    "slack",
    "users_info",
    { status: 200, body: { ok: false, error: "token_revoked" } },
    "AuthenticationError permanent",
  ],
  ["slack", "chat_postMessage", { status: 200, body: { ok: false, error: "internal_error" } }, "ServerError ambiguous"],
  [
    "slack",
    "chat_postMessage",
    { status: 200, body: { ok: false, error: "channel_not_found" } },
    "SlackError permanent",
  ],
  [
    "zendesk",
    "CreateTicket",
    { status: 400, body: { error: "IdempotentRequestError" } },
    "InvalidRequestError permanent",
  ],
  ["zendesk", "ListTickets", { status: 429, headers: { "Retry-After": "93" } }, "RateLimitError rejected, 93000 ms"],
  [
    "bigcommerce",
    "getProducts",
    { status: 429, headers: { "X-Rate-Limit-Time-Reset-Ms": "15000" } },
    "RateLimitError rejected, 15000 ms",
  ],
  [
    "amazon-sp-api",
    "getOrders",
    { status: 429, headers: { "x-amzn-RateLimit-Limit": "0.0167" }, body: coded("QuotaExceeded") },
    "RateLimitError rejected",
  ],
  ["amazon-sp-api", "getOrders", { status: 403, body: coded("Unauthorized") }, "AuthenticationError permanent"],
  [
    "xero",
    "getInvoices",
    { status: 429, headers: { "Retry-After": "66975", "X-Rate-Limit-Problem": "day" } },
    "DailyLimitError permanent, 66975000 ms",
  ],
  [
    "xero",
    "getInvoices",
    { status: 429, headers: { "Retry-After": "4", "X-Rate-Limit-Problem": "minute" } },
    "RateLimitError rejected, 4000 ms",
  ],
  [
    "aftership",
    "createTracking",
    { status: 429, headers: { "ratelimit-reset": inSeconds(1) } },
    "RateLimitError rejected, 1000 ms",
  ],
];

const root = fileURLToPath(new URL("../../..", import.meta.url));
const fixtures = `${dirname(fileURLToPath(import.meta.url))}/providers`;
const plans = new Map<string, Promise<PolicyPlan>>();

async function planOfProvider(name: string): Promise<PolicyPlan> {
  if (existsSync(`${fixtures}/${name}.policy.yaml`)) {
    const [source, document] = [
      await loadPolicy(`${name}.policy.yaml`, { cwd: fixtures }),
      await loadDocument(`${name}.openapi.yaml`, { cwd: fixtures }),
    ];
    return planPolicy(source, document, document.version);
  }
  const sources = (await loadWorkspace(root)).providers.find(({ provider }) => provider === name)!;
  const { version, document } = sources.versions.at(-1)!;
  return planPolicy(
    await loadPolicy(sources.policy!, { cwd: root }),
    await loadDocument(document, { cwd: root }),
    version,
  );
}

function tell(plan: PolicyPlan, operation: string, { status, headers = {}, body }: Answer): string {
  const { policy } = plan.operations.get(operation)!;
  const request = { body: undefined, headers: new Headers(), url: new URL("about:blank"), path: {} };
  const exchange = { status, headers: new Headers(headers), body, request };
  const verdict = classify({ ...policy, changes: changeRules, conditions: conditionHolds }, exchange);
  // A plan names the reader, generated code gives it.
  const rules = policy.retry.retryAfter.map((rule) => (rule.use ? { ...rule, use: waitRule } : rule));
  const wait = readWait(rules, exchange, now);
  if (verdict === undefined) return "fine";
  return `${verdict.name} ${verdict.disposition}${verdict.pause ? "" : ", no pause"}${wait === undefined ? "" : `, ${wait} ms`}`;
}

test.each(rows)("%s %s %j: %s", async (provider, operation, answer, meaning) => {
  const plan = plans.get(provider) ?? planOfProvider(provider);
  plans.set(provider, plan);
  expect(tell(await plan, operation, answer)).toBe(meaning);
});
