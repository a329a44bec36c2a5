/** Objects that one side takes and the other refuses: for a key that they lack, or for a member too many. */
import type { Json, JsonObject } from "../model.ts";
import type { Pair } from "./compare-shapes.ts";
import type { Witness } from "./finding.ts";
import type { Half } from "./schema-comparison.ts";
import type { Shape } from "./schema-shape.ts";
import { effective, type Part, slotOf } from "./schema-slot.ts";
import { SAMPLES, says } from "./witness.ts";

type Side = Witness["acceptedBy"];

const FORMATS: Readonly<Record<string, Json>> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  uuid: "00000000-0000-4000-8000-000000000000",
  uri: "https://example.com/",
  email: "a@example.com",
};

/** An example is read by people. */
const mostKeys = 20;
const mostLevels = 4;

/** What `taking` takes with the least members; the other side asks for one more. */
export function missingKeyWitness(pair: Pair, taking: Side): Witness | undefined {
  const [shape, half] = sideOf(pair, taking);
  return witnessOf(pair, taking, objectOf(shape, half, 0));
}

/** The least that `taking` takes, and a member that the other side, which is closed, does not know. */
export function extraMemberWitness(pair: Pair, taking: Side, name: string, part?: Part): Witness | undefined {
  const [shape, half] = sideOf(pair, taking);
  const [refusing] = sideOf(pair, taking === "base" ? "revision" : "base");
  const isRefused = refusing.additional === false && !refusing.patterns && !refusing.properties?.has(name);
  const least = isRefused ? objectOf(shape, half, 0) : undefined;
  const other = part ?? shape.additional;
  const value = other === undefined ? "text" : other === false ? undefined : sampleOf(other, half, 0);
  return witnessOf(pair, taking, least && value !== undefined ? { ...least, [name]: value } : undefined);
}

/** A name that neither side describes. */
export function unknownName({ before, after }: Pair): string {
  let name = "other";
  while (before.properties?.has(name) || after.properties?.has(name)) name += "_";
  return name;
}

function sideOf({ comparison, before, after }: Pair, side: Side): [shape: Shape, half: Half] {
  return side === "base" ? [before, comparison.base] : [after, comparison.revision];
}

function witnessOf({ pointers }: Pair, acceptedBy: Side, value: Json | undefined): Witness | undefined {
  if (value === undefined) return undefined;
  return { value, acceptedBy, rejectedBy: acceptedBy === "base" ? "revision" : "base", pointer: pointers };
}

function objectOf(shape: Shape, half: Half, level: number): JsonObject | undefined {
  if (!says(shape, ["types", "properties", "required", "additional"]) || shape.types?.join() !== "object")
    return undefined;
  const names = [...(shape.required ?? new Map<string, string>()).keys()];
  if (names.length > mostKeys || level > mostLevels) return undefined;
  const members = names.map((name) => {
    const part = shape.properties?.get(name) ?? shape.additional;
    return [name, part === undefined ? "text" : part === false ? undefined : sampleOf(part, half, level + 1)] as const;
  });
  return members.every((member): member is [string, Json] => member[1] !== undefined)
    ? Object.fromEntries(members)
    : undefined;
}

/** A value that a schema takes where it says so little that it is sure, and in both directions. */
function sampleOf(part: Part, half: Half, level: number): Json | undefined {
  const slot = slotOf(part, half.schemas);
  const { readOnly, writeOnly } = effective(slot);
  if (readOnly || writeOnly) return undefined;
  const shape = half.ids.shapes.of(slot.schema);
  if (Object.keys(shape).length === 0) return "text";
  if (shape.values && says(shape, ["types", "values"])) return shape.values.values().next().value;
  const type = shape.types?.[0] ?? "";
  if (type === "object") return objectOf(shape, half, level);
  if (type === "array") return says(shape, ["types", "items"]) ? [] : undefined;
  if (!says(shape, ["types", "texts"]) || shape.texts?.pattern !== undefined) return undefined;
  const format = shape.texts?.format;
  return type === "string" && format !== undefined ? FORMATS[format] : SAMPLES[type];
}
