/** The blocks that defaults, rules and operations share. */
import { z } from "zod";
import {
  constant,
  count,
  date,
  duration,
  factor,
  keyGenerator,
  share,
  size,
  text,
  waitFormat,
} from "./policy-scalars.ts";

type Shape = Readonly<Record<string, z.ZodType>>;

/** Keys that a map allows, carried in the message of its unknown-key issue. */
export const allowedKeysMark = "allowed keys: ";

function strict(shape: Record<string, z.ZodType>): z.ZodType {
  const allowed = allowedKeysMark + Object.keys(shape).join(",");
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? allowed : undefined) });
}

/** A map of a layer: every key may be absent, or null to return to the built-in value. */
export function layer(shape: Shape): z.ZodType {
  return strict(Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, value.nullable().optional()])));
}

/** An entry of a list, or an atomic map: `required` keys must be there, and nothing is null. */
export function entry(required: Shape, optional: Shape = {}): z.ZodType {
  return strict({
    ...required,
    ...Object.fromEntries(Object.entries(optional).map(([key, value]) => [key, value.optional()])),
  });
}

export function named(value: z.ZodType, name: z.ZodType = text()): z.ZodType {
  return z.record(name as z.ZodType<string, string>, value.nullable());
}

export function noneOr(schema: z.ZodType): z.ZodType {
  return z.union([z.literal("none"), schema]);
}

