/** Everything the policy says of one operation, resolved. */
import type { PartitionKey, Pointer, Policy } from "@couplet/runtime/codegen/v1";
import type { OperationFacts } from "../facts.ts";
import type { OperationPolicy, SpecOperation } from "../model.ts";
import { defaultConcurrency, defaultMaxResponse, defaultValidation } from "../policy-defaults.ts";
import { parseSize } from "../policy-model.ts";
import { parsePointer } from "./expression.ts";
import { factSource } from "./fact-source.ts";
import { at, type Branch, entriesAt, isNone, itemsOf, type Leaf, leafAt, listAt, numberAt, textAt } from "./layers.ts";
import { type Planning, pointerAt } from "./planning.ts";
import type { SharedPointers } from "./pointer-checks.ts";
import { checkAttempts } from "./policy-attempts.ts";
import { planAttributes } from "./policy-attributes.ts";
import type { AuthPlanner } from "./policy-auth.ts";
import { checkBreaker, planCircuitBreaker } from "./policy-breaker.ts";
import { planCache } from "./policy-cache.ts";
import { planHeaders, planQuery } from "./policy-constants.ts";
import type { ErrorRules, PlannedRules } from "./policy-errors.ts";
import { checkRetrySafety, covers, planIdempotency } from "./policy-idempotency.ts";
import type { LimitPlanner } from "./policy-limits.ts";
import { planPagination } from "./policy-pagination.ts";
import { checkRecording, planRedactBody } from "./policy-redact.ts";
import type { Effective } from "./policy-stack.ts";
import { planRetry, planTimeouts } from "./policy-timing.ts";
import type { Pin } from "./policy-version.ts";
import type { RedactedPlaces } from "./redacted-places.ts";
import { planRequestSteps } from "./request-steps.ts";
import type { ServerVariables } from "./server-variables.ts";

/** What all operations of a version share while they are planned. */
export interface Workshop {
  readonly planning: Planning;
  readonly top: Branch;
  readonly auth: AuthPlanner;
  readonly limits: LimitPlanner;
  readonly variables: ServerVariables;
  readonly pin: Pin | undefined;
  readonly pointers: SharedPointers;
  readonly redacted: RedactedPlaces;
  readonly rules: ErrorRules;
  /** Operations of the document by every name that a policy may call them. */
  readonly index: ReadonlyMap<string, readonly SpecOperation[]>;
  /** Equal policies are one object. */
  readonly interned: Map<string, Policy>;
}

type Mode = Policy["validation"]["request"];

/** `allow` is what holds without a word. */
function unknownModes(tree: Branch): Pick<Policy["validation"], "unknownFields" | "unknownEnumValues"> {
  const modes = (["unknownFields", "unknownEnumValues"] as const).map((key) => [key, textAt(tree, "validation", key)]);
  return Object.fromEntries(modes.filter(([, mode]) => mode !== undefined && mode !== "allow"));
}

function planConcurrency(tree: Branch): Policy["concurrency"] {
  const written = at(tree, "concurrency");
  if (isNone(written)) return undefined;
  return {
    max: numberAt(written, "max") ?? defaultConcurrency.max,
    per: (listAt(written, "per") as readonly PartitionKey[] | undefined) ?? defaultConcurrency.per,
    queue: numberAt(written, "queue") ?? defaultConcurrency.queue,
  };
}

/** The pin of the version over the constants of the policy. */
function constants(
  workshop: Workshop,
  tree: Branch,
  operation: SpecOperation,
): Pick<Policy, "headers" | "query" | "path"> {
  const { planning, pin } = workshop;
  const headers = planHeaders(planning, tree);
  const query = planQuery(planning, tree);
  if (pin?.in === "header") {
    for (const name of Object.keys(headers)) if (name.toLowerCase() === pin.name.toLowerCase()) delete headers[name];
    headers[pin.name] = pin.value;
  }
  if (pin?.in === "query") query[pin.name] = pin.value;
  const inPath = pin?.in === "path" && operation.parameters.some((one) => one.in === "path" && one.name === pin.name);
  return {
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...(inPath ? { path: { [pin.name]: pin.value } } : {}),
  };
}

/** A pointer of the policy that is to be checked against each of the operations. */
export function notePlace(
  workshop: Workshop,
  operations: readonly SpecOperation[],
  leaf: Leaf | undefined,
  pointer: Pointer | undefined,
): void {
  if (leaf === undefined || pointer === undefined) return;
  for (const operation of operations) workshop.pointers.note(leaf, [pointer], operation);
}

/** `from` of everything that reads a figure out of an answer; malformed ones were reported where they are planned. */
function readingsOf(workshop: Workshop, tree: Branch, policy: Policy): Leaf[] {
  const limits = at(workshop.top, "rateLimits");
  return [
    leafAt(tree, "retry", "advice", "from"),
    ...itemsOf(leafAt(tree, "retry", "retryAfter")).map((wait) => leafAt(wait, "from")),
    ...policy.limitedBy.flatMap((name) => [
      leafAt(limits, name, "cost"),
      ...entriesAt(limits, name, "feedback").map(([, reading]) => leafAt(reading, "from")),
    ]),
    leafAt(tree, "idempotency", "replayed"),
    leafAt(tree, "telemetry", "requestId"),
    ...entriesAt(tree, "telemetry", "attributes").map(([name]) => leafAt(tree, "telemetry", "attributes", name)),
  ].filter((leaf) => leaf !== undefined);
}

