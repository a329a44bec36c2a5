/** What each change means to a client: one table for all edits, in the order in which rows are tried. */
import type { Edit, Fact } from "./edit.ts";
import { accessLaw } from "./law-access.ts";
import { operationLaw } from "./law-operation.ts";
import type { LawRow } from "./law-row.ts";
import { schemaLaw } from "./law-schema.ts";

export const law: readonly LawRow[] = [...operationLaw, ...accessLaw, ...schemaLaw];

const byEdit = new Map<string, LawRow[]>();
for (const one of law) byEdit.set(one.edit, [...(byEdit.get(one.edit) ?? []), one]);

/** For what no row is written for: it is not taken for harmless. */
export const unknownRow: Omit<LawRow, "edit" | "direction"> = {
  rule: "unknown-change",
  severity: "risky",
  why: "what this change means to a client cannot be told",
  fix: "compare the two documents at this place",
};

/** The row for an edit. */
export function judge(
  edit: Pick<Edit, "name" | "direction">,
  facts: ReadonlySet<Fact>,
): Omit<LawRow, "edit" | "direction"> {
  const rows = byEdit.get(edit.name) ?? [];
  const fits = ({ direction, when = [] }: LawRow): boolean =>
    (direction === "any" || direction === edit.direction) && when.every((fact) => facts.has(fact));
  return rows.find(fits) ?? unknownRow;
}
