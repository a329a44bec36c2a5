/** What a client makes of a sample answer whose values the policy coerces, worked out from the schemas alone. */
import type { CoercedValue } from "../coercion.ts";
import type { Json, JsonObject, Schema } from "../model.ts";
import { conforms } from "./conforms.ts";
import { ownProperty, refTarget, type Types } from "./schema-shape.ts";

const maxDepth = 60;

/** In JSON: a date is `{ "$date": … }`, a bigint `{ "$bigint": … }`. The same value where nothing is coerced. */
export function coercedSample(schema: Schema, value: Json, types: Types, depth = 0): Json {
  const { coerced } = schema;
  if (coerced !== undefined) return value === null ? null : convert(coerced, value);
  if (typeof value !== "object" || value === null || depth > maxDepth) return value;
  const into = (part: Schema, member: Json): Json => coercedSample(part, member, types, depth + 1);
  const target = refTarget(schema);
  let result: Json = value;
  for (const part of [target === undefined ? undefined : types.get(target)?.schema, ...(schema.allOf ?? [])])
    if (part !== undefined) result = merge(value, result, into(part, value));
  for (const union of [schema.anyOf, schema.oneOf]) {
    const chosen = union?.find((part) => conforms(part, value, types));
    if (chosen !== undefined) result = merge(value, result, into(chosen, value));
  }
  if (Array.isArray(value)) {
    const part = (index: number): Schema | undefined => schema.prefixItems?.[index] ?? schema.items;
    return merge(
      value,
      result,
      value.map((item: Json, index: number) => into(part(index) ?? {}, item)),
    );
  }
  const extra = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  const members = Object.entries(value as JsonObject).map(([name, member]) => {
    const part = ownProperty(schema.properties, name) ?? extra;
    return [name, part === undefined ? member : into(part, member)] as const;
  });
  return merge(value, result, Object.fromEntries(members));
}

/** Two views of a value, each of which has changed other members of it. */
function merge(value: Json, one: Json, other: Json): Json {
  if (typeof value !== "object" || value === null || one === value) return other;
  if (other === value) return one;
  const isList = Array.isArray(value);
  const members = Object.entries(value).map(([key, member]) => {
    const [a, b] = [one, other].map((view) => ownProperty(view as JsonObject, key) ?? member) as [Json, Json];
    return [
      key,
      JSON.stringify(a) === JSON.stringify(member)
        ? b
        : JSON.stringify(b) === JSON.stringify(member)
          ? a
          : merge(member, a, b),
    ];
  });
  return isList ? members.map(([, member]) => member as Json) : (Object.fromEntries(members) as JsonObject);
}

function convert({ from, to }: CoercedValue, value: Json): Json {
  const number = Number(value);
  switch (to) {
    case "Date":
      return {
        $date: new Date(
          from === "iso8601" ? String(value) : from === "epochSeconds" ? number * 1000 : number,
        ).toISOString(),
      };
    case "bigint":
      return { $bigint: String(value) };
    case "number":
      return number;
    case "string":
      return String(value);
  }
}
