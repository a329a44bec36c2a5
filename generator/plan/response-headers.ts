/** Response headers that the document declares for successes. */
import type { HeaderShape } from "@couplet/runtime/codegen/v1";
import type { HeaderPlan, Schema, SpecOperation } from "../model.ts";
import type { TypeRegistry } from "./type-names.ts";

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Declared headers of all successes by lower-cased name; one that is declared in two ways is text. */
export function planHeaders(operation: SpecOperation, types: TypeRegistry): HeaderPlan[] {
  const found = new Map<string, HeaderPlan>();
  for (const { status, headers } of operation.responses) {
    if (!status.startsWith("2")) continue;
    for (const [name, { schema, description }] of Object.entries(headers)) {
      const key = name.toLowerCase();
      // A browser never shows cookies, and lists of them have no comma.
      if (!token.test(key) || key === "set-cookie") continue;
      const shape = shapeOf(schema, types);
      const known = found.get(key);
      const same = known === undefined || JSON.stringify(known.shape) === JSON.stringify(shape);
      const text = known?.description ?? description;
      found.set(key, {
        name: key,
        shape: same ? shape : "string",
        ...(text === undefined ? {} : { description: text }),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function shapeOf(schema: Schema, types: TypeRegistry): HeaderShape {
  const { type, items } = types.source(schema);
  if (type === "array") return [items === undefined ? "string" : scalarOf(types.source(items))];
  return scalarOf(types.source(schema));
}

function scalarOf({ type }: Schema): "string" | "number" | "boolean" {
  if (type === "integer" || type === "number") return "number";
  return type === "boolean" ? "boolean" : "string";
}
