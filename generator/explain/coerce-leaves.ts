/** Values of an operation's answers that the program gets as another type. */

import type { CoercedProperty } from "../coercion.ts";
import { pointerTo } from "../json-pointer.ts";
import { answerSchemas } from "../plan/answer-schemas.ts";
import { itemsOf, leafAt, textAt } from "../plan/layers.ts";
import { type Explained, type ExplainedLeaf, explainLeaf } from "./explain-leaf.ts";

/** As it stands in a policy. */
export function toCoerceMap({
  schema,
  path,
  value,
}: CoercedProperty): Record<"schema" | "field" | "from" | "to", string> {
  const [only = ""] = path;
  const plain = path.length === 1 && !only.startsWith("/");
  const field = plain ? only : pointerTo("", ...path);
  return { schema, field, from: value.from, to: value.to };
}

export function coerceLeaves({ source, trace, document, operation }: Explained): ExplainedLeaf[] {
  const { coercions } = trace.plan;
  if (coercions.length === 0) return [];
  const reached = answerSchemas(document, [operation]);
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
