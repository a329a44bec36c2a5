import type { ApiDocument, Schema, SpecOperation } from "../model.ts";
import type { ComparisonContext } from "./comparison-context.ts";
import { partsOf } from "./component-groups.ts";
import type { Half } from "./schema-comparison.ts";
import { pointerOfName, slotOf } from "./schema-slot.ts";

/** Named schemas to which no operation leads: not in the client, and told so that nothing of a document is silent. */
export function compareUnreached(context: ComparisonContext): void {
  const { base, revision } = context.schemas;
  const [used, needed] = [reached(context.base, base), reached(context.revision, revision)];
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

/** Named schemas to which an operation leads. */
function reached(document: ApiDocument, half: Half): Set<string> {
  const names = new Set<string>();
  const seen = new Set<Schema>();
  const stack: Schema[] = [];
  const add = (schema: Schema | undefined): unknown => schema && stack.push(schema);
  const addOperation = (operation: SpecOperation): void => {
    for (const { schema } of operation.parameters) add(schema);
    const media = [...(operation.requestBody?.content ?? []), ...operation.responses.flatMap(({ content }) => content)];
    for (const { schema, itemSchema } of media) {
      add(schema);
      add(itemSchema);
    }
    for (const { headers } of operation.responses) for (const { schema } of Object.values(headers)) add(schema);
    for (const { operations } of operation.callbacks ?? []) operations.forEach(addOperation);
  };
  for (const operation of [...document.operations, ...(document.webhooks ?? [])]) addOperation(operation);
  for (let schema = stack.pop(); schema; schema = stack.pop()) {
    const slot = slotOf({ schema, pointer: "" }, half.schemas);
    if (slot.name !== undefined) names.add(slot.name);
    if (seen.has(slot.schema)) continue;
    seen.add(slot.schema);
    for (const part of partsOf(half.ids.shapes.of(slot.schema))) stack.push(part.schema);
  }
  return names;
}
