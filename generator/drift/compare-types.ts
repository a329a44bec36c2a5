import type { Pair } from "./compare-shapes.ts";
import { typeText } from "./type-text.ts";
import { typeWitness } from "./witness.ts";

/** Edits of the type itself. True when there is nothing left to compare: the values are of other kinds now. */
export function compareTypes({ comparison, unit, before, after, base, revision, pointers, at }: Pair): boolean {
  const texts = {
    before: typeText(base, comparison.base),
    after: typeText(revision, comparison.revision),
  };
  const tell = (name: string, effect: "widen" | "narrow" | "incomparable"): void => {
    const says = `is ${texts.after} instead of ${texts.before}`;
    const witness = typeWitness(before, after, effect);
    comparison.tell(unit, { name, effect, ...pointers, ...texts, at, says, ...(witness ? { witness } : {}) });
  };
  const [isAny, becameAny] = [Object.keys(before).length === 0, Object.keys(after).length === 0];
  if (isAny || becameAny) {
    if (isAny !== becameAny) tell(isAny ? "type-narrowed" : "type-widened", isAny ? "narrow" : "widen");
    return true;
  }
  if (before.types === undefined || after.types === undefined) {
    // Values and unions say of which types they are.
    const isSaid = before.types === after.types || before.values || after.values || before.union || after.union;
    if (isSaid) return false;
    const added = before.types === undefined;
    tell(added ? "type-narrowed" : "type-widened", added ? "narrow" : "widen");
    return false;
  }
  if (before.values && after.values) return false;
  const kept = before.types.filter((type) => takes(after.types ?? [], type));
  const known = after.types.filter((type) => takes(before.types ?? [], type));
  const isWide = known.length < after.types.length;
  const isNarrow = kept.length < before.types.length;
  // Integers among numbers are both.
  if (isWide && isNarrow && kept.length === 0 && known.length === 0) {
    tell("type-changed", "incomparable");
    return true;
  }
  if (isWide && isNarrow) tell("type-changed", "incomparable");
  else if (isWide) tell("type-widened", "widen");
  else if (isNarrow) tell("type-narrowed", "narrow");
  return false;
}

function takes(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === "integer" && types.includes("number"));
}