const list = (item: z.ZodType): z.ZodType => z.array(item);
const anything = z.unknown();
const rule = text(undefined, "a condition such as `$statusCode == 429`");
export const pointer: z.ZodType = text(/^\$/, "a pointer such as `$response.body#/data`");
export const methods: z.ZodType = list(
  z.enum(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH", "TRACE", "QUERY"]),
);
export const waitHeader: z.ZodType = entry({ from: pointer }, { format: waitFormat, pattern: text(), clock: anything });

export const source: z.ZodType = layer({ url: text(/^https?:\/\//, "a URL"), verified: date, note: text() });
export const redact: z.ZodType = layer({
  headers: list(text()),
  query: list(text()),
  body: list(text(/^(\/|!|-)/, "a JSON Pointer such as `/customer/email`")),
});
export const telemetry: z.ZodType = layer({ requestId: pointer, attributes: anything });

const retry = layer({
  maxAttempts: count(1, "write 1 for no retries, the first attempt is counted; or `retry: none`"),
  on: list(z.enum(["rejected", "ambiguous"])),
  backoff: layer({
    strategy: z.enum(["exponential", "constant"]),
    initial: duration(),
    multiplier: factor(1),
    max: duration(),
    jitter: z.enum(["full", "equal", "none"]),
    throttled: duration(),
  }),
  budget: layer({ capacity: count(), retryCost: count(0), timeoutCost: count(0), tenantCapacity: count() }),
  retryAfter: list(waitHeader),
  maxRetryAfter: duration(),
  onRetryAfterExceeded: z.enum(["fail"]),
  advice: z.record(z.string(), z.unknown()),
  maxBodyBuffer: size,
});

const verdict = layer({ when: rule, disposition: z.enum(["rejected", "ambiguous", "permanent"]) });
const idempotency = layer({
  class: z.enum(["safe", "idempotent", "keyed", "unsafe"]),
  because: text(),
  methods,
  key: noneOr(
    layer({
      in: z.enum(["header", "body"]),
      name: text(),
      generate: keyGenerator,
      maxLength: count(),
      undocumented: z.boolean(),
    }),
  ),
  retention: duration(),
  replaysErrors: z.boolean(),
  comparesBody: z.boolean(),
  inFlight: verdict,
  mismatch: verdict,
  replayed: pointer,
  onReplayNotFound: z.enum(["success"]),
  source,
});

const errorRule = entry(
  { when: rule, as: text(/^[A-Z][A-Za-z0-9]{0,63}$/, "the name of an error such as `CardError`") },
  {
    code: pointer,
    message: pointer,
    detail: pointer,
    disposition: z.enum(["rejected", "ambiguous", "permanent"]),
    refresh: anything,
    pause: z.union([z.literal("none"), z.literal(false)]),
    scope: z.enum(["own", "upstream"]),
    source,
  },
);

const passing = z.enum(["allow", "warn", "strict"]);
const atEveryLevel: Shape = {
  timeouts: layer({ connect: duration(), attempt: duration(), deadline: duration(), queue: duration() }),
  retry: noneOr(retry),
  idempotency,
  limitedBy: noneOr(list(text())),
  concurrency: noneOr(
    layer({ max: count(), per: list(z.enum(["credential", "tenant", "operation"])), queue: count(0), source }),
  ),
  circuitBreaker: anything,
  errors: list(errorRule),
  inheritErrors: z.boolean(),
  validation: layer({
    request: z.enum(["strict", "warn", "none"]),
    response: z.enum(["strict", "warn", "none"]),
    unknownFields: passing,
    unknownEnumValues: passing,
    maxResponse: size,
  }),
  headers: named(constant),
  query: named(constant),
  redact: noneOr(redact),
  telemetry,
  source,
};

const pageSize = layer({ param: pointer, default: count(), max: count() });
const pager: Shape = {
  style: z.enum(["link", "cursor", "nextUrl", "page", "offset", "lastId"]),
  items: z.union([z.literal("auto"), pointer]),
  param: pointer,
  cursor: layer({ from: pointer, to: pointer }),
  idOf: text(/^#(\/|$)/, "a JSON Pointer from the item, such as `#/id`"),
  hasMore: pointer,
  total: anything,
  pageSize,
  start: count(0),
  rel: text(),
  nextOrigins: z.enum(["same", "any"]),
  carry: z.enum(["none", "all"]),
  maxPages: count(),
  stopOnEmpty: anything,
  source,
};
export const paginator: z.ZodType = layer(pager);

const lifecycle = layer({
  expiresIn: layer({ from: pointer, unit: z.enum(["seconds", "milliseconds"]) }),
  refreshBefore: duration({ zero: true }),
  refreshOn: list(count(100, "write HTTP status codes")),
  rotation: z.enum(["none", "singleUse"]),
  invalidGrant: layer({ when: rule, as: z.enum(["ReauthorizationRequired", "ReauthorizationRequiredError"]) }),
});
const application = entry(
  { value: text() },
  { header: text(), query: text(), cookie: text(), allowInUrl: z.boolean() },
);
export const auth: z.ZodType = noneOr(
  layer({
    scheme: text(),
    flow: z.enum([
      "apiKey",
      "basic",
      "bearer",
      "clientCredentials",
      "refreshToken",
      "jwtBearer",
      "session",
      "sigv4",
      "hmac",
    ]),
    tokenUrl: text(),
    clientAuth: z.enum(["body", "basic", "privateKeyJwt"]),
    params: named(constant),
    scopes: list(text()),
    apply: z.union([z.array(application), application]),
    lifecycle,
    sign: anything,
    mode: anything,
    source,
  }),
);

const overridable: Shape = { pagination: noneOr(layer({ use: text(), ...pager })), auth, cache: anything };
export const filter: z.ZodType = entry(
  {},
  {
    operations: list(text()),
    tags: list(text()),
    paths: list(text(/^\//, "a path glob such as `/v1/*`")),
    deprecated: z.boolean(),
  },
);
const match = entry(
  {},
  {
    operations: list(text()),
    tags: list(text()),
    methods,
    paths: list(text(/^\//, "a path glob such as `/v1/*`")),
    responseSchema: z.union([text(), list(text())]),
    deprecated: z.boolean(),
  },
);

export const defaults: z.ZodType = layer(atEveryLevel);
export const ruleBlock: z.ZodType = layer({
  match,
  priority: count(-1000, "write a whole number"),
  ...atEveryLevel,
  ...overridable,
});
export const operationBlock: z.ZodType = layer({ ...atEveryLevel, ...overridable, polling: anything, batch: anything });
/** Keys that belong into `defaults`, `rules` or `operations`, for whoever writes them at the top. */
export const blockKeys: readonly string[] = Object.keys({ ...atEveryLevel, ...overridable, polling: 0, batch: 0 });

const bucket: Shape = {
  algorithm: z.enum(["leakyBucket", "tokenBucket", "fixedWindow", "slidingWindow", "concurrency"]),
  capacity: count(),
  leak: layer({ amount: count(), per: duration() }),
  refill: layer({ amount: count(), per: duration() }),
  limit: layer({ amount: count(), per: duration(), fromExtension: anything, windows: anything }),
};
const reading = layer({ from: pointer, pattern: text() });
export const rateLimit: z.ZodType = layer({
  ...bucket,
  partition: list(z.enum(["tenant", "credential", "operation"])),
  cost: z.union([count(), pointer]),
  tiers: named(layer(bucket)),
  feedback: layer({
    used: reading,
    remaining: reading,
    limit: reading,
    reset: layer({ from: pointer, format: waitFormat, pattern: text(), clock: anything }),
  }),
  reserve: share,
  pauseOn: list(text()),
  source,
});
