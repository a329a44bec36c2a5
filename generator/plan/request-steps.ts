/** What is done to a request before its first attempt. */
import type { IdempotencyPolicy, Policy, RetryPolicy } from "@couplet/runtime/codegen/v1";
import { policyFeature } from "../model.ts";
import { parseSize } from "../policy-model.ts";
import { leafAt, type Node, textAt } from "./layers.ts";

export function planRequestSteps(tree: Node, retry: RetryPolicy, { key }: IdempotencyPolicy): Policy["prepare"] {
  const size = parseSize(textAt(tree, "retry", "maxBodyBuffer") ?? "");
  const buffers = size !== undefined && retry.maxAttempts > 1;
  // What the provider does not compare, the client does; a reference is compared with nothing, but taken once.
  const compares = key?.generate === "uuid4" && leafAt(tree, "idempotency", "comparesBody")?.value === false;
  const steps = [
    ...(buffers ? [{ use: policyFeature<never>("bodyBuffer"), max: size }] : []),
    ...(compares ? [{ use: policyFeature<never>("keyReuse") }] : []),
  ];
  return steps.length === 0 ? undefined : steps;
}
