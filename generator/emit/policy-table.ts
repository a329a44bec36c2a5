/** Tables of README.md and api.md about the policy. Cells are Markdown: text of a policy or document stands in code. */
import type { FactSource } from "../facts.ts";
import type { OperationPlan } from "../model.ts";
import { inlineCode } from "./markdown.ts";

export interface PolicyTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const fewOperations = 4;
export const nothing = "–";

/** A few by name, more by number. */
export function operationsCell(some: readonly OperationPlan[], all: readonly OperationPlan[]): string {
  if (some.length === all.length && all.length > 1) return `all ${all.length}`;
  return some.length <= fewOperations ? some.map(({ id }) => inlineCode(id)).join(", ") || "0" : String(some.length);
}

/** The address as code, so that no text of a policy becomes a link, and the date of the last look. */
export function sourceCell(source: FactSource | undefined): string {
  const cells = [
    ...(source?.url === undefined ? [] : [inlineCode(source.url)]),
    ...(source?.verified === undefined ? [] : [`verified ${inlineCode(source.verified)}`]),
  ];
  return cells.join(", ") || nothing;
}

/** Items with the same key together, in the order in which the keys come first. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => unknown): (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
