import type { ApiDocument, SpecOperation } from "../model.ts";
import { refsOf } from "./schema-walk.ts";

/** Names of all schemas that answers of these operations refer to, directly or not. */
export function answerSchemas(document: ApiDocument, operations: readonly SpecOperation[]): ReadonlySet<string> {
  const roots = operations.flatMap(({ responses }) =>
    responses.flatMap(({ content }) =>
      content.flatMap(({ schema, itemSchema }) => [schema ?? [], itemSchema ?? []].flat()),
    ),
  );
  const reached = new Set<string>();
  const queue = roots.flatMap((schema) => [...refsOf(schema)]);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const schema = document.schemas.get(name);
    if (schema === undefined || reached.has(name)) continue;
    reached.add(name);
    queue.push(...refsOf(schema));
  }
  return reached;
}
