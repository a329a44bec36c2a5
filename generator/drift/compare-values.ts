import type { Json } from "../model.ts";
import type { Pair } from "./compare-shapes.ts";
import type { Fact } from "./edit.ts";
import type { Shape } from "./schema-shape.ts";
import { valueWitness } from "./witness.ts";

/** Enumerations and constants. */
export function compareValues(pair: Pair): void {
  const { comparison, unit, before, after, pointers, at } = pair;
  const [old, now] = [before.values, after.values];
  if (!old && !now) return;
  const common = { ...pointers, at };
  if (!old || !now) {
    const values = [...(old ?? now ?? []).values()];
    const list = listText(values);
    if (now) {
      const says = `is one of ${list} only`;
      comparison.tell(unit, { ...common, name: "enum-added", effect: "narrow", after: values, says });
    } else {
      const says = `is no longer limited to ${list}`;
      comparison.tell(unit, {
        ...common,
        name: "enum-removed",
        effect: "widen",
        before: values,
        says,
        facts: openness(old),
      });
    }
    return;
  }
  const added = [...now].filter(([text]) => !old.has(text));
  const removed = [...old].filter(([text]) => !now.has(text));
  const [one, other] = [removed[0], added[0]];
  if (old.size === 1 && now.size === 1 && one && other) {
    const says = `is ${other[0]} instead of ${one[0]}`;
    const edit = { name: "const-changed", effect: "incomparable", before: one[1], after: other[1], says } as const;
    comparison.tell(unit, {
      ...common,
      ...edit,
      witness: { value: one[1], acceptedBy: "base", rejectedBy: "revision" },
    });
    return;
  }
  for (const [text, value] of added) {
    const witness = valueWitness(value, after, before, "revision");
    const edit = {
      name: "enum-value-added",
      effect: "widen",
      after: value,
      says: `has the new value ${text}`,
    } as const;
    comparison.tell(unit, { ...common, ...edit, facts: openness(old), ...(witness ? { witness } : {}) });
  }
  for (const [text, value] of removed) {
    const witness = valueWitness(value, before, after, "base");
    const edit = {
      name: "enum-value-removed",
      effect: "narrow",
      before: value,
      says: `no longer has the value ${text}`,
    } as const;
    comparison.tell(unit, { ...common, ...edit, ...(witness ? { witness } : {}) });
  }
}

/** Generated response types take unknown texts where a provider lists several. */
function openness(values: Shape["values"]): readonly Fact[] {
  const texts = [...(values?.values() ?? [])].filter((value: Json) => typeof value === "string");
  return texts.length > 1 ? ["open"] : [];
}

function listText(values: readonly Json[]): string {
  const texts = values.slice(0, 8).map((value) => JSON.stringify(value));
  return values.length > 8 ? `${texts.join(", ")} and ${values.length - 8} more` : texts.join(", ");
}
