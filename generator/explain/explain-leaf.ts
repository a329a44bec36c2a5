/** One effective leaf: its value, where it comes from and what it replaced. */
import type { ApiDocument, Json, JsonObject, SpecOperation } from "../model.ts";
import type { TracedPolicy } from "../plan/policy.ts";
import type { PolicySource } from "../policy-model.ts";
import { type Origin, originOf, type Saying } from "./origin.ts";
import { isSameValue } from "./same-value.ts";

/** An operation of a version, with everything that its policy was made of. */
export interface Explained {
  readonly source: PolicySource | undefined;
  readonly document: ApiDocument;
  readonly version: string;
  readonly trace: TracedPolicy;
  /** The same version without a policy. */
  readonly builtIn: TracedPolicy;
  readonly operation: SpecOperation;
}

export interface ExplainedLeaf {
  /** As in the policy language: `retry.backoff.initial`, `errors[0].when`. */
  readonly path: string;
  readonly value: Json;
  readonly origin: Origin;
  /** Lower layers' values, and values that do not hold for this operation; the closest first. */
  readonly overrides: readonly { readonly value: Json; readonly origin: Origin }[];
}

/**
 * `sayings` are those of the layers, the highest first; `usual` is the built-in value, where it is known. A value that
 * no layer says is built-in, or derived from what they say.
 */
export function explainLeaf(
  source: PolicySource | undefined,
  path: string,
  value: Json,
  sayings: readonly Saying[],
  usual?: Json,
): ExplainedLeaf {
  const [first, ...lower] = sayings;
  const isUsual = usual === undefined ? first === undefined : isSameValue(value, usual);
  const speaks = first !== undefined && (isSameValue(first.value, value) || (first.value === "none" && !isUsual));
  // `null` goes back to the built-in value, and stands where that was decided.
  const resets = first?.value === null;
  const replaced = (speaks || resets ? lower : sayings).filter((saying) => saying.value !== null);
  const decided: Origin | undefined = speaks || resets ? originOf(source, first!.path) : undefined;
  return {
    path,
    value,
    origin: resets ? { ...decided, layer: "built-in" } : (decided ?? { layer: isUsual ? "built-in" : "derived" }),
    overrides: [
      ...replaced.map((saying) => ({ value: saying.value, origin: originOf(source, saying.path) })),
      ...(isUsual || usual === undefined ? [] : [{ value: usual, origin: { layer: "built-in" } }]),
    ],
  };
}

export type Leaf = readonly [keys: readonly string[], value: Json];

/** Maps become paths; scalars and lists are leaves. */
export function flatten(block: Json, keys: readonly string[] = []): Leaf[] {
  if (typeof block !== "object" || block === null || Array.isArray(block)) return [[keys, block]];
  return Object.entries(block as JsonObject).flatMap(([key, value]) => flatten(value, [...keys, key]));
}
