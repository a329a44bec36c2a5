/** A reference of the caller's that the provider takes once: it makes a repetition harmless, and answers it with a refusal. */
import type { IdempotencyPolicy } from "@couplet/runtime/codegen/v1";
import { policyFeature, type SpecOperation } from "../model.ts";
import { defaultKey } from "../policy-defaults.ts";
import { bodyPath, checkDocumented } from "./idempotency-key.ts";
import { at, leafAt, type Node, numberAt, textAt } from "./layers.ts";
import { conditionAt, type Planning } from "./planning.ts";

export function planNatural(
  planning: Planning,
  operation: SpecOperation,
  natural: Node,
  name: string,
): Pick<IdempotencyPolicy, "key" | "onReplay"> {
  const field = textAt(natural, "field");
  const when = conditionAt(planning, natural, "duplicate");
  for (const [key, fix] of [
    ["field", "add the property of the body that carries the reference"],
    ["duplicate", "add the condition that tells the refusal of a reference that is already there"],
  ] as const)
    if (at(natural, key) === undefined && planning.source?.has([...natural.path, key]) !== true)
      planning.findings.add(
        { path: natural.path, spot: { of: "key" } },
        { code: "P003", message: `\`idempotency.natural\` lacks \`${key}\``, fix },
      );
  if (field === undefined || when === undefined) return {};
  const place = { path: leafAt(natural, "field")!.path };
  const path = bodyPath(planning, field, place);
  if (path === undefined) return {};
  if (leafAt(natural, "undocumented")?.value !== true) checkDocumented(planning, operation, "body", path, place, name);
  return {
    key: {
      in: "body",
      name: field,
      generate: "none",
      maxLength: numberAt(natural, "maxLength") ?? defaultKey.maxLength,
      put: policyFeature("bodyKey"),
      path,
    },
    onReplay: {
      use: policyFeature("replayDuplicate"),
      duplicate: { when, as: textAt(natural, "onDuplicate") === "success" ? "success" : "applied" },
    },
  };
}
