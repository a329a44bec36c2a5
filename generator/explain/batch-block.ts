/** The batch of an operation, written back in the policy language. */
import type { BatchPlan } from "../linked-plan.ts";
import type { JsonObject } from "../model.ts";
import { toDurationValue, toJsonPointer, toSizeValue } from "./policy-text.ts";

export function toBatchBlock(batch: BatchPlan): JsonObject {
  const { operation, items, constants, maxItems, maxBytes, window, results, errors } = batch;
  return {
    operation,
    items: toPlace("request", items),
    ...(constants === undefined ? {} : { constants }),
    maxItems,
    maxBytes: toSizeValue(maxBytes),
    window: toDurationValue(window),
    ...(results === undefined ? {} : { perItemResults: toPlace("response", results) }),
    ...(errors === undefined ? {} : { perItemErrors: toPlace("response", errors) }),
  };
}

function toPlace(of: "request" | "response", path: readonly string[]): string {
  return path.length === 0 ? `$${of}.body` : `$${of}.body#${toJsonPointer(path)}`;
}
