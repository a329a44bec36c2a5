/** Values of an operation's answers that the program gets as another type. */
import type { CoercedProperty } from "../coercion.ts";
import type { SpecOperation } from "../model.ts";
import { itemsOf, leafAt, textAt } from "../plan/layers.ts";
import { refsOf } from "../plan/schema-walk.ts";
import { type Explained, type ExplainedLeaf, explainLeaf } from "./explain-leaf.ts";

/** As it stands in a policy. */
export function toCoerceMap({
  schema,
  path,
  value,
}: CoercedProperty): Record<"schema" | "field" | "from" | "to", string> {
  const [only = ""] = path;
  const plain = path.length === 1 && !only.startsWith("/");
  const field = plain ? only : path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return { schema, field, from: value.from, to: value.to };
}

export function coerceLeaves({ source, trace, document, operation }: Explained): ExplainedLeaf[] {
  const { coercions } = trace.plan;
  if (coercions.length === 0) return [];
  const reached = reachedBy(operation, document.schemas);
  const nodes = itemsOf(leafAt(trace.top, "coerce"));
  return coercions
    .filter(({ schema }) => reached.has(schema))
    .map((coercion) => {
      const { schema, field, from, to } = toCoerceMap(coercion);
      const place = nodes.find((node) => textAt(node, "schema") === schema && textAt(node, "field") === field);
      const value = `${from} as ${to}`;
      return explainLeaf(source, `coerce.${schema}.${field}`, value, place ? [{ value, path: place.path }] : []);
    });
}

function reachedBy(operation: SpecOperation, schemas: Explained["document"]["schemas"]): Set<string> {
  const roots = operation.responses.flatMap(({ content }) =>
    content.flatMap(({ schema, itemSchema }) => [schema ?? [], itemSchema ?? []].flat()),
  );
  const reached = new Set<string>();
  const queue = roots.flatMap((schema) => [...refsOf(schema)]);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const schema = schemas.get(name);
    if (schema === undefined || reached.has(name)) continue;
    reached.add(name);
    queue.push(...refsOf(schema));
  }
  return reached;
}
