/** Small hand-made documents and policies for planning tests. */
import type {
  ApiDocument,
  OperationPolicy,
  PolicyPlan,
  Schema,
  SpecOperation,
  SpecResponse,
} from "../../../generator/model.ts";

export function operationOf(key: string, more: Partial<SpecOperation> = {}): SpecOperation {
  return {
    key,
    operationId: key,
    method: "get",
    path: `/${key}`,
    tags: [],
    deprecated: false,
    parameters: [],
    responses: [],
    security: [],
    servers: [],
    pointer: `/paths/~1${key}/get`,
    extensions: {},
    ...more,
  };
}

export function jsonResponse(status: string, schema: Schema): SpecResponse {
  return { status, description: "", content: [{ contentType: "application/json", schema }], headers: {} };
}

export function documentOf(
  operations: readonly SpecOperation[],
  schemas: Readonly<Record<string, Schema>> = {},
): ApiDocument {
  return {
    file: "openapi.yaml",
    title: "Shop",
    version: "1",
    servers: [],
    tags: [],
    securitySchemes: [],
    schemas: new Map(Object.entries(schemas)),
    operations,
    bundled: {},
    sha256: "",
    files: [],
    diagnostics: [],
    locate: () => ({ file: "openapi.yaml", line: 1, column: 1 }),
  };
}

export function operationPolicyOf(more: Partial<OperationPolicy> = {}): OperationPolicy {
  return {
    policy: {
      timeouts: { attempt: 30_000, deadline: 60_000 },
      retry: {
        maxAttempts: 4,
        on: ["rejected", "ambiguous"],
        backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8000, jitter: "full", throttled: 1000 },
        budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
        retryAfter: [],
        maxRetryAfter: 60_000,
      },
      idempotency: { class: "safe" },
      limitedBy: [],
      errors: [],
      validation: { request: "strict", response: "warn" },
      maxResponse: 20_000_000,
    },
    facts: { errors: [] },
    supplied: [],
    security: [],
    ...more,
  };
}

export function policyOf(
  document: ApiDocument,
  names: { operations?: Record<string, string>; schemas?: Record<string, string>; tags?: Record<string, string> } = {},
  policies: Readonly<Record<string, OperationPolicy>> = {},
): PolicyPlan {
  return {
    connector: {
      provider: "shop",
      version: "1",
      servers: [],
      serverVariables: {},
      credentials: {},
      auth: {},
      rateLimits: {},
      redact: { headers: [], query: [] },
    },
    facts: { rateLimits: {}, auth: {} },
    operations: new Map(document.operations.map(({ key }) => [key, policies[key] ?? operationPolicyOf()])),
    names: {
      operations: new Map(Object.entries(names.operations ?? {})),
      schemas: new Map(Object.entries(names.schemas ?? {})),
      tags: new Map(Object.entries(names.tags ?? {})),
    },
    coercions: [],
    selectors: {},
    sha256: "",
    diagnostics: [],
  };
}
