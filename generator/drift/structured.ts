import type { Half } from "./schema-comparison.ts";
import { type Part, slotOf } from "./schema-slot.ts";

/** Whether values may be lists or objects, which styles write in several ways. Of a schema that says nothing: yes. */
export function isStructured(part: Part, half: Half, depth = 0): boolean {
  const { types, values, union } = half.ids.shapes.of(slotOf(part, half.schemas).schema);
  if (types) return types.some((type) => type === "array" || type === "object");
  if (union && depth < 8) return union.some((member) => isStructured(member, half, depth + 1));
  return values === undefined;
}
