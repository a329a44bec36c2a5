import type { Pair } from "./compare-shapes.ts";
import type { SchemaComparison, Tell } from "./schema-comparison.ts";
import type { Part } from "./schema-slot.ts";

/** By which property, and by which values of it, the members of a union are told apart. */
export function compareDiscriminator({ comparison, unit, before, after, at, pointers }: Pair): void {
  const [old, now] = [before.discriminator, after.discriminator];
  const tell = (edit: Omit<Tell, "at" | "base" | "revision">): void =>
    comparison.tell(unit, { ...edit, ...pointers, at });
  if (!old && !now) return;
  if (!old || !now) {
    const name = old ? "discriminator-removed" : "discriminator-added";
    const property = (old ?? now)?.propertyName ?? "";
    const says = old ? "is no longer told apart by" : "is told apart by";
    const told = old ? { before: property } : { after: property };
    tell({ name, effect: "unknown", says: `${says} ${JSON.stringify(property)}`, ...told });
    return;
  }
  if (old.propertyName !== now.propertyName) {
    const told = { before: old.propertyName, after: now.propertyName };
    const says = `is told apart by ${JSON.stringify(told.after)} instead of ${JSON.stringify(told.before)}`;
    tell({ name: "discriminator-property-changed", effect: "incomparable", says, ...told });
  }
  const tags = new Map(Object.entries(old.mapping ?? {}));
  const later = new Map(Object.entries(now.mapping ?? {}));
  for (const [tag, target] of tags) {
    const found = later.get(tag);
    const quoted = JSON.stringify(tag);
    if (found === undefined) {
      const says = `no longer has the tag ${quoted}`;
      tell({ name: "discriminator-mapping-removed", effect: "narrow", before: tag, says });
    } else if (!leadToTheSame(comparison, target, found)) {
      const told = { before: { [tag]: target }, after: { [tag]: found } };
      const says = `has another schema for the tag ${quoted}`;
      tell({ name: "discriminator-mapping-changed", effect: "incomparable", says, ...told });
    }
  }
  for (const tag of later.keys()) {
    if (tags.has(tag)) continue;
    const says = `has the new tag ${JSON.stringify(tag)}`;
    tell({ name: "discriminator-mapping-added", effect: "widen", after: tag, says });
  }
}

/** By name, since a change inside is told there, or by meaning, since names may change. */
function leadToTheSame(comparison: SchemaComparison, base: string, revision: string): boolean {
  const part = ($ref: string): Part => ({ schema: { $ref }, pointer: "" });
  return base === revision || comparison.areEqual(part(base), part(revision));
}
