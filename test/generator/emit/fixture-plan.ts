/** A plan made by hand that holds everything `emit` has to print, without `load` and `plan`. */
import type { Policy } from "@couplet/runtime/codegen/v1";
import type { FactSource } from "../../../generator/facts.ts";
import {
  feature,
  type InputField,
  type JsonObject,
  type NamespacePlan,
  type OperationPlan,
  type Outcome,
  type Schema,
  type SpecOperation,
  type TypeRef,
  type VersionPlan,
} from "../../../generator/model.ts";
import { hostile, namedTypes, ref } from "./fixture-schemas.ts";

const named = (name: string): TypeRef => ({ kind: "named", name });
const plain = (text: string): TypeRef => ({ kind: "plain", text });

export const safePolicy: Policy = {
  timeouts: { attempt: 30_000, deadline: 60_000 },
  retry: {
    maxAttempts: 4,
    on: ["rejected", "ambiguous"],
    backoff: { strategy: "exponential", initial: 300, multiplier: 2, max: 8000, jitter: "full", throttled: 1000 },
    budget: { capacity: 500, retryCost: 5, timeoutCost: 10, tenantCapacity: 100 },
    retryAfter: [{ from: { from: "header", name: "Retry-After" }, format: "delaySecondsOrHttpDate" }],
    maxRetryAfter: 60_000,
  },
  idempotency: { class: "safe" },
  limitedBy: ["account"],
  errors: [{ when: { op: "==", left: { from: "status" }, right: 429 }, as: "RateLimitError" }],
  validation: { request: "strict", response: "warn" },
  maxResponse: 20_000_000,
  headers: { "Pay-Version": "2026-09-30" },
};
const keyedPolicy: Policy = {
  ...safePolicy,
  idempotency: { class: "keyed", key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength: 255 } },
};

const documented: FactSource = { url: "https://docs.pay.example/limits|`x`", verified: "2026-11-20" };

function spec(method: SpecOperation["method"], path: string, more: Partial<SpecOperation> = {}): SpecOperation {
  return {
    key: `${method.toUpperCase()} ${path}`,
    method,
    path,
    tags: [],
    deprecated: false,
    parameters: [],
    responses: [],
    security: [],
    servers: [],
    pointer: `/paths/${path.replaceAll("/", "~1")}/${method}`,
    extensions: {},
    ...more,
  };
}

function field(
  key: string,
  location: "path" | "query" | "header" | "cookie",
  schema: Schema,
  more: Partial<InputField> = {},
): InputField {
  return {
    key,
    schema,
    type: plain(schema.type === "integer" ? "number" : "string"),
    required: location === "path",
    deprecated: false,
    parameter: { name: key, in: location },
    ...more,
  };
}

function body(type: TypeRef, schema: Schema, more: Partial<InputField> = {}): InputField {
  return { key: "body", type, schema, required: true, deprecated: false, ...more };
}

function json(status: string, name: string, ok = status.startsWith("2")): Outcome {
  return { status, ok, kind: "json", type: named(name), schema: ref(name), contentType: "application/json" };
}

const failure: Outcome = json("default", "ErrorEnvelope", false);

interface Sketch {
  readonly id: string;
  readonly spec: SpecOperation;
  readonly input?: readonly InputField[];
  readonly outcomes: readonly Outcome[];
  readonly body?: OperationPlan["descriptor"]["body"];
  readonly pagination?: NonNullable<OperationPlan["descriptor"]["pagination"]>;
  readonly item?: TypeRef;
  readonly keyed?: true;
}

function operation({
  id,
  spec: of,
  input = [],
  outcomes,
  body: encoded,
  pagination,
  item,
  keyed,
}: Sketch): OperationPlan {
  const [namespace = "", method = ""] = id.split(".");
  const constant = namespace + method.charAt(0).toUpperCase() + method.slice(1);
  const prefix = constant.charAt(0).toUpperCase() + constant.slice(1);
  const parameters = input.flatMap((one) => (one.parameter ? [one.parameter] : []));
  return {
    key: of.key,
    spec: of,
    namespace,
    method,
    id,
    constant,
    inputType: `${prefix}Input`,
    outcomeType: `${prefix}Outcome`,
    input,
    output: outcomes.filter((one) => one.ok).map((one) => one.type),
    outcomes,
    ...(item ? { item } : {}),
    descriptor: {
      id,
      method: of.method.toUpperCase(),
      path: of.path,
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(encoded ? { body: encoded } : {}),
      accept: "application/json",
      responses: Object.fromEntries(outcomes.map((one) => [one.status, one.kind])),
      security: [["bearerAuth"]],
      ...(pagination ? { pagination } : {}),
    },
    policy: keyed ? keyedPolicy : safePolicy,
    policyName: keyed ? "keyedPolicy" : "safePolicy",
    facts: {
      retry: documented,
      ...(keyed ? { idempotency: documented } : {}),
      ...(pagination ? { pagination: {} } : {}),
      errors: [documented],
    },
  };
}

