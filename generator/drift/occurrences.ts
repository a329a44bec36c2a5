import { placeBelow } from "./edit.ts";
import type { Occurrence } from "./finding.ts";
import type { Root, Unit } from "./schema-comparison.ts";

/** A way by which an operation reaches a unit. */
export interface Reach {
  readonly root: Root;
  readonly at: string;
}

/** All roots that hold a unit, each by its shortest way. */
export function reachOf(unit: Unit): Reach[] {
  const ways = new Map<Unit, string>([[unit, ""]]);
  const found: Reach[] = [];
  // Grows while it is walked: nearest first.
  for (const [held, way] of ways) {
    for (const root of held.roots) found.push({ root, at: placeBelow(root.label, way) });
    for (const { unit: holder, at } of held.holders) {
      if (!ways.has(holder)) ways.set(holder, placeBelow(at, way));
    }
  }
  return found;
}

/** As sorted data without repetitions. */
export function sortedOccurrences(occurrences: readonly Occurrence[]): Occurrence[] {
  const keys = new Map(occurrences.map((one) => [keyOf(one), one]));
  return [...keys.keys()].sort().map((key) => keys.get(key) as Occurrence);
}

function keyOf({ operation, direction, status = "", at }: Occurrence): string {
  return [operation.path, operation.method, operation.key, direction, status, at].join("\u0000");
}
