/** Items, `not`, what of `allOf` stays apart, and conditions that no type can say. */
import { compareDiscriminator } from "./compare-discriminator.ts";
import type { Pair } from "./compare-shapes.ts";
import { placeBelow } from "./edit.ts";
import { matchMembers } from "./match-members.ts";
import { type Part, partOf, type Slot } from "./schema-slot.ts";
import { conditionsOf } from "./shape-text.ts";
import { typeText } from "./type-text.ts";

export function compareApplicators(pair: Pair): void {
  compareItems(pair);
  compareRest(pair);
  compareNot(pair);
  compareDiscriminator(pair);
  compareConditions(pair);
}

function compareItems({ comparison, unit, before, after, base, revision, at, pointers }: Pair): void {
  const any = (slot: Slot): Part => ({ schema: {}, pointer: slot.pointer });
  const pick = (slot: Slot, part: Part | undefined): Part => (part ? partOf(slot, part) : any(slot));
  if (before.items || after.items) {
    comparison.compare(unit, pick(base, before.items), pick(revision, after.items), placeBelow(at, "[]"));
  }
  const [old, now] = [before.prefix ?? [], after.prefix ?? []];
  for (let index = 0; index < Math.max(old.length, now.length); index++) {
    const [earlier, later] = [old[index], now[index]];
    const below = placeBelow(at, `[${index}]`);
    if (earlier && later) comparison.compare(unit, partOf(base, earlier), partOf(revision, later), below);
    else {
      const name = later ? "prefix-item-added" : "prefix-item-removed";
      const says = later ? "is described now" : "is no longer described";
      comparison.tell(unit, { name, effect: later ? "narrow" : "widen", ...pointers, at: below, says });
    }
  }
}

function compareRest({ comparison, unit, before, after, base, revision, at }: Pair): void {
  if (!before.all && !after.all) return;
  const [old, now] = [
    (before.all ?? []).map((part) => partOf(base, part)),
    (after.all ?? []).map((part) => partOf(revision, part)),
  ];
  const matched = matchMembers(old, now, comparison);
  for (const [earlier, later] of matched.pairs) comparison.compare(unit, earlier, later, at);
  for (const part of matched.removed) {
    const before = typeText(part, comparison.base);
    const told = {
      base: part.pointer,

      before,
      at,
      says: `need no longer be ${before} too`,
    };
    comparison.tell(unit, { ...told, name: "all-of-removed", effect: "widen" });
  }
  for (const part of matched.added) {
    const after = typeText(part, comparison.revision);
    const told = { revision: part.pointer, after, at, says: `must be ${after} too` };
    comparison.tell(unit, { ...told, name: "all-of-added", effect: "narrow" });
  }
}

function compareNot({ comparison, unit, before, after, base, revision, at, pointers }: Pair): void {
  const [old, now] = [before.not, after.not];
  if (!old && !now) return;
  if (old && now && comparison.areEqual(partOf(base, old), partOf(revision, now))) return;
  const common = { ...pointers, at };
  if (!old)
    comparison.tell(unit, { ...common, name: "not-added", effect: "narrow", says: "may not have every form (not)" });
  else if (!now)
    comparison.tell(unit, { ...common, name: "not-removed", effect: "widen", says: "may have every form (no not)" });
  else
    comparison.tell(unit, {
      ...common,
      name: "not-changed",
      effect: "unknown",
      says: "may not have other forms than before (not)",
    });
}

function compareConditions({ comparison, unit, before, after, base, revision, at, pointers }: Pair): void {
  if (!before.conditions && !after.conditions) return;
  const textOf = (pair: Pair["before"], half: Pair["comparison"]["base"], slot: Slot): Map<string, string> =>
    new Map(
      conditionsOf(pair.conditions ?? {}).map((one) => [one.key, one.text ?? half.ids.of(partOf(slot, one.schema))]),
    );
  const old = textOf(before, comparison.base, base);
  const now = textOf(after, comparison.revision, revision);
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [earlier, later] = [old.get(key), now.get(key)];
    if (earlier === later) continue;
    const kind = earlier === undefined ? "added" : later === undefined ? "removed" : "changed";
    const effect = kind === "added" ? "narrow" : kind === "removed" ? "widen" : "unknown";
    const name = key.startsWith("content") ? `${dashed(key)}-changed` : `condition-${kind}`;
    const says =
      kind === "added"
        ? `has the condition ${key}`
        : kind === "removed"
          ? `no longer has the condition ${key}`
          : `has another condition ${key}`;
    const told = { ...(earlier === undefined ? {} : { before: key }), ...(later === undefined ? {} : { after: key }) };
    comparison.tell(unit, {
      name,
      effect: key.startsWith("content") ? "incomparable" : effect,
      ...pointers,
      at,
      says,
      ...told,
    });
  }
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