const limit = field(
  "limit",
  "query",
  { type: "integer", minimum: 1, maximum: 100, default: 10 },
  { description: "Page size." },
);
const paged = { items: ["items"], maxPages: 10_000 };

const charges: readonly OperationPlan[] = [
  operation({
    id: "charges.create",
    spec: spec("post", "/v1/charges", {
      summary: "Create a charge.",
      description: hostile,
      docs: "https://example.com/docs",
    }),
    input: [field("X-Trace", "header", { type: "string" }), body(named("ChargesCreateBody"), ref("ChargesCreateBody"))],
    outcomes: [json("200", "Charge"), json("402", "ErrorEnvelope", false), failure],
    body: { contentType: "application/x-www-form-urlencoded", encode: feature("formBody"), required: true },
    keyed: true,
  }),
  operation({
    id: "charges.list",
    spec: spec("get", "/v1/charges", { summary: "List charges." }),
    input: [limit, field("starting_after", "query", { type: "string" })],
    outcomes: [json("200", "ChargeList"), failure],
    pagination: {
      use: feature("lastIdPages"),
      items: ["data"],
      param: "starting_after",
      idOf: ["id"],
      hasMore: { from: "body", path: ["has_more"] },
      pageSize: { param: "limit", default: 100 },
      maxPages: 10_000,
    },
    item: named("Charge"),
  }),
  operation({
    id: "charges.delete",
    spec: spec("delete", "/v1/charges/{charge}", { deprecated: true }),
    input: [field("charge", "path", { type: "string", pattern: "^ch_[a-z0-9]+$" })],
    outcomes: [{ status: "204", ok: true, kind: "none", type: plain("void") }, json("404", "ErrorEnvelope", false)],
  }),
];

const customers: readonly OperationPlan[] = [
  operation({
    id: "customers.list",
    spec: spec("get", "/v1/customers", { summary: "List." }),
    input: [field("cursor", "query", { type: "string" }), limit],
    outcomes: [json("200", "CustomerPage")],
    pagination: {
      use: feature("cursorPages"),
      ...paged,
      param: "cursor",
      next: { from: "body", path: ["next_cursor"] },
    },
    item: named("Customer"),
  }),
  operation({
    id: "customers.search",
    spec: spec("get", "/v1/customers/search"),
    input: [
      field("page", "query", { type: "integer" }),
      field("query.id", "query", { type: "string" }, { parameter: { name: "id", in: "query", key: "query.id" } }),
    ],
    outcomes: [json("200", "CustomerPage")],
    pagination: { use: feature("pageNumberPages"), ...paged, param: "page", start: 1 },
    item: named("Customer"),
  }),
  operation({
    id: "customers.recent",
    spec: spec("get", "/v1/customers/recent"),
    input: [field("offset", "query", { type: "integer" })],
    outcomes: [json("200", "CustomerPage")],
    pagination: { use: feature("offsetPages"), ...paged, param: "offset" },
    item: named("Customer"),
  }),
  operation({
    id: "customers.linked",
    spec: spec("get", "/v1/customers/linked"),
    outcomes: [
      {
        status: "200",
        ok: true,
        kind: "json",
        type: { kind: "array", of: named("Customer") },
        schema: { type: "array", items: ref("Customer") },
        contentType: "application/json",
      },
    ],
    pagination: { use: feature("linkPages"), items: [], rel: "next", maxPages: 10_000 },
    item: named("Customer"),
  }),
  operation({
    id: "customers.followed",
    spec: spec("get", "/v1/customers/followed"),
    outcomes: [json("200", "CustomerPage")],
    pagination: { use: feature("nextUrlPages"), ...paged, next: { from: "body", path: ["next"] } },
    item: named("Customer"),
  }),
  operation({
    id: "customers.update",
    spec: spec("patch", "/v1/customers/{customer}"),
    input: [
      field("customer", "path", { type: "string" }),
      field("session", "cookie", { type: "string" }),
      body(named("Vip"), ref("Vip"), { required: false }),
    ],
    outcomes: [json("200", "Vip"), json("202", "Tree"), json("4XX", "ErrorEnvelope", false)],
    body: { contentType: "application/json", encode: feature("jsonBody") },
  }),
];

