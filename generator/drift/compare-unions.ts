/** `anyOf` and `oneOf`: members that came, went, or changed. */
import type { Pair, Place } from "./compare-shapes.ts";
import { matchMembers } from "./match-members.ts";
import type { Shape } from "./schema-shape.ts";
import { type Part, partOf, type Slot } from "./schema-slot.ts";
import { typeText } from "./type-text.ts";

/** True when the unions are all there is to compare. */
export function compareUnions(pair: Pair): boolean {
  const { comparison, unit, before, after, base, revision, at, pointers } = pair;
  if (before.union && after.union) {
    const matched = matchMembers(partsAt(base, before), partsAt(revision, after), comparison);
    for (const [old, now] of matched.pairs) comparison.compare(unit, old, now, at);
    for (const member of matched.removed) tellMember(pair, "removed", member, at);
    for (const member of matched.added) tellMember(pair, "added", member, at);
    return false;
  }
  if (!before.union && !after.union) return false;
  const isAll = isAlone(after.union ? after : before);
  if (isAll && compareWrapping(pair)) return true;
  const [name, effect] = after.union ? (["union-added", "narrow"] as const) : (["union-removed", "widen"] as const);
  if (!isAll) {
    const says = after.union ? "must be one of several forms too" : "need no longer be one of several forms";
    comparison.tell(unit, { name, effect, ...pointers, at, says });
    return false;
  }
  if (Object.keys(before).length === 0 || Object.keys(after).length === 0) return false;
  const [earlier, later] = [typeText(base, comparison.base), typeText(revision, comparison.revision)];
  const says = `is ${later} instead of ${earlier}`;
  comparison.tell(unit, {
    name: "type-changed",
    effect: "incomparable",
    ...pointers,
    before: earlier,
    after: later,
    at,
    says,
  });
  return true;
}

/** One schema became a member of a union, or the other way round; true when that is what happened. */
export function compareWrapping(place: Place): boolean {
  const { comparison, unit, base, revision, at } = place;
  const before = comparison.base.ids.shapes.of(base.schema);
  const after = comparison.revision.ids.shapes.of(revision.schema);
  if (before.union === undefined && after.union !== undefined && isAlone(after) && revision.name === undefined) {
    const matched = matchMembers([base], partsAt(revision, after), comparison);
    const [kept] = matched.pairs;
    if (!kept) return false;
    comparison.compare(unit, ...kept, at);
    for (const member of matched.added) tellMember(place, "added", member, at);
    return true;
  }
  if (after.union === undefined && before.union !== undefined && isAlone(before) && base.name === undefined) {
    const matched = matchMembers(partsAt(base, before), [revision], comparison);
    const [kept] = matched.pairs;
    if (!kept) return false;
    comparison.compare(unit, ...kept, at);
    for (const member of matched.removed) tellMember(place, "removed", member, at);
    return true;
  }
  return false;
}

/** Nothing beside the union but what goes with it. */
function isAlone(shape: Shape): boolean {
  for (const key in shape) if (key !== "union" && key !== "types" && key !== "discriminator") return false;
  return true;
}

function partsAt(slot: Slot, shape: Shape): Part[] {
  return (shape.union ?? []).map((member) => partOf(slot, member));
}

function tellMember({ comparison, unit }: Place, what: "added" | "removed", member: Part, at: string): void {
  if (what === "added") {
    const after = typeText(member, comparison.revision);
    const told = { revision: member.pointer, after, at, says: `may be ${after} too` };
    comparison.tell(unit, { ...told, name: "union-member-added", effect: "widen" });
  } else {
    const before = typeText(member, comparison.base);
    const told = { base: member.pointer, before, at, says: `is no longer ${before}` };
    comparison.tell(unit, { ...told, name: "union-member-removed", effect: "narrow" });
  }
}
