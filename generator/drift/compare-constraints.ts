import type { Json } from "../model.ts";
import type { Pair } from "./compare-shapes.ts";
import type { Effect } from "./finding.ts";
import type { Shape } from "./schema-shape.ts";
import { boundWitness } from "./witness.ts";

/** Formats that take all values of another. */
const WIDER: Readonly<Record<string, string>> = { int32: "int64", float: "double" };

const COUNTS = ["minLength", "minItems", "minProperties", "maxLength", "maxItems", "maxProperties"] as const;

/** Formats, patterns and bounds: what TypeScript does not see. */
export function compareConstraints(pair: Pair): void {
  compareFormat(pair);
  const { before, after } = pair;
  compareText(pair, "pattern", before.texts?.pattern, after.texts?.pattern);
  compareBound(pair, "minimum", lowest(before), lowest(after), "min");
  compareBound(pair, "maximum", highest(before), highest(after), "max");
  for (const key of COUNTS) {
    const kind = key.startsWith("min") ? "min" : "max";
    compareBound(pair, key, limit(before.bounds?.[key]), limit(after.bounds?.[key]), kind);
  }
  compareMultiple(pair);
  if (before.uniqueItems !== after.uniqueItems) {
    const added = after.uniqueItems === true;
    const says = added ? "must have different items" : "may have equal items";
    tell(pair, added ? "unique-items-added" : "unique-items-removed", added ? "narrow" : "widen", says);
  }
}

interface Limit {
  readonly value: number;
  readonly isExclusive: boolean;
}

function limit(value: number | undefined): Limit | undefined {
  return value === undefined ? undefined : { value, isExclusive: false };
}

function lowest({ bounds }: Shape): Limit | undefined {
  const { minimum, exclusiveMinimum } = bounds ?? {};
  if (exclusiveMinimum === undefined || (minimum !== undefined && minimum > exclusiveMinimum)) return limit(minimum);
  return { value: exclusiveMinimum, isExclusive: true };
}

function highest({ bounds }: Shape): Limit | undefined {
  const { maximum, exclusiveMaximum } = bounds ?? {};
  if (exclusiveMaximum === undefined || (maximum !== undefined && maximum < exclusiveMaximum)) return limit(maximum);
  return { value: exclusiveMaximum, isExclusive: true };
}

function compareBound(
  pair: Pair,
  key: string,
  before: Limit | undefined,
  after: Limit | undefined,
  kind: "min" | "max",
): void {
  if (before?.value === after?.value && before?.isExclusive === after?.isExclusive) return;
  const isTight = after !== undefined && (before === undefined || isTighter(after, before, kind));
  const text = (bound: Limit | undefined): string =>
    bound === undefined ? "none" : `${bound.value}${bound.isExclusive ? " (exclusive)" : ""}`;
  const name = `${dashed(key)}-${isTight ? "tightened" : "loosened"}`;
  const says = `${key} is ${text(after)} instead of ${text(before)}`;
  const witness = boundWitness(key, isTight ? before : after, isTight ? after : before, isTight, pair);
  const told = { ...limitAs(before, "before"), ...limitAs(after, "after") };
  tell(pair, name, isTight ? "narrow" : "widen", `has another limit: ${says}`, told, witness);
}

function limitAs(bound: Limit | undefined, key: "before" | "after"): { before?: Json; after?: Json } {
  if (bound === undefined) return {};
  return { [key]: bound.isExclusive ? { exclusive: bound.value } : bound.value };
}

function isTighter(a: Limit, b: Limit, kind: "min" | "max"): boolean {
  if (a.value === b.value) return a.isExclusive;
  return kind === "min" ? a.value > b.value : a.value < b.value;
}

function compareMultiple(pair: Pair): void {
  const [before, after] = [pair.before.multipleOf, pair.after.multipleOf];
  if (before === after) return;
  const isTight = before === undefined || (after !== undefined && after % before === 0);
  const isLoose = after === undefined || (before !== undefined && before % after === 0);
  const name = isTight ? "multiple-of-tightened" : isLoose ? "multiple-of-loosened" : "multiple-of-changed";
  const effect = isTight ? "narrow" : isLoose ? "widen" : "incomparable";
  tell(pair, name, effect, `has another step: multipleOf is ${after ?? "none"} instead of ${before ?? "none"}`, {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

function compareText(pair: Pair, key: string, before: string | undefined, after: string | undefined): void {
  if (before === after) return;
  if (before === undefined && after !== undefined) {
    tell(pair, `${key}-added`, "narrow", `must have the ${key} ${JSON.stringify(after)}`, { after });
  } else if (after === undefined && before !== undefined) {
    tell(pair, `${key}-removed`, "widen", `no longer has the ${key} ${JSON.stringify(before)}`, { before });
  } else if (before !== undefined && after !== undefined) {
    const says = `has the ${key} ${JSON.stringify(after)} instead of ${JSON.stringify(before)}`;
    tell(pair, `${key}-changed`, "unknown", says, { before, after });
  }
}

function compareFormat(pair: Pair): void {
  const [before, after] = [pair.before.texts?.format, pair.after.texts?.format];
  if (before === after) return;
  if (before === undefined && after !== undefined) {
    tell(pair, "format-added", "narrow", `has the format ${JSON.stringify(after)}`, { after });
  } else if (after === undefined && before !== undefined) {
    tell(pair, "format-removed", "widen", `no longer has the format ${JSON.stringify(before)}`, { before });
  } else if (before !== undefined && after !== undefined) {
    const effect = WIDER[before] === after ? "widen" : WIDER[after] === before ? "narrow" : "incomparable";
    const name = effect === "incomparable" ? "format-changed" : `format-${effect}ed`;
    const says = `has the format ${JSON.stringify(after)} instead of ${JSON.stringify(before)}`;
    tell(pair, name, effect, says, { before, after });
  }
}

function tell(
  { comparison, unit, pointers, at }: Pair,
  name: string,
  effect: Effect,
  says: string,
  told: { before?: Json; after?: Json } = {},
  witness?: ReturnType<typeof boundWitness>,
): void {
  comparison.tell(unit, { name, effect, ...pointers, at, says, ...told, ...(witness ? { witness } : {}) });
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
