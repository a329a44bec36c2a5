/** Two schemas at one place, as shapes. */
import { compareApplicators } from "./compare-applicators.ts";
import { compareConstraints } from "./compare-constraints.ts";
import { compareFlags } from "./compare-flags.ts";
import { compareProperties } from "./compare-properties.ts";
import { compareTypes } from "./compare-types.ts";
import { compareUnions } from "./compare-unions.ts";
import { compareValues } from "./compare-values.ts";
import type { SchemaComparison, Unit } from "./schema-comparison.ts";
import type { Shape } from "./schema-shape.ts";
import type { Slot } from "./schema-slot.ts";

/** A place of a unit, and what stands there. */
export interface Place {
  readonly comparison: SchemaComparison;
  readonly unit: Unit;
  readonly base: Slot;
  readonly revision: Slot;
  readonly at: string;
}

/** A place with its shapes, and the pointers at which edits of it are told. */
export interface Pair extends Place {
  readonly before: Shape;
  readonly after: Shape;
  readonly pointers: { readonly base: string; readonly revision: string };
}

export function compareShapes(place: Place): void {
  const { comparison, base, revision } = place;
  const before = comparison.base.ids.shapes.of(base.schema);
  const after = comparison.revision.ids.shapes.of(revision.schema);
  const pointers = { base: base.pointer, revision: revision.pointer };
  const pair: Pair = { ...place, before, after, pointers };
  compareFlags(before.said ?? {}, after.said ?? {}, pointers, place.at, (edit) => comparison.tell(place.unit, edit));
  if (compareUnions(pair) || compareTypes(pair)) return;
  compareValues(pair);
  compareConstraints(pair);
  compareProperties(pair);
  compareApplicators(pair);
}
