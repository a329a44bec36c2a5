/** Whether a value as it was written means an effective one: `1m` is `60s`. */

import { toConditionText } from "../expression-text.ts";
import type { Json } from "../model.ts";
import { parseCondition } from "../plan/expression.ts";
import { parseDuration, parsePercent, parseSize } from "../policy-model.ts";

/** Algorithms that the runtime keeps in the same way. */
const synonyms: Readonly<Record<string, string>> = { leakyBucket: "tokenBucket", fixedWindow: "slidingWindow" };

export function isSameValue(written: Json, effective: Json): boolean {
  if (written === "none" && Array.isArray(effective)) return effective.length === 0;
  const listed = Array.isArray(effective) && !Array.isArray(written) ? [written] : written;
  return JSON.stringify(canonical(listed)) === JSON.stringify(canonical(effective));
}

function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, canonical(child as Json)]);
  if (typeof value !== "string") return value;
  const figure = parseDuration(value) ?? parseSize(value) ?? parsePercent(value);
  if (figure !== undefined) return figure;
  const condition = value.startsWith("$") ? parseCondition(value) : undefined;
  return condition?.ok ? toConditionText(condition.value) : (synonyms[value] ?? value);
}
