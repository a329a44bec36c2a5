/** A repeated DELETE that is answered with not-found has worked the first time. */
import type { IdempotencyPolicy, OperationClass } from "@couplet/runtime/codegen/v1";
import { policyFeature, type SpecOperation } from "../model.ts";
import { leafAt, type Node } from "./layers.ts";
import type { Planning } from "./planning.ts";

/** Written for a whole provider it is meant for the operations that can have it. */
export function planReplayNotFound(
  planning: Planning,
  operation: SpecOperation,
  block: Node | undefined,
  kind: OperationClass,
): IdempotencyPolicy["onReplay"] {
  const leaf = leafAt(block, "onReplayNotFound");
  if (leaf === undefined) return undefined;
  if (operation.method === "delete" && kind !== "unsafe") return { use: policyFeature("replayNotFound") };
  if (leaf.layer.kind === "operations")
    planning.findings.addFor(
      operation.operationId ?? operation.key,
      { path: leaf.path, spot: { of: "key" } },
      {
        code: "P301",
        message: `\`onReplayNotFound\` speaks of a DELETE that is repeated, and ${operation.method === "delete" ? "an unsafe one" : `a ${operation.method.toUpperCase()}`} says nothing by a 404, for {operations}`,
        fix: "take it out",
      },
    );
  return undefined;
}
