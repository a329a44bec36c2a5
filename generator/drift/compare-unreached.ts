import type { ApiDocument } from "../model.ts";
import type { ComparisonContext } from "./comparison-context.ts";
import type { Half } from "./schema-comparison.ts";
import { nameOf, pointerOfName } from "./schema-slot.ts";

/** Named schemas to which no operation leads: not in the client, and told so that nothing of a document is silent. */
export function compareUnreached(context: ComparisonContext): void {
  const { base, revision } = context.schemas;
  const [used, needed] = [reached(context.base), reached(context.revision)];
  const idsOf = (half: Half): Map<string, string> =>
    new Map(
      [...half.schemas.keys()].map((name) => [
        name,
        half.ids.of({ schema: half.schemas.get(name) ?? {}, pointer: "" }),
      ]),
    );
  const [old, now] = [idsOf(base), idsOf(revision)];
  const [before, after] = [new Set(old.values()), new Set(now.values())];
  const tell = (name: string, rule: string, says: string): void => {
    const pointers = {
      ...(old.has(name) ? { base: pointerOfName(name) } : {}),
      ...(now.has(name) ? { revision: pointerOfName(name) } : {}),
    };
    context.tell({ name: rule, effect: "none", ...pointers, direction: "both", subject: `schema ${name}`, says });
  };
  for (const [name, id] of old) {
    if (used.has(name)) continue;
    const later = now.get(name);
    if (later === undefined && !after.has(id)) tell(name, "schema-removed", "is gone");
    else if (later !== undefined && later !== id && !needed.has(name)) tell(name, "schema-changed", "is different");
  }
  for (const [name, id] of now) {
    if (!needed.has(name) && !old.has(name) && !before.has(id)) tell(name, "schema-added", "is new");
  }
}

/** Named schemas to which an operation leads, also through those that `allOf` takes in. */
function reached(document: ApiDocument): Set<string> {
  const names = new Set<string>();
  const stack: unknown[] = [document.operations, document.webhooks];
  for (let value = stack.pop(); stack.length > 0 || value !== undefined; value = stack.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const key of Object.keys(value)) {
      const member = (value as Readonly<Record<string, unknown>>)[key];
      if (typeof member === "object" && member !== null) stack.push(member);
      const name = typeof member === "string" ? nameOf(member) : undefined;
      if (name === undefined || names.has(name)) continue;
      names.add(name);
      stack.push(document.schemas.get(name));
    }
  }
  return names;
}