function notePointers(
  workshop: Workshop,
  tree: Branch,
  rules: PlannedRules,
  operation: SpecOperation,
  policy: Policy,
): void {
  const { pointers } = workshop;
  for (const [key, condition] of [
    ["inFlight", policy.idempotency.inFlight],
    ["mismatch", policy.idempotency.mismatch],
  ] as const)
    pointers.noteCondition(leafAt(tree, "idempotency", key, "when"), condition, operation);
  pointers.noteCondition(
    leafAt(tree, "idempotency", "natural", "duplicate"),
    policy.idempotency.onReplay?.duplicate?.when,
    operation,
  );
  for (const leaf of readingsOf(workshop, tree, policy)) {
    const parsed = parsePointer(String(leaf.value));
    if (parsed.ok) pointers.note(leaf, [parsed.value], operation);
  }
  for (const place of rules.pointers) pointers.note(place.leaf, place.pointers, operation);
}

function suppliedBy(policy: Policy, auth: readonly string[]): string[] {
  const { key } = policy.idempotency;
  return [
    ...new Set([
      ...Object.keys(policy.path ?? {}).map((name) => `path:${name}`),
      ...Object.keys(policy.query ?? {}).map((name) => `query:${name}`),
      ...Object.keys(policy.headers ?? {}).map((name) => `header:${name.toLowerCase()}`),
      ...(key?.in === "header" ? [`header:${key.name.toLowerCase()}`] : []),
      ...auth,
    ]),
  ];
}

function planFacts(workshop: Workshop, tree: Branch, operation: SpecOperation): Omit<OperationFacts, "errors"> {
  const { planning, top } = workshop;
  const retry = at(tree, "retry") ?? at(tree, "timeouts");
  const idempotency = at(tree, "idempotency");
  const concurrency = at(tree, "concurrency");
  const cache = at(tree, "cache");
  const pagination = at(tree, "pagination");
  const use = textAt(pagination, "use");
  const paginator = use === undefined ? undefined : at(top, "paginators", use);
  return {
    ...(retry && { retry: factSource(planning, retry.path) }),
    ...(idempotency && covers(operation, idempotency) && { idempotency: factSource(planning, idempotency.path) }),
    ...(concurrency && { concurrency: factSource(planning, concurrency.path) }),
    ...(cache && { cache: factSource(planning, cache.path, cache) }),
    ...(pagination && {
      pagination: factSource(
        planning,
        (paginator ?? pagination).path,
        at(pagination, "source") ? pagination : paginator,
      ),
    }),
  };
}

export function planOperationPolicy(
  workshop: Workshop,
  effective: Effective,
  operation: SpecOperation,
): OperationPolicy {
  const { planning, top, auth, limits, interned } = workshop;
  const { tree } = effective;
  const timeouts = planTimeouts(planning, tree);
  const retry = planRetry(planning, tree, timeouts);
  const idempotency = planIdempotency(planning, operation, tree, timeouts);
  checkRetrySafety(planning, operation, tree, idempotency, retry);
  checkAttempts(planning, operation, tree, timeouts, retry);
  checkBreaker(planning, tree);
  const prepare = planRequestSteps(tree, retry, idempotency);
  const concurrency = planConcurrency(tree);
  const circuitBreaker = planCircuitBreaker(tree);
  const rules = workshop.rules.plan(effective.errors);
  workshop.rules.checkSuccesses(rules, operation);
  const requestId = pointerAt(planning, tree, "telemetry", "requestId");
  const redactBody = planRedactBody(planning, effective.redact);
  workshop.redacted.note(effective.redact, operation);
  const attributes = planAttributes(planning, tree, effective.redact, redactBody);
  checkRecording(planning, tree, redactBody);
  const size = textAt(tree, "validation", "maxResponse");
  const policy: Policy = {
    timeouts,
    retry,
    idempotency,
    limitedBy: limits.forOperation(tree, operation),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(circuitBreaker === undefined ? {} : { circuitBreaker }),
    errors: rules.rules,
    ...(prepare === undefined ? {} : { prepare }),
    validation: {
      request: (textAt(tree, "validation", "request") as Mode | undefined) ?? defaultValidation.request,
      response: (textAt(tree, "validation", "response") as Mode | undefined) ?? defaultValidation.response,
      ...unknownModes(tree),
    },
    maxResponse: (size === undefined ? undefined : parseSize(size)) ?? defaultMaxResponse,
    ...constants(workshop, tree, operation),
    ...(requestId === undefined ? {} : { requestId }),
    ...(attributes === undefined ? {} : { attributes }),
  };
  notePointers(workshop, tree, rules, operation, policy);
  const identity = JSON.stringify({ ...policy, errors: rules.id });
  const shared = interned.get(identity) ?? policy;
  interned.set(identity, shared);
  const { security, supplied } = auth.forOperation(operation, tree);
  const authenticated = security.some((schemes) => schemes.length > 0);
  const cache = planCache(planning, operation, tree, authenticated);
  const safe = idempotency.class === "safe";
  const pagination = planPagination(planning, top, tree, operation, { safe, authenticated });
  return {
    policy: shared,
    ...workshop.variables.ownServer(operation),
    ...(redactBody.length === 0 ? {} : { redactBody }),
    facts: { ...planFacts(workshop, tree, operation), errors: rules.sources },
    ...(pagination === undefined ? {} : { pagination }),
    ...(cache === undefined ? {} : { cache }),
    supplied: suppliedBy(shared, supplied),
    security,
  };
}
