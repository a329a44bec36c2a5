/** Figures of the limits that admit an operation. */
import { pointerTo } from "../json-pointer.ts";
import type { Json, OperationPolicy } from "../model.ts";
import { textAt } from "../plan/layers.ts";
import { type Explained, type ExplainedLeaf, explainLeaf, flatten } from "./explain-leaf.ts";
import { toLimitBlock } from "./limit-block.ts";
import { type Saying, sayingsAt } from "./origin.ts";

export function limitLeaves(subject: Explained, { policy }: OperationPolicy): ExplainedLeaf[] {
  const { trace, source } = subject;
  return policy.limitedBy.flatMap((name) => {
    const limit = trace.plan.connector.rateLimits[name];
    if (limit === undefined) return [];
    return flatten(toLimitBlock(limit)).map(([keys, value]) => {
      const path = ["rateLimits", name, ...keys].join(".");
      const [family = name, member] = name.split(".");
      const sayings = firstSaid(subject, placesOf(family, member, keys));
      if (member === undefined || keys[1] !== "amount") return explainLeaf(source, path, value, sayings);
      return filledLeaf(subject, family, member, path, value);
    });
  });
}

function firstSaid({ trace }: Explained, places: readonly (readonly string[])[]): readonly Saying[] {
  return places.map((keys) => sayingsAt(trace.top, keys)).find((found) => found.length > 0) ?? [];
}

/** Where the policy may say it. A tier has the figures of its limit where it gives none; `leak` is another word for `refill`. */
function placesOf(family: string, member: string | undefined, keys: readonly string[]): readonly (readonly string[])[] {
  const limit = ["rateLimits", family];
  const ofWindow = member !== undefined && (keys[0] === "feedback" || keys[0] === "limit");
  if (ofWindow) return [[...limit, "limit", "windows", member, ...(keys[0] === "limit" ? keys.slice(1) : keys)]];
  const levels = keys[0] === "tiers" ? [keys, keys.slice(2)] : [keys];
  return levels.flatMap((one) => [
    [...limit, ...one],
    [...limit, ...one.map((key) => (key === "refill" ? "leak" : key))],
  ]);
}

/** A figure that the document gives within the policy's bound, or the bound or the default where it does not. */
function filledLeaf(subject: Explained, family: string, member: string, path: string, value: Json): ExplainedLeaf {
  const { document, operation, trace, source } = subject;
  const limit = ["rateLimits", family, "limit"];
  const extension = textAt(trace.top, ...limit, "fromExtension") ?? "";
  const members = Object.hasOwn(operation.extensions, extension) ? operation.extensions[extension] : undefined;
  const figures = new Map(Object.entries(typeof members === "object" && members !== null ? members : {}));
  if (Number.parseInt(String(figures.get(member)), 10) === value) {
    const { file, line, column } = document.locate(pointerTo(operation.pointer, extension, member));
    return { path, value, origin: { layer: "document", file, line, column }, overrides: [] };
  }
  const bounds = ["max", "default"].flatMap((key) => sayingsAt(trace.top, [...limit, "windows", member, key]));
  return explainLeaf(
    source,
    path,
    value,
    bounds.filter((bound) => bound.value === value),
  );
}
