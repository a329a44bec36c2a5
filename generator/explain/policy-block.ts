/**
 * The effective policy of an operation, written back as a block of the policy language: put under `operations`, it
 * gives calls that behave the same.
 */
import type { CircuitBreakerPolicy, Policy } from "@couplet/runtime/codegen/v1";
import { toConditionText, toExpression } from "../expression-text.ts";
import type { Json, JsonObject, OperationPolicy } from "../model.ts";
import { leafAt, type Node, textAt } from "../plan/layers.ts";
import { toPaginationBlock } from "./pagination-block.ts";
import { toDurationValue, toJsonPointer, toPointerMap, toSizeValue, toWaitMap } from "./policy-text.ts";
import { retriedOn } from "./retry-verdicts.ts";

/** `written` are the layers of the operation: what has no effect in a call (`because`, `undocumented`) is only there. */
export function toPolicyBlock(
  { policy, pagination }: Pick<OperationPolicy, "policy" | "pagination">,
  written?: Node,
): JsonObject {
  const { timeouts, concurrency, circuitBreaker, validation, maxResponse, requestId, redactBody, attributes } = policy;
  return {
    timeouts: { attempt: toDurationValue(timeouts.attempt), deadline: toDurationValue(timeouts.deadline) },
    retry: toRetryBlock(policy.retry, retriedOn(policy)),
    idempotency: toIdempotencyBlock(policy.idempotency, written),
    limitedBy: policy.limitedBy,
    concurrency: concurrency === undefined ? "none" : { max: concurrency.max, queue: concurrency.queue },
    circuitBreaker: circuitBreaker === undefined ? "none" : toBreakerBlock(circuitBreaker),
    pagination: pagination === undefined ? "none" : toPaginationBlock(pagination),
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

function toRetryBlock(retry: Policy["retry"], on: Policy["retry"]["on"]): JsonObject {
  const { backoff, advice } = retry;
  return {
    maxAttempts: retry.maxAttempts,
    on,
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

function toIdempotencyBlock(idempotency: Policy["idempotency"], written: Node | undefined): JsonObject {
  const { key, retention, inFlight, mismatch, replayed } = idempotency;
  const because = textAt(written, "idempotency", "because");
  const undocumented = leafAt(written, "idempotency", "key", "undocumented")?.value === true;
  return {
    class: idempotency.class,
    ...(because === undefined ? {} : { because }),
    ...(key === undefined ? {} : { key: { ...key, ...(undocumented ? { undocumented } : {}) } }),
    ...(retention === undefined ? {} : { retention: toDurationValue(retention) }),
    ...(idempotency.replaysErrors ? { replaysErrors: true } : {}),
    ...(inFlight === undefined ? {} : { inFlight: { when: toConditionText(inFlight), disposition: "rejected" } }),
    ...(mismatch === undefined ? {} : { mismatch: { when: toConditionText(mismatch), disposition: "permanent" } }),
    ...toPointerMap(replayed, "replayed"),
  };
}

function toErrorBlock(rule: Policy["errors"][number]): Json {
  return {
    when: toConditionText(rule.when),
    as: rule.as,
    ...(rule.disposition === undefined ? {} : { disposition: rule.disposition }),
    ...toPointerMap(rule.code, "code"),
    ...toPointerMap(rule.message, "message"),
    ...toPointerMap(rule.detail, "detail"),
    ...(rule.pause === false ? { pause: "none" } : {}),
  };
}
