import type { Half, SchemaComparison } from "./schema-comparison.ts";
import { type Part, slotOf } from "./schema-slot.ts";

interface Matched {
  readonly pairs: readonly (readonly [base: Part, revision: Part])[];
  readonly removed: readonly Part[];
  readonly added: readonly Part[];
}

/** More than this are not compared each with each. */
const MAX_COMPARED = 60;

/** Which member of a union became which: by meaning, name, tag, and at last by likeness. */
export function matchMembers(base: readonly Part[], revision: readonly Part[], comparison: SchemaComparison): Matched {
  const pairs: [Part, Part][] = [];
  let removed = [...base];
  let added = [...revision];
  const pass = (keyOf: (part: Part, half: Half) => string | undefined): void => {
    const waiting = new Map<string, Part[]>();
    for (const part of added) {
      const key = keyOf(part, comparison.revision);
      if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), part]);
    }
    const taken = new Set<Part>();
    removed = removed.filter((part) => {
      const key = keyOf(part, comparison.base);
      const found = key === undefined ? undefined : waiting.get(key)?.shift();
      if (!found) return true;
      pairs.push([part, found]);
      taken.add(found);
      return false;
    });
    added = added.filter((part) => !taken.has(part));
  };
  pass((part, half) => half.ids.of(part));
  pass((part, half) => slotOf(part, half.schemas).name);
  pass(tagOf);
  if (removed.length <= MAX_COMPARED && added.length <= MAX_COMPARED) {
    for (const part of [...removed]) {
      const found = mostAlike(part, added, comparison);
      if (!found) continue;
      pairs.push([part, found]);
      removed.splice(removed.indexOf(part), 1);
      added.splice(added.indexOf(found), 1);
    }
  }
  return { pairs, removed, added };
}

/** The constant property that tells a member from the others. */
function tagOf(part: Part, half: Half): string | undefined {
  const shape = half.ids.shapes.of(slotOf(part, half.schemas).schema);
  for (const [name, property] of shape.properties ?? []) {
    if (!shape.required?.has(name) && name !== "type" && name !== "object") continue;
    const { values } = half.ids.shapes.of(slotOf(property, half.schemas).schema);
    if (values?.size === 1) return `${name}=${[...values.keys()][0]}`;
  }
  return undefined;
}

/** Of the same types and, among objects, with at least half of the properties in common. */
function mostAlike(part: Part, candidates: readonly Part[], comparison: SchemaComparison): Part | undefined {
  const shape = comparison.base.ids.shapes.of(comparison.slotOfBase(part).schema);
  let best: Part | undefined;
  let likeness = 0.5;
  for (const candidate of candidates) {
    const other = comparison.revision.ids.shapes.of(comparison.slotOfRevision(candidate).schema);
    if (shape.types === undefined || shape.types.join() !== other.types?.join()) continue;
    const names = [...(shape.properties?.keys() ?? [])];
    const common = names.filter((name) => other.properties?.has(name)).length;
    const all = names.length + (other.properties?.size ?? 0) - common;
    const score = all === 0 ? 1 : common / all;
    if (score < likeness || (best && score === likeness)) continue;
    best = candidate;
    likeness = score;
  }
  return best;
}
