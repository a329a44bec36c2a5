import type { ApiDocument } from "../model.ts";
import type { ComparisonContext } from "./comparison-context.ts";
import type { Half } from "./schema-comparison.ts";
import { nameOf, pointerOfName } from "./schema-slot.ts";

/** Named schemas to which no operation leads: not in the client, and told so that nothing of a document is silent. */
export function compareUnreached(context: ComparisonContext): void {
  const { base, revision } = context.schemas;
  const [old, now] = [idsOf(base), idsOf(revision)];
  const [before, after] = [new Set(old.values()), new Set(now.values())];
  const gone = [...old].filter(([name, id]) => !now.has(name) && !after.has(id)).map(([name]) => name);
  const fresh = [...now].filter(([name, id]) => !old.has(name) && !before.has(id)).map(([name]) => name);
  const changed = [...old].filter(([name, id]) => now.has(name) && now.get(name) !== id).map(([name]) => name);
  const used = reached(context.base, [...gone, ...changed]);
  const needed = reached(context.revision, [...fresh, ...changed]);
  const tell = (name: string, rule: string, says: string): void => {
    const pointer = pointerOfName(name);
    const pointers = { ...(old.has(name) ? { base: pointer } : {}), ...(now.has(name) ? { revision: pointer } : {}) };
    context.tell({ name: rule, effect: "none", ...pointers, direction: "both", subject: `schema ${name}`, says });
  };
  for (const name of gone) if (!used.has(name)) tell(name, "schema-removed", "is gone");
  for (const name of fresh) if (!needed.has(name)) tell(name, "schema-added", "is new");
  for (const name of changed) if (!used.has(name) && !needed.has(name)) tell(name, "schema-changed", "is different");
}

function idsOf({ schemas, ids }: Half): Map<string, string> {
  return new Map([...schemas].map(([name, schema]) => [name, ids.of({ schema, pointer: "" })]));
}

/** Those of the names to which an operation leads, also through schemas that `allOf` takes in. */
function reached(document: ApiDocument, names: readonly string[]): Set<string> {
  const wanted = new Set(names);
  const seen = new Set<string>();
  const stack: object[] = [document.operations, document.webhooks ?? []];
  while (wanted.size > 0) {
    const holder = stack.pop();
    if (holder === undefined) break;
    for (const member of Object.values(holder)) {
      if (typeof member === "object" && member !== null) stack.push(member);
      const name = typeof member === "string" ? nameOf(member) : undefined;
      if (name === undefined || seen.has(name)) continue;
      seen.add(name);
      wanted.delete(name);
      stack.push(document.schemas.get(name) ?? {});
    }
  }
  return seen;
}
