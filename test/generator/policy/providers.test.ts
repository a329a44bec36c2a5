/**
 * Policies of providers that differ as much as possible, against small documents with their real names. What the language
 * says and the generator cannot honour yet is listed for each, exactly; everything else lints without a finding.
 */
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadDocument } from "../../../generator/load/document.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import { featureName, type OperationPolicy, type PolicyPlan } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { told } from "./harness.ts";

const folder = { cwd: `${dirname(fileURLToPath(import.meta.url))}/providers` };

interface Wanted {
  /** Keys that are P900, with their lines. */
  readonly notHonoured: readonly string[];
  /** Where a wait is told, in order. */
  readonly waits: readonly string[];
  readonly limits: readonly string[];
  readonly operations: Readonly<Record<string, string>>;
  /** Any further leaves of the plan. */
  readonly leaves?: object;
}

const providers: Readonly<Record<string, Wanted>> = {
  paypal: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySecondsOrHttpDate"],
    limits: [],
    operations: {
      "orders.create": "keyed by PayPal-Request-Id for 6 h",
      "captures.refund": "keyed by PayPal-Request-Id for 45 d",
      "setup-tokens.create": "keyed by PayPal-Request-Id for 3 h",
      "plans.create": "keyed by PayPal-Request-Id for 3 d",
      "plans.list": "safe; pageNumberPages of plans by page",
      "orders.get": "safe",
    },
    leaves: {
      connector: {
        servers: [{ url: "https://{host}" }],
        auth: {
          Oauth2: { token: { url: "https://{host}/v1/oauth2/token", clientAuth: "basic", refreshBefore: 300_000 } },
        },
      },
    },
  },
  adyen: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySecondsOrHttpDate"],
    limits: [],
    operations: {
      "post-payments": "keyed by Idempotency-Key for 7 d",
      "get-paymentLinks-linkId": "safe",
      "patch-paymentLinks-linkId": "unsafe",
    },
  },
  square: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySecondsOrHttpDate"],
    limits: [],
    operations: {
      CreatePayment: "keyed by idempotency_key in the body",
      ListPayments: "safe; cursorPages of payments by cursor",
      SearchOrders: "safe; cursorPages of orders by cursor",
    },
    leaves: { connector: { version: "2025-01-23" } },
  },
  shipengine: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySeconds"],
    limits: ["account: slidingWindow 200 in 1 min (sandbox 20)"],
    operations: {
      list_labels: "safe; account; nextUrlPages of labels",
      create_label: "unsafe; account",
      calculate_rates: "idempotent; account",
      void_label: "idempotent; account",
    },
  },
  github: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySeconds", "X-RateLimit-Reset epochSeconds"],
    limits: [
      "hourly: slidingWindow 5000 in 1 h (enterpriseApp 15000, anonymous 60)",
      "endpoint: slidingWindow 900 in 1 min",
      "endpointWrites: slidingWindow 900 in 1 min, 5 each",
      "writes: tokenBucket 1 and 1 in 1 s",
    ],
    operations: {
      "issues/list-for-repo": "safe; hourly, endpoint; linkPages of the answer; kept by etag",
      "search/issues": "safe; hourly, endpoint; linkPages of items; kept by etag",
      "issues/create": "unsafe; hourly, endpointWrites, writes",
    },
    leaves: {
      connector: { rateLimits: { hourly: { reserve: 0.05, feedback: { reset: { format: "epochSeconds" } } } } },
    },
  },
  mailchimp: {
    notHonoured: [],
    waits: [],
    limits: [],
    operations: {
      getLists: "safe; offsetPages of lists by offset",
      getListMembers: "safe; offsetPages of members by offset",
      setListMember: "idempotent",
      startBatch: "unsafe; ends as getBatch tells within 2 h",
    },
    leaves: { connector: { serverVariables: { dc: { pattern: "^[a-z]{2}[0-9]{1,3}$" } } } },
  },
  twilio: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySecondsOrHttpDate"],
    limits: [],
    operations: {
      ListMessage: "safe; nextUrlPages of messages",
      CreateMessage: "unsafe",
      DeleteMessage: "idempotent",
    },
    leaves: {
      connector: {
        auth: { accountSid_authToken: { apply: [{ name: "Authorization", value: "{accountSid}:{authToken}" }] } },
      },
    },
  },
  hubspot: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySeconds", "X-HubSpot-RateLimit-Interval-Milliseconds delayMilliseconds"],
    limits: [
      "tenSeconds: slidingWindow 190 in 10 s (publicApp 110, capacityPack 250)",
      "daily: slidingWindow 650000 in 1 d (capacityPack 1000000)",
    ],
    operations: {
      listContacts: "safe; tenSeconds, daily; cursorPages of results by after",
      createContact: "unsafe; tenSeconds, daily",
      searchContacts: "safe; tenSeconds, daily; cursorPages of results by after",
    },
    leaves: { connector: { auth: { oauth2: { refreshOn: [] } } } },
  },
  slack: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySeconds"],
    limits: [
      "tier2: slidingWindow 20 in 1 min",
      "tier3: slidingWindow 50 in 1 min",
      "tier4: slidingWindow 100 in 1 min",
      "history: slidingWindow 50 in 1 min (unlisted 1)",
      "messages: tokenBucket 1 and 1 in 1 s",
    ],
    operations: {
      conversations_list: "safe; tier2; cursorPages of channels by cursor",
      conversations_history: "safe; history; cursorPages of messages by cursor",
      users_info: "safe; tier4",
      chat_postMessage: "unsafe; messages",
    },
  },
  zendesk: {
    notHonoured: [],
    waits: ["Retry-After delaySeconds"],
    limits: [
      "account: slidingWindow 200 in 1 min (growth 400, enterprise 700, highVolume 2500)",
      "ticketsIndex: slidingWindow 100 in 1 min",
      "exports: slidingWindow 10 in 1 min",
    ],
    operations: {
      ListTickets: "safe; account, ticketsIndex; nextUrlPages of tickets",
      IncrementalTicketExportCursor: "safe; account, exports; cursorPages of tickets by cursor",
      CreateTicket: "keyed by Idempotency-Key for 2 h; account",
      UpdateTicket: "idempotent; account",
    },
    leaves: {
      connector: {
        rateLimits: { ticketsIndex: { feedback: { reset: { pattern: "resets=(?<wait>[0-9]+)" } } } },
      },
    },
  },
  bigcommerce: {
    notHonoured: [],
    waits: ["X-Rate-Limit-Time-Reset-Ms delayMilliseconds"],
    limits: ["store: slidingWindow 150 in 30 s (pro 450)"],
    operations: {
      getProducts: "safe; store; pageNumberPages of data by page",
      createProduct: "unsafe; store",
      deleteProductById: "idempotent; store",
    },
    leaves: {
      connector: {
        rateLimits: { store: { partition: ["tenant"], feedback: { reset: { format: "delayMilliseconds" } } } },
      },
    },
  },
  "amazon-sp-api": {
    notHonoured: [],
    waits: [],
    limits: [
      "orders: tokenBucket 20 and 1 in 1 min",
      "order: tokenBucket 30 and 1 in 2 s",
      "confirmations: tokenBucket 10 and 2 in 1 s",
    ],
    operations: {
      getOrders: "safe; orders; cursorPages of payload/Orders by NextToken",
      getOrderItems: "safe; order; cursorPages of payload/OrderItems by NextToken",
      confirmShipment: "unsafe; confirmations",
    },
    leaves: { connector: { auth: { auth: { apply: [{ in: "header", name: "x-amz-access-token" }] } } } },
  },
  xero: {
    notHonoured: ["webhooks"],
    waits: ["Retry-After delaySeconds"],
    limits: [
      "minute: slidingWindow 60 in 1 min",
      "day: slidingWindow 5000 in 1 d",
      "app: slidingWindow 10000 in 1 min",
    ],
    operations: {
      getInvoices: "safe; minute, day, app; pageNumberPages of Invoices by page",
      createInvoices: "keyed by Idempotency-Key; minute, day, app",
      updateOrCreateInvoices: "keyed by Idempotency-Key; minute, day, app",
    },
    leaves: {
      connector: { auth: { OAuth2: { token: { rotation: "singleUse", invalidGrant: { right: "invalid_grant" } } } } },
    },
  },
  aftership: {
    notHonoured: ["webhooks"],
    waits: ["retry-after delaySeconds", "ratelimit-reset epochSeconds"],
    limits: ["organisation: slidingWindow 10 in 1 s"],
    operations: {
      getTrackings: "safe; organisation; cursorPages of data/trackings by cursor",
      createTracking: "idempotent; organisation",
    },
  },
};

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

