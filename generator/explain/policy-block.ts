/**
 * The effective policy of an operation, written back as a block of the policy language: put under `operations`, it
 * gives calls that behave the same.
 */
import type { CircuitBreakerPolicy, Condition, Disposition, Policy } from "@couplet/runtime/codegen/v1";
import { toConditionText, toExpression } from "../expression-text.ts";
import type { Json, JsonObject, OperationPolicy } from "../model.ts";
import { leafAt, type Node, textAt } from "../plan/layers.ts";
import { bufferedBytes, comparesBodies } from "../policy-words.ts";
import { toBatchBlock } from "./batch-block.ts";
import { toPaginationBlock } from "./pagination-block.ts";
import { toDurationValue, toJsonPointer, toPointerMap, toSizeValue, toWaitMap } from "./policy-text.ts";
import { toPollingBlock } from "./polling-block.ts";
import { retriedOn } from "./retry-verdicts.ts";

/** `written` are the layers of the operation: what has no effect in a call (`because`, `undocumented`) is only there. */
export function toPolicyBlock(
  { policy, redactBody, pagination, polling, cache, batch }: Omit<OperationPolicy, "facts" | "supplied" | "security">,
  written?: Node,
): JsonObject {
  const { timeouts, concurrency, circuitBreaker, validation, maxResponse, requestId, attributes } = policy;
  return {
    timeouts: toTimeoutBlock(timeouts),
    retry: toRetryBlock(policy),
    idempotency: toIdempotencyBlock(policy, written),
    limitedBy: policy.limitedBy,
    concurrency: concurrency === undefined ? "none" : { max: concurrency.max, queue: concurrency.queue },
    circuitBreaker: circuitBreaker === undefined ? "none" : toBreakerBlock(circuitBreaker),
    pagination: pagination === undefined ? "none" : toPaginationBlock(pagination),
    ...(cache === undefined ? {} : { cache: toCacheBlock(cache) }),
    ...(batch === undefined ? {} : { batch: toBatchBlock(batch) }),
    ...(polling === undefined ? {} : { polling: toPollingBlock(polling) }),
    errors: policy.errors.map(toErrorBlock),
    validation: {
      ...validation,
      unknownFields: validation.unknownFields ?? "allow",
      unknownEnumValues: validation.unknownEnumValues ?? "allow",
      maxResponse: toSizeValue(maxResponse),
    },
    ...(policy.headers === undefined ? {} : { headers: policy.headers }),
    ...(policy.query === undefined ? {} : { query: policy.query }),
    ...toTelemetryBlock(requestId, attributes),
    ...(redactBody === undefined ? {} : { redact: { body: redactBody.map(toJsonPointer) } }),
  };
}

function toCacheBlock({ validators, ttl, shared }: NonNullable<OperationPolicy["cache"]>): JsonObject {
  const store = shared === undefined ? "memory" : "shared";
  return { validators, ...(ttl === undefined ? {} : { ttl: toDurationValue(ttl) }), store };
}

function toTimeoutBlock({ connect, attempt, deadline, queue }: Policy["timeouts"]): JsonObject {
  return {
    ...(connect === undefined ? {} : { connect: toDurationValue(connect) }),
    attempt: toDurationValue(attempt),
    deadline: toDurationValue(deadline),
    ...(queue === undefined ? {} : { queue: toDurationValue(queue.limit) }),
  };
}

function toBreakerBlock(breaker: CircuitBreakerPolicy): JsonObject {
  const { stalled } = breaker;
  return {
    scope: breaker.scope,
    window: toDurationValue(breaker.window),
    minRequests: breaker.minRequests,
    failureRate: `${Number((breaker.failureRate * 100).toFixed(6))}%`,
    consecutive: breaker.consecutive,
    stalled: stalled === undefined ? "none" : { failures: stalled.failures, for: toDurationValue(stalled.for) },
    openFor: toDurationValue(breaker.openFor),
    openMultiplier: breaker.openMultiplier,
    openMax: toDurationValue(breaker.openMax),
    probes: breaker.probes,
    counts: breaker.counts,
  };
}

