/** A schema in a few words, for people and for fingerprints. */
import type { Half } from "./schema-comparison.ts";
import { type Part, slotOf } from "./schema-slot.ts";

export function typeText(part: Part, half: Half, depth = 0): string {
  const slot = slotOf(part, half.schemas);
  if (slot.name !== undefined) return slot.name;
  const shape = half.ids.shapes.of(slot.schema);
  if (shape.union && depth < 2) {
    const members = shape.union.slice(0, 6).map((member) => typeText(member, half, depth + 1));
    return members.join(" | ") + (shape.union.length > 6 ? " | …" : "");
  }
  if (shape.values) {
    const texts = [...shape.values.keys()];
    return texts.length > 6 ? `${texts.slice(0, 6).join(" | ")} | …` : texts.join(" | ");
  }
  if (shape.types === undefined) return Object.keys(shape).length === 0 ? "any value" : "a value";
  return shape.types
    .map((type) => {
      if (type === "array" && shape.items && depth < 2) return `array of ${typeText(shape.items, half, depth + 1)}`;
      return shape.texts?.format === undefined ? type : `${type} (${shape.texts.format})`;
    })
    .join(" | ");
}