function toDurationText(milliseconds: number): string {
  const [unit, size] = units.find(([, length]) => milliseconds % length === 0) ?? ["ms", 1];
  return `${milliseconds / size} ${unit}`;
}

function tellOperation({ policy, pagination, polling, cache }: OperationPolicy): string {
  const { key, retention, class: kind } = policy.idempotency;
  const parts = [
    kind +
      (key === undefined ? "" : ` by ${key.name}${key.in === "body" ? " in the body" : ""}`) +
      (retention === undefined ? "" : ` for ${toDurationText(retention)}`),
    policy.limitedBy.join(", "),
  ];
  if (pagination) {
    const at = pagination.param ?? pagination.place?.path.join("/");
    const by = at === undefined ? "" : ` by ${at}`;
    parts.push(`${featureName(pagination.use)} of ${pagination.items.join("/") || "the answer"}${by}`);
  }
  if (cache) parts.push(`kept by ${cache.validators.join(" and ")}`);
  if (polling) parts.push(`ends as ${polling.operation} tells within ${toDurationText(polling.deadline)}`);
  return parts.filter((part) => part !== "").join("; ");
}

function tellLimits({ connector }: PolicyPlan): string[] {
  return Object.entries(connector.rateLimits).map(([name, limit]) => {
    const tiers = Object.entries(limit.tiers ?? {}).map(([tier, { capacity }]) => `${tier} ${capacity}`);
    const refill =
      limit.refill === limit.capacity && featureName(limit.use) !== "tokenBucket" ? "" : ` and ${limit.refill}`;
    return (
      `${name}: ${featureName(limit.use)} ${limit.capacity}${refill} in ${toDurationText(limit.per)}` +
      `${limit.cost === 1 ? "" : `, ${limit.cost} each`}${tiers.length === 0 ? "" : ` (${tiers.join(", ")})`}`
    );
  });
}