const files: readonly OperationPlan[] = [
  operation({
    id: "files.upload",
    spec: spec("post", "/v1/files"),
    input: [body(named("FilesUploadBody"), ref("FilesUploadBody"))],
    outcomes: [json("201", "Either")],
    body: {
      contentType: "multipart/form-data",
      encode: feature("multipartBody"),
      required: true,
      encoding: { file: { contentType: "text/plain" } },
    },
  }),
  operation({
    id: "files.download",
    spec: spec("get", "/v1/files/{file}/content"),
    input: [field("file", "path", { type: "string" })],
    outcomes: [
      { status: "200", ok: true, kind: "bytes", type: plain("Uint8Array"), contentType: "application/octet-stream" },
    ],
  }),
  operation({
    id: "files.put",
    spec: spec("put", "/v1/files/{file}/content"),
    input: [
      field("file", "path", { type: "string" }),
      body(plain("Blob | ArrayBuffer | Uint8Array"), { type: "string", format: "binary" }),
    ],
    outcomes: [{ status: "200", ok: true, kind: "text", type: plain("string"), contentType: "text/plain" }],
    body: { contentType: "application/octet-stream", encode: feature("bytesBody"), required: true },
  }),
  operation({
    id: "files.source",
    spec: spec("get", "/v1/files/source"),
    outcomes: [
      { ...json("200", "Source"), contentType: "application/vnd.api+json" },
      json("201", "Animal"),
      json("203", "Pair"),
      json("206", "Empty"),
    ],
  }),
];

function namespace(name: string, operations: readonly OperationPlan[]): NamespacePlan {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    name,
    file: name,
    interfaceName: `${title}Namespace`,
    factory: `create${title}`,
    description: hostile,
    operations,
  };
}

/** Paths of the document, so that `contract.json` knows what the policy left out. */
function bundled(operations: readonly OperationPlan[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = { "/v1/left-out": { get: { responses: {} } } };
  for (const { spec: of } of operations) {
    paths[of.path] = { ...paths[of.path], [of.method]: { responses: { "200": { description: hostile } } } };
  }
  return { openapi: "3.1.1", info: { title: hostile, version: "1" }, paths };
}

export function fixturePlan(): VersionPlan {
  return {
    provider: "pay",
    version: "2026-09-30",
    title: `Pay ${hostile}`,
    declaredShapes: {},
    schemaNames: new Map(),
    connector: {
      provider: "pay",
      version: "2026-09-30",
      servers: [{ name: "live", url: "https://{shop}.api.example.com" }],
      serverVariables: { shop: { pattern: "^[a-z]{3}[0-9]$" }, region: { default: "eu", enum: ["eu", "us"] } },
      credentials: { secretKey: { env: "PAY_SECRET_KEY" }, login: {} },
      auth: {
        bearerAuth: {
          use: feature("staticCredential"),
          credentials: ["secretKey"],
          apply: [{ in: "header", name: "Authorization", value: "Bearer {secretKey}" }],
          refreshOn: [],
        },
        basicAuth: {
          use: feature("basicCredential"),
          credentials: ["login"],
          apply: [{ in: "header", name: "Authorization", value: "{login.user}:{login.password}" }],
          refreshOn: [],
        },
      },
      rateLimits: {
        account: {
          use: feature("slidingWindow"),
          capacity: 100,
          per: 1000,
          refill: 100,
          partition: ["credential"],
          cost: 1,
          reserve: 0,
          pauseOn: ["RateLimitError"],
          tiers: { sandbox: { capacity: 25, per: 1000, refill: 25 } },
        },
      },
      redact: { headers: ["authorization"], query: [] },
    },
    facts: {
      pin: { in: "header", name: "Pay-Version", value: "2026-09-30", source: {} },
      supportedUntil: "2027-09-30",
      rateLimits: { account: documented },
      auth: { bearerAuth: documented },
    },
    policies: [
      { name: "keyedPolicy", policy: keyedPolicy },
      { name: "safePolicy", policy: safePolicy },
    ],
    namespaces: [namespace("charges", charges), namespace("customers", customers), namespace("files", files)],
    types: namedTypes(),
    bundled: bundled([...charges, ...customers, ...files]),
    diagnostics: [],
  };
}
