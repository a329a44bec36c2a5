/** A made-up payments connector, as the generator would write it. */

import type { Clock } from "@couplet/runtime";
import {
  answeredCosts,
  type Connector,
  changeRules,
  chosenRequestBody,
  conditionHolds,
  cookieText,
  cursorPages,
  formBody,
  headerText,
  idempotencyKeys,
  jsonBody,
  lastIdPages,
  limitFeedback,
  linkPages,
  type Operation,
  type OperationDescriptor,
  operation,
  type Policy,
  pagedCall,
  rateLimits,
  requestBody,
  reservedQueryText,
  securitySchemes,
  serverVariables,
  staticCredential,
  styledPathText,
} from "@couplet/runtime/codegen/v1";

export const connector: Connector = {
  provider: "pay",
  version: "2026-09-30",
  servers: [{ name: "live", url: "https://api.pay.example/v1" }],
  serverVariables: {},
  credentials: { secretKey: { env: "PAY_TEST_SECRET_KEY" } },
  auth: {
    bearer: {
      use: staticCredential,
      credentials: ["secretKey"],
      apply: [{ in: "header", name: "Authorization", value: "Bearer {secretKey}" }],
      refreshOn: [401],
    },
  },
  rateLimits: {},
  authorize: securitySchemes,
  limits: rateLimits,
  fill: serverVariables,
  feedback: limitFeedback,
  costs: answeredCosts,
  redact: { headers: [], query: [] },
};

export const safePolicy: Policy = {
  timeouts: { attempt: 2_000, deadline: 10_000 },
  retry: {
    maxAttempts: 4,
    on: ["rejected", "ambiguous"],
    backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8_000, jitter: "full", throttled: 1_000 },
    budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
    retryAfter: [{ from: { from: "header", name: "retry-after" }, format: "delaySecondsOrHttpDate" }],
    maxRetryAfter: 60_000,
  },
  idempotency: { class: "safe" },
  limitedBy: [],
  concurrency: { max: 10, per: ["credential"], queue: 1_000 },
  errors: [],
  changes: changeRules,
  conditions: conditionHolds,
  keys: idempotencyKeys,
  validation: { request: "strict", response: "warn" },
  maxResponse: 20_000_000,
  headers: { "Pay-Version": "2026-09-30" },
  requestId: { from: "header", name: "request-id" },
};

export const keyedPolicy: Policy = {
  ...safePolicy,
  idempotency: {
    class: "keyed",
    key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 },
    replayed: { from: "header", name: "idempotent-replayed" },
  },
  errors: [
    {
      when: { op: "==", left: { from: "body", path: ["error", "type"] }, right: "card_error" },
      as: "CardError",
      code: { from: "body", path: ["error", "code"] },
      message: { from: "body", path: ["error", "message"] },
    },
  ],
};

export const unsafePolicy: Policy = { ...safePolicy, idempotency: { class: "unsafe" } };

/** For parameters in every place and style. */
export const allWriters: NonNullable<OperationDescriptor["write"]> = {
  path: styledPathText,
  query: reservedQueryText,
  header: headerText,
  cookie: cookieText,
};

/** And for the bodies that an operation declares. */
export function writersOf({ body, bodies }: Partial<OperationDescriptor>): typeof allWriters {
  if (body === undefined) return allWriters;
  return { ...allWriters, body: bodies === undefined ? requestBody : chosenRequestBody };
}

/** An operation of the connector. */
export function define<Input = Record<string, unknown>, Output = unknown, Item = never>(
  more: Partial<OperationDescriptor>,
): Operation<Input, Output, never, Item> {
  return operation({
    id: "charges.get",
    connector,
    policy: safePolicy,
    method: "GET",
    path: "/charges",
    accept: "application/json",
    responses: { "200": "json", default: "json" },
    security: [["bearer"]],
    pages: pagedCall,
    write: writersOf(more),
    ...more,
  });
}

export const chargesGet: Operation<{ charge: string }, { id: string }> = define({
  path: "/charges/{charge}",
  parameters: [{ name: "charge", in: "path", required: true }],
}) as never;

export const chargesCreate: Operation<{ body: { amount: number; currency: string } }, { id: string }> = define({
  id: "charges.create",
  policy: keyedPolicy,
  method: "POST",
  body: { contentType: "application/x-www-form-urlencoded", encode: formBody, required: true },
}) as never;

/** Not repeatable: a second execution is a second effect. */
export const notesCreate: Operation<{ body: unknown }, { id: string }> = define({
  id: "notes.create",
  policy: unsafePolicy,
  method: "POST",
  path: "/notes",
  body: { contentType: "application/json", encode: jsonBody, required: true },
}) as never;

const pageSize = { param: "limit", default: 100 };
const limit = { name: "limit", in: "query" } as const;

export const chargesList: Operation<
  { limit?: number; starting_after?: string },
  { data: { id: string }[] },
  never,
  { id: string }
> = define({
  id: "charges.list",
  parameters: [limit, { name: "starting_after", in: "query" }],
  pagination: {
    use: lastIdPages,
    items: ["data"],
    param: "starting_after",
    idOf: ["id"],
    hasMore: { from: "body", path: ["has_more"] },
    pageSize,
    maxPages: 5,
  },
}) as never;

export const ordersList: Operation<{ limit?: number; status?: string }, { id: number }[], never, { id: number }> =
  define({
    id: "orders.list",
    path: "/orders",
    parameters: [limit, { name: "status", in: "query" }],
    pagination: { use: linkPages, items: [], rel: "next", pageSize, maxPages: 5 },
  }) as never;

export const eventsList: Operation<{ cursor?: string }, { items: number[] }, never, number> = define({
  id: "events.list",
  path: "/events",
  parameters: [{ name: "cursor", in: "query" }],
  pagination: {
    use: cursorPages,
    items: ["items"],
    param: "cursor",
    next: { from: "body", path: ["next"] },
    maxPages: 5,
  },
}) as never;

/** A clock whose sleeps take no time: it just moves on, and remembers how far. */
export function skippingClock(random: number = 0.5): Clock & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => 1_700_000_000_000 + now + performance.now(),
    mono: () => now + performance.now(),
    random: () => random,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}