test("every fixture has its row", () => {
  const names = readdirSync(folder.cwd).map((name) => name.replace(/\.(?:policy|openapi)\.yaml$/, ""));
  expect([...new Set(names)].sort()).toEqual(Object.keys(providers).sort());
});

test.each(Object.entries(providers))("%s", async (name, wanted) => {
  const source = await loadPolicy(`${name}.policy.yaml`, folder);
  const document = await loadDocument(`${name}.openapi.yaml`, folder);
  const plan = planPolicy(source, document, document.version, { today: "2026-11-22" });
  expect(told([...source.diagnostics, ...document.diagnostics])).toEqual([]);
  expect(told(plan.diagnostics.filter((one) => one.code !== "P900"))).toEqual([]);
  expect(plan.connector.provider).toBe(name);
  // A message names the last key of its path.
  const left = plan.diagnostics.map(({ message }) => /^`(\w+)`/.exec(message)?.[1]);
  expect(left).toEqual(wanted.notHonoured.map((path) => path.split(".").at(-1)));
  const operations = Object.entries(wanted.operations);
  expect(operations.map(([key]) => [key, tellOperation(plan.operations.get(key)!)])).toEqual(operations);
  expect(tellLimits(plan)).toEqual(wanted.limits);
  const [first] = plan.operations.values();
  const waits = first!.policy.retry.retryAfter.map(
    ({ from, format }) => `${"name" in from ? from.name : ""} ${format}`,
  );
  expect(waits).toEqual(wanted.waits);
  expect(plan).toMatchObject(wanted.leaves ?? {});
});