function toTelemetryBlock(requestId: Policy["requestId"], attributes: Policy["attributes"] = {}): JsonObject {
  const named = Object.entries(attributes).map(([name, pointer]) => [name, toExpression(pointer)]);
  const telemetry = {
    ...toPointerMap(requestId, "requestId"),
    ...(named.length === 0 ? {} : { attributes: Object.fromEntries(named) }),
  };
  return Object.keys(telemetry).length === 0 ? {} : { telemetry };
}

function toRetryBlock(policy: Policy): JsonObject {
  const { retry } = policy;
  const { backoff, advice } = retry;
  const buffered = bufferedBytes(policy);
  return {
    maxAttempts: retry.maxAttempts,
    on: retriedOn(policy),
    backoff: {
      strategy: backoff.strategy,
      initial: toDurationValue(backoff.initial),
      multiplier: backoff.multiplier,
      max: toDurationValue(backoff.max),
      jitter: backoff.jitter,
      throttled: toDurationValue(backoff.throttled),
    },
    budget: { ...retry.budget },
    retryAfter: retry.retryAfter.map(toWaitMap),
    maxRetryAfter: toDurationValue(retry.maxRetryAfter),
    ...(buffered === undefined ? {} : { maxBodyBuffer: toSizeValue(buffered) }),
    ...(advice === undefined
      ? {}
      : {
          advice: {
            from: toExpression(advice.from),
            [advice.retry]: "retry",
            [advice.stop]: "stop",
            ...(advice.trust ? { trust: true } : {}),
          },
        }),
  };
}

function toIdempotencyBlock(policy: Policy, written: Node | undefined): JsonObject {
  const { idempotency } = policy;
  const { key, retention, inFlight, inFlightAs, mismatch, mismatchAs, replayed, onReplay } = idempotency;
  const because = textAt(written, "idempotency", "because");
  return {
    class: idempotency.class,
    ...(because === undefined ? {} : { because }),
    ...(key === undefined ? {} : toKeyBlock(key, onReplay, written)),
    ...(retention === undefined ? {} : { retention: toDurationValue(retention) }),
    ...(idempotency.replaysErrors ? { replaysErrors: true } : {}),
    ...(comparesBodies(policy) ? { comparesBody: false } : {}),
    ...toVerdictBlock("inFlight", inFlight, inFlightAs ?? "rejected"),
    ...toVerdictBlock("mismatch", mismatch, mismatchAs ?? "permanent"),
    ...toPointerMap(replayed, "replayed"),
    ...(onReplay === undefined || onReplay.duplicate !== undefined ? {} : { onReplayNotFound: "success" }),
  };
}

/** A key that is never generated is the caller's reference. */
function toKeyBlock(
  { in: place, name, generate, maxLength }: NonNullable<Policy["idempotency"]["key"]>,
  onReplay: Policy["idempotency"]["onReplay"],
  written: Node | undefined,
): JsonObject {
  const isShown = (key: string): boolean => leafAt(written, "idempotency", key, "undocumented")?.value !== true;
  if (generate !== "none")
    return { key: { in: place, name, generate, maxLength, ...(isShown("key") ? {} : { undocumented: true }) } };
  const duplicate = onReplay?.duplicate;
  return {
    natural: {
      field: name,
      ...(duplicate === undefined
        ? {}
        : {
            duplicate: toConditionText(duplicate.when),
            onDuplicate: duplicate.as === "success" ? "success" : "error",
          }),
      maxLength,
      ...(isShown("natural") ? {} : { undocumented: true }),
    },
  };
}

function toVerdictBlock(key: string, when: Condition | undefined, disposition: Disposition): JsonObject {
  return when === undefined ? {} : { [key]: { when: toConditionText(when), disposition } };
}

function toErrorBlock(rule: Policy["errors"][number]): Json {
  return {
    when: toConditionText(rule.when),
    as: rule.as,
    ...(rule.disposition === undefined ? {} : { disposition: rule.disposition }),
    ...toPointerMap(rule.code, "code"),
    ...toPointerMap(rule.message, "message"),
    ...toPointerMap(rule.detail, "detail"),
    ...(rule.refresh ? { refresh: true } : {}),
    ...(rule.pause === false ? { pause: "none" } : {}),
  };
}
