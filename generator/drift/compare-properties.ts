import type { Pair } from "./compare-shapes.ts";
import { type Fact, placeBelow } from "./edit.ts";
import { extraMemberWitness, missingKeyWitness, unknownName } from "./object-witness.ts";
import type { Half } from "./schema-comparison.ts";
import { effective, join, type Part, partOf, type Slot, slotOf } from "./schema-slot.ts";
import { typeText } from "./type-text.ts";

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/** Members of an object: named ones, those of a pattern, and all others. */
export function compareProperties(pair: Pair): void {
  const { comparison, unit, before, after, base, revision, at } = pair;
  const [old, now] = [before.properties ?? NONE, after.properties ?? NONE];
  for (const [name, part] of old) {
    const found = now.get(name);
    if (found === undefined) tellRemoved(pair, name, part);
    else {
      const facts: readonly Fact[] = after.required?.has(name) ? ["required"] : [];
      comparison.compare(unit, partOf(base, part), partOf(revision, found), placeBelow(at, name), facts);
    }
  }
  for (const [name, part] of now) if (!old.has(name)) tellAdded(pair, name, part);
  compareRequired(pair);
  comparePatterns(pair);
  compareAdditional(pair);
}

function tellRemoved(pair: Pair, name: string, part: Part): void {
  const { comparison, unit, base, at } = pair;
  const place = partOf(base, part);
  if (isLeftOut(place, comparison.base, pair)) return;
  const isRequired = pair.before.required?.has(name) === true;
  const witness = extraMemberWitness(pair, "base", name, part);
  comparison.tell(unit, {
    ...(witness && { witness }),
    name: "property-removed",
    effect: "incomparable",
    base: place.pointer,
    before: { type: typeText(place, comparison.base), required: isRequired },
    at: placeBelow(at, name),
    says: `is gone${renamedTo(pair, name, place)}`,
  });
}

/** The one new property of the same meaning, when the old one may have been renamed. */
function renamedTo({ comparison, before, after, base, revision }: Pair, name: string, place: Part): string {
  const id = comparison.base.ids.of(place);
  let found: string | undefined;
  for (const [other, part] of after.properties ?? NONE) {
    if (before.properties?.has(other) || comparison.revision.ids.of(partOf(revision, part)) !== id) continue;
    if (found !== undefined) return "";
    found = other;
  }
  for (const [other, part] of before.properties ?? NONE) {
    const isLikewise = other !== name && !after.properties?.has(other);
    if (isLikewise && comparison.base.ids.of(partOf(base, part)) === id) return "";
  }
  return found === undefined ? "" : `; perhaps it is called ${JSON.stringify(found)} now`;
}

function tellAdded(pair: Pair, name: string, part: Part): void {
  const { comparison, unit, revision, at, after } = pair;
  const place = partOf(revision, part);
  if (isLeftOut(place, comparison.revision, pair)) return;
  const isRequired = after.required?.has(name) === true;
  const witness = isRequired ? missingKeyWitness(pair, "base") : extraMemberWitness(pair, "revision", name, part);
  comparison.tell(unit, {
    ...(witness && { witness }),
    name: isRequired ? "required-property-added" : "property-added",
    // Closed before: what has it was refused, what lacks it is refused now.
    effect: !isRequired ? "widen" : pair.before.additional === false ? "incomparable" : "narrow",
    revision: place.pointer,
    after: { type: typeText(place, comparison.revision), required: isRequired },
    at: placeBelow(at, name),
    says: isRequired ? "is new and required" : "is new",
  });
}

function compareRequired(pair: Pair): void {
  const { comparison, unit, before, after, base, revision, at } = pair;
  const [old, now] = [before.required ?? NONE, after.required ?? NONE];
  const pointerOf = (slot: Slot, parts: ReadonlyMap<string, Part> | undefined, name: string, list?: string): string => {
    const part = parts?.get(name);
    return part ? partOf(slot, part).pointer : join(slot.pointer, list ?? "");
  };
  const names = [...now.keys()].filter((name) => !old.has(name));
  for (const name of [...names, ...[...old.keys()].filter((key) => !now.has(key))]) {
    const became = now.has(name);
    const [earlier, later] = [before.properties?.get(name), after.properties?.get(name)];
    // New and removed properties say it themselves.
    if (became ? !earlier && later : earlier && !later) continue;
    const slot = later ? slotOf(partOf(revision, later), comparison.revision.schemas) : undefined;
    if (slot && effective(slot)[unit.direction === "request" ? "readOnly" : "writeOnly"]) continue;
    const witness = missingKeyWitness(pair, became ? "base" : "revision");
    comparison.tell(unit, {
      ...(witness && { witness }),
      name: became ? "property-became-required" : "property-became-optional",
      effect: became ? "narrow" : "widen",
      base: pointerOf(base, before.properties, name, old.get(name)),
      revision: pointerOf(revision, after.properties, name, now.get(name)),
      before: !became,
      after: became,
      at: placeBelow(at, name),
      says: became ? "is required" : "is no longer required",
    });
  }
}

/** readOnly in requests, writeOnly in responses. */
function isLeftOut(part: Part, half: Half, { unit }: Pair): boolean {
  return effective(slotOf(part, half.schemas))[unit.direction === "request" ? "readOnly" : "writeOnly"] === true;
}

function comparePatterns(pair: Pair): void {
  const { comparison, unit, before, after, base, revision, at } = pair;
  const [old, now] = [before.patterns ?? NONE, after.patterns ?? NONE];
  for (const [pattern, part] of old) {
    const found = now.get(pattern);
    const place = partOf(base, part);
    const below = placeBelow(at, `[${pattern}]`);
    if (found) comparison.compare(unit, place, partOf(revision, found), below);
    else {
      const told = { base: place.pointer, before: pattern, at: below } as const;
      comparison.tell(unit, {
        ...told,
        name: "pattern-property-removed",
        effect: "unknown",
        says: "is no longer described",
      });
    }
  }
  for (const [pattern, part] of now) {
    if (old.has(pattern)) continue;
    const below = placeBelow(at, `[${pattern}]`);
    const told = { revision: partOf(revision, part).pointer, after: pattern, at: below } as const;
    comparison.tell(unit, { ...told, name: "pattern-property-added", effect: "unknown", says: "is described now" });
  }
}

function compareAdditional(pair: Pair): void {
  const { comparison, unit, before, after, base, revision, pointers, at } = pair;
  const [old, now] = [before.additional, after.additional];
  if (old === false || now === false) {
    if (old === now) return;
    const isClosed = now === false;
    const witness = extraMemberWitness(pair, isClosed ? "base" : "revision", unknownName(pair));
    comparison.tell(unit, {
      ...(witness && { witness }),
      name: isClosed ? "additional-properties-closed" : "additional-properties-opened",
      effect: isClosed ? "narrow" : "widen",
      ...pointers,
      at,
      says: isClosed ? "may have no other members" : "may have other members",
    });
    return;
  }
  if (!old && !now) return;
  const any = (slot: Slot): Part => ({ schema: {}, pointer: slot.pointer });
  const [earlier, later] = [old ? partOf(base, old) : any(base), now ? partOf(revision, now) : any(revision)];
  comparison.compare(unit, earlier, later, placeBelow(at, "[*]"));
}
