/** The policy format as a JSON Schema (draft 2020-12), from the same schema that policies are loaded with. */
import { z } from "zod";
import { policySchema } from "./load/policy-schema.ts";

/** A node of a JSON Schema. */
export type SchemaNode = { readonly [keyword: string]: unknown };

const isNode = (value: unknown): value is SchemaNode =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNull = (node: SchemaNode): boolean => node["type"] === "null";

/** `X or null` in one node, where X is no reference and no choice: editors then tell one mistake, not two. */
function orNull(node: SchemaNode): SchemaNode | undefined {
  if (typeof node["type"] !== "string" || "const" in node) return undefined;
  const { type, enum: words, ...rest } = node;
  return Array.isArray(words) ? { enum: [...words, null], ...rest } : { type: [type, "null"], ...rest };
}

function simplify(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(simplify);
  if (!isNode(value)) return value;
  const { anyOf, ...rest } = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, simplify(child)]));
  if (!Array.isArray(anyOf)) return rest;
  const branches = (anyOf as SchemaNode[]).flatMap((branch) =>
    Array.isArray(branch["anyOf"]) ? (branch["anyOf"] as SchemaNode[]) : [branch],
  );
  const [first, second, ...others] = branches;
  const one = first && second && isNull(second) && others.length === 0 ? orNull(first) : undefined;
  return one ? { ...rest, ...one } : { ...rest, anyOf: branches };
}

export function toPolicyJsonSchema(): SchemaNode {
  const schema = z.toJSONSchema(policySchema, { target: "draft-2020-12", io: "input", unrepresentable: "any" });
  const { $schema, $defs, ...root } = simplify(schema) as SchemaNode;
  return {
    $schema,
    title: "couplet policy",
    description:
      "How to call a provider. `null` returns a key to the built-in value, `none` switches a block off, keys that start with `x-` are notes. " +
      "Durations, percentages and sizes have units. `couplet policy lint` checks more than this can say.",
    ...root,
    $defs,
  };
}

export function printPolicySchema(): string {
  return `${JSON.stringify(toPolicyJsonSchema(), null, 2)}\n`;
}
