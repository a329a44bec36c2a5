/**
 * Compares schemas of two documents. The work is cut into units: a root (a body, a parameter, a header) or a pair of
 * schemas at least one of which has a name. A unit is compared once for each direction, however many operations reach it.
 */
import type { ApiDocument, Schema } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import { compareFlags } from "./compare-flags.ts";
import { compareShapes } from "./compare-shapes.ts";
import { compareWrapping } from "./compare-unions.ts";
import type { Edit, Fact } from "./edit.ts";
import type { Direction, OperationReference } from "./finding.ts";
import { SchemaIds } from "./schema-ids.ts";
import { effective, type Flags, type Part, type Schemas, type Slot, slotOf } from "./schema-slot.ts";

/** One document's half of a comparison. */
export interface Half {
  readonly schemas: Schemas;
  readonly ids: SchemaIds;
}

export interface Root {
  readonly operation: OperationReference;
  readonly status?: string;
  /** For people: `body`, `query limit`. */
  readonly label: string;
}

export interface Unit {
  readonly base: Part;
  readonly revision: Part;
  readonly direction: Direction;
  readonly isRoot: boolean;
  /** Facts that all edits of the unit have: of headers, whether they are read. */
  readonly facts: readonly Fact[];
  readonly edits: Edit[];
  /** Units that hold this one, and where. */
  readonly holders: { readonly unit: Unit; readonly at: string }[];
  readonly roots: Root[];
}

export type Tell = Omit<Edit, "direction" | "facts"> & { readonly facts?: readonly Fact[] };

export class SchemaComparison {
  readonly base: Half;
  readonly revision: Half;
  readonly units: Unit[] = [];
  readonly #known = new Map<string, Unit>();
  /** Pairs that are being compared. */
  readonly #inside = new Map<Schema, Set<Schema>>();

  constructor(base: ApiDocument, revision: ApiDocument) {
    this.base = { schemas: base.schemas, ids: new SchemaIds(base.schemas) };
    this.revision = { schemas: revision.schemas, ids: new SchemaIds(revision.schemas) };
  }

  /** A schema that an operation uses. */
  addRoot(base: Part, revision: Part, direction: Direction, root: Root, facts: readonly Fact[] = []): void {
    if (!this.areEqual(base, revision)) this.#unit(base, revision, direction, true, facts).roots.push(root);
  }

  /** Compares all units; those that they hold are added on the way. */
  run(): void {
    for (const unit of this.units) {
      if (unit.isRoot) this.compare(unit, unit.base, unit.revision, "");
      else {
        const [base, revision] = [this.slotOfBase(unit.base), this.slotOfRevision(unit.revision)];
        const pointers = { base: unit.base.pointer, revision: unit.revision.pointer };
        compareFlags(base.inner, revision.inner, pointers, "", (edit) => this.tell(unit, edit));
        compareShapes({ comparison: this, unit, base, revision, at: "" });
      }
    }
  }

  tell(unit: Unit, edit: Tell): void {
    unit.edits.push({ ...edit, direction: unit.direction, facts: [...unit.facts, ...(edit.facts ?? [])] });
  }

  areEqual(base: Part, revision: Part): boolean {
    return this.base.ids.of(base) === this.revision.ids.of(revision);
  }

  slotOfBase(part: Part): Slot {
    return slotOf(part, this.base.schemas);
  }

  slotOfRevision(part: Part): Slot {
    return slotOf(part, this.revision.schemas);
  }

  /** What stands at a place of a unit on both sides; pointers are absolute. The facts are about the place. */
  compare(unit: Unit, base: Part, revision: Part, at: string, facts: readonly Fact[] = []): void {
    if (this.areEqual(base, revision)) return;
    const [before, after] = [this.slotOfBase(base), this.slotOfRevision(revision)];
    if (isLeftOut(before, after, unit.direction)) return;
    const tell = (edit: Tell): void => this.tell(unit, { ...edit, facts: [...facts, ...(edit.facts ?? [])] });
    const pointers = { base: base.pointer, revision: revision.pointer };
    if (before.name === undefined && after.name === undefined) {
      compareFlags(effective(before), effective(after), pointers, at, tell);
      const inside = this.#inside.get(before.schema) ?? new Set();
      // Schemas that contain themselves without a name in between: `allOf` over circles makes such.
      if (inside.has(after.schema)) return;
      this.#inside.set(before.schema, inside.add(after.schema));
      compareShapes({ comparison: this, unit, base: before, revision: after, at });
      inside.delete(after.schema);
      return;
    }
    compareFlags(...saidHere(before, after), pointers, at, tell);
    if (compareWrapping({ comparison: this, unit, base: before, revision: after, at })) return;
    const inner = this.#unit(bare(before), bare(after), unit.direction, false, unit.facts);
    if (!this.areEqual(inner.base, inner.revision)) inner.holders.push({ unit, at });
  }

  #unit(base: Part, revision: Part, direction: Direction, isRoot: boolean, facts: readonly Fact[]): Unit {
    const key = [isRoot ? "root" : "", direction, facts.join(), base.pointer, revision.pointer].join(" ");
    const known = this.#known.get(key);
    if (known) return known;
    const unit: Unit = { base, revision, direction, isRoot, facts, edits: [], holders: [], roots: [] };
    this.#known.set(key, unit);
    this.units.push(unit);
    return unit;
  }
}

function bare({ schema, pointer }: Slot): Part {
  return { schema, pointer };
}

/** Not part of what goes in this direction, before and after. */
function isLeftOut(base: Slot, revision: Slot, direction: Direction): boolean {
  const key = direction === "request" ? "readOnly" : "writeOnly";
  return effective(base)[key] === true && effective(revision)[key] === true;
}

/** Flags at the place of use; a difference that the named schemas themselves have is told there. */
function saidHere(base: Slot, revision: Slot): [base: Flags, revision: Flags] {
  const [before, after] = [effective(base), effective(revision)];
  for (const key of ["nullable", "readOnly", "writeOnly", "deprecated", "default"] as const) {
    const isOfBoth = canonicalJson(base.outer[key]) === canonicalJson(revision.outer[key]);
    const isInner = canonicalJson(base.inner[key]) !== canonicalJson(revision.inner[key]);
    if (!(isOfBoth && isInner)) continue;
    delete before[key];
    delete after[key];
  }
  return [before, after];
}
