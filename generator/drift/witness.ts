/** Values that one side takes and the other refuses. Only where the schema says so little that it is sure. */
import type { Json } from "../model.ts";
import type { Pair } from "./compare-shapes.ts";
import type { Witness } from "./finding.ts";
import type { Shape } from "./schema-shape.ts";

export const SAMPLES: Readonly<Record<string, Json>> = {
  string: "text",
  integer: 1,
  number: 1.5,
  boolean: true,
  array: [],
  object: {},
};

/** A value of a type that only one side has. */
export function typeWitness(
  before: Shape,
  after: Shape,
  effect: "widen" | "narrow" | "incomparable",
): Witness | undefined {
  const [taking, refusing] = effect === "widen" ? [after, before] : [before, after];
  if (!says(taking, ["types"]) || taking.types === undefined || refusing.types === undefined) return undefined;
  const refused = (type: string): boolean =>
    !refusing.types?.includes(type) && !(type === "integer" && refusing.types?.includes("number"));
  const type = taking.types.find(refused);
  if (type === undefined) return undefined;
  return witness(SAMPLES[type] ?? null, effect === "widen" ? "revision" : "base");
}

/** A value of an enumeration that nothing else limits. */
export function valueWitness(
  value: Json,
  taking: Shape,
  refusing: Shape,
  acceptedBy: Witness["acceptedBy"],
): Witness | undefined {
  const sure = says(taking, ["types", "values"]) && says(refusing, ["types", "values"]);
  return sure ? witness(value, acceptedBy) : undefined;
}

interface Limit {
  readonly value: number;
  readonly isExclusive: boolean;
}

/** A value between two limits: `tight` refuses it, `loose` (or no limit) takes it. */
export function boundWitness(
  key: string,
  loose: Limit | undefined,
  tight: Limit | undefined,
  isTightened: boolean,
  { before, after }: Pair,
): Witness | undefined {
  if (tight === undefined || !says(before, ["types", "bounds"]) || !says(after, ["types", "bounds"])) return undefined;
  if (Object.keys(before.bounds ?? {}).length > 1 || Object.keys(after.bounds ?? {}).length > 1) return undefined;
  const type = before.types?.length === 1 && before.types.join() === after.types?.join() ? before.types[0] : undefined;
  const value = beyond(key, type, tight, loose);
  return value === undefined ? undefined : witness(value, isTightened ? "base" : "revision");
}

function beyond(key: string, type: string | undefined, tight: Limit, loose: Limit | undefined): Json | undefined {
  const sign = key.startsWith("min") ? -1 : 1;
  if (key === "minimum" || key === "maximum") {
    if (type !== "integer" && type !== "number") return undefined;
    // The loose limit itself, or a step behind the tight one.
    if (loose === undefined) return tight.value + sign;
    if (!loose.isExclusive) return loose.value;
    const middle = (tight.value + loose.value) / 2;
    return type === "number" && middle !== loose.value ? middle : undefined;
  }
  const count = tight.value + sign;
  if (count < 0 || count > 1000) return undefined;
  if (key.endsWith("Length")) return type === "string" ? "a".repeat(count) : undefined;
  if (key.endsWith("Items")) return type === "array" ? Array.from({ length: count }, (_, index) => index) : undefined;
  if (type !== "object") return undefined;
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index]));
}

export function says(shape: Shape, keys: readonly string[]): boolean {
  return Object.keys(shape).every((key) => keys.includes(key));
}

function witness(value: Json, acceptedBy: Witness["acceptedBy"]): Witness {
  return { value, acceptedBy, rejectedBy: acceptedBy === "base" ? "revision" : "base" };
}
