import { credentialModes } from "../../runtime/auth/credential-mode.ts";
import { securitySchemes } from "../../runtime/auth/security-schemes.ts";
import { changeRules } from "../../runtime/changes.ts";
import { conditionHolds } from "../../runtime/condition.ts";
import type {
  CircuitBreakerPolicy,
  Connector,
  OperationDescriptor,
  Policy,
  RateLimit,
} from "../../runtime/descriptor.ts";
import { limitFeedback } from "../../runtime/feedback.ts";
import { idempotencyKeys } from "../../runtime/idempotency.ts";
import { answeredCosts } from "../../runtime/limit-cost.ts";
import type { Exchange } from "../../runtime/pointer.ts";
import { rateLimits } from "../../runtime/rate-limits.ts";
import { serverVariables } from "../../runtime/server-variables.ts";
import { slidingWindow } from "../../runtime/sliding-window.ts";
import { tokenBucket } from "../../runtime/token-bucket.ts";

/** The defaults that the generator writes, for an operation of the given class. */
export function policyOf(changes: Partial<Policy> = {}): Policy {
  return {
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
    limitedBy: [],
    errors: [],
    changes: changeRules,
    conditions: conditionHolds,
    keys: idempotencyKeys,
    validation: { request: "strict", response: "warn" },
    maxResponse: 20_000_000,
    ...changes,
  };
}

/** The defaults that the generator writes. */
export function breakerOf(changes: Partial<CircuitBreakerPolicy> = {}): CircuitBreakerPolicy {
  return {
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
    ...changes,
  };
}

export function connectorOf(changes: Partial<Connector> = {}): Connector {
  return {
    provider: "pay",
    version: "2026-09-30",
    servers: [{ name: "live", url: "https://api.pay.example" }],
    serverVariables: {},
    credentials: {},
    auth: {},
    rateLimits: {},
    authorize: securitySchemes,
    modes: credentialModes,
    limits: rateLimits,
    fill: serverVariables,
    feedback: limitFeedback,
    costs: answeredCosts,
    redact: { headers: [], query: [] },
    ...changes,
  };
}

export function operationOf(connector: Connector, policy: Policy, id: string = "charges.create"): OperationDescriptor {
  return { id, connector, policy, method: "POST", path: "/v1/charges", responses: { "200": "json" } };
}

export function bucket(capacity: number, refill: number, per: number, changes: Partial<RateLimit> = {}): RateLimit {
  const fixed = { partition: ["credential"], cost: 1, reserve: 0, pauseOn: ["RateLimitError"] } as const;
  return { use: tokenBucket, capacity, refill, per, ...fixed, ...changes };
}

export function windowOf(capacity: number, per: number, changes: Partial<RateLimit> = {}): RateLimit {
  return bucket(capacity, capacity, per, { use: slidingWindow, ...changes });
}

/** An answered attempt. */
export function exchangeOf(parts: {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  request?: Partial<Exchange["request"]>;
}): Exchange {
  return {
    status: parts.status ?? 200,
    headers: new Headers(parts.headers),
    body: parts.body,
    request: {
      body: undefined,
      headers: new Headers(),
      url: new URL("https://api.pay.example"),
      path: {},
      ...parts.request,
    },
  };
}
