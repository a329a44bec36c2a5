/**
 * The built-in policy: the one place for figures that nobody wrote. Every effective leaf is printed into the generated
 * code; the runtime has no defaults of its own. Durations are milliseconds, sizes bytes.
 */
import type {
  CircuitBreakerPolicy,
  ConcurrencyPolicy,
  OperationClass,
  Policy,
  RateLimit,
} from "@couplet/runtime/codegen/v1";
import type { HttpMethod } from "./http-method.ts";

export const defaultTimeouts: Policy["timeouts"] = { attempt: 30_000, deadline: 60_000 };

export const defaultRetry: Policy["retry"] = {
  maxAttempts: 4,
  on: ["rejected", "ambiguous"],
  backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8000, jitter: "full", throttled: 1000 },
  budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
  retryAfter: [{ from: { from: "header", name: "Retry-After" }, format: "delaySecondsOrHttpDate" }],
  maxRetryAfter: 60_000,
};

const safeMethods: readonly HttpMethod[] = ["get", "head", "options", "trace", "query"];

/** RFC 9110 section 9.2, and OpenAPI 3.2 for QUERY: what a method promises when nobody says otherwise. */
export function defaultClass(method: HttpMethod): OperationClass {
  if (safeMethods.includes(method)) return "safe";
  return method === "put" || method === "delete" ? "idempotent" : "unsafe";
}

/** Methods that a provider-wide `class: keyed` covers when its block names none. */
export const keyedMethods: readonly HttpMethod[] = ["post", "patch"];
export const defaultKey = { in: "header", generate: "uuid4", maxLength: 255 } as const;

export const defaultConcurrency: ConcurrencyPolicy = { max: 10, per: ["credential"], queue: 1000 };

/** Five failures in a row alone would open at an ordinary fault rate of 18 %; therefore they must also last. */
export const defaultCircuitBreaker: Required<CircuitBreakerPolicy> = {
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
};

export const defaultValidation: Policy["validation"] = { request: "strict", response: "warn" };
export const defaultMaxResponse = 20_000_000;
export const defaultMaxPages = 10_000;
export const defaultBatch = { maxItems: 100, maxBytes: 1_000_000, window: 10 } as const;
/** Between two looks at what goes on at the provider. */
export const defaultPollingWait = 5_000;

export const defaultLimit: Pick<RateLimit, "partition" | "cost" | "reserve" | "pauseOn"> = {
  partition: ["credential"],
  cost: 1,
  reserve: 0,
  pauseOn: ["RateLimitError"],
};

export const defaultRefreshOn: readonly number[] = [401];
export const defaultRefreshBefore = 60_000;
export const defaultExpiresIn = { path: ["expires_in"], unit: "seconds" } as const;

/** Names, or patterns with `*`, that are never shown; policies add to them. */
export const defaultRedact = {
  headers: [
    "authorization",
    "cookie",
    "set-cookie",
    "proxy-authorization",
    "*token*",
    "*secret*",
    "*api-key*",
    "*signature*",
  ],
  query: ["*token*", "*secret*", "*api-key*", "*api_key*", "*apikey*", "*signature*", "*password*"],
} as const;

/** What headers that announce an end do when the policy does not say. */
export const defaultDeprecation = "ignore";

/** Days after which a fact of a policy should be looked up again, and before which an end of support is announced. */
export const staleAfterDays = 180;
export const supportWarningDays = 90;

/** RFC 6749 section 2.3.1: the form that every authorization server must support. */
export const defaultClientAuth = "basic";

export const defaultSigningHash = "sha256";
export const defaultSignatureEncoding = "hex";
export const defaultAssertionLifetime = 300_000;
