/** The polling of an operation, written back in the policy language. */
import type { Pointer } from "@couplet/runtime/codegen/v1";
import { toConditionText, toExpression } from "../expression-text.ts";
import type { PollingPlan } from "../linked-plan.ts";
import type { JsonObject } from "../model.ts";
import { toDurationValue } from "./policy-text.ts";

export function toPollingBlock(polling: PollingPlan): JsonObject {
  const { operation, pass, every, deadline, success, failure, result, cancel } = polling;
  const { initial, multiplier, max } = every;
  return {
    operation,
    ...(pass === undefined ? {} : { pass: toPassMap(pass) }),
    every:
      multiplier === 1
        ? toDurationValue(initial)
        : { initial: toDurationValue(initial), multiplier, max: toDurationValue(max) },
    deadline: toDurationValue(deadline),
    success: toConditionText(success),
    ...(failure === undefined ? {} : { failure: toConditionText(failure) }),
    result: toExpression(result),
    ...(cancel === undefined ? {} : { cancel: { operation: cancel.operation, pass: toPassMap(cancel.pass) } }),
  };
}

function toPassMap(pass: Readonly<Record<string, Pointer>>): JsonObject {
  return Object.fromEntries(Object.entries(pass).map(([name, pointer]) => [name, toExpression(pointer)]));
}
