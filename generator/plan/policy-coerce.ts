/** `coerce`: values of answers that the program sees as another type, checked against the schemas they stand in. */
import type { Conversion } from "@couplet/runtime/codegen/v1";
import type { CoercedProperty } from "../coercion.ts";
import type { Schema, SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { answerSchemas } from "./answer-schemas.ts";
import { propertiesAt, unlikeMembers } from "./coerced-schemas.ts";
import { parseJsonPointer } from "./expression.ts";
import { type Branch, itemsOf, type Leaf, leafAt, type Node, textAt } from "./layers.ts";
import { type Planning, unknownName } from "./planning.ts";
import { expand, typesOf } from "./schema-pointer.ts";

/** What each kind of value on the wire can become, and the JSON types that hold it. */
const conversions: Readonly<Record<Conversion["from"], { to: readonly Conversion["to"][]; types: readonly string[] }>> =
  {
    epochSeconds: { to: ["Date"], types: ["integer", "number", "string"] },
    epochMilliseconds: { to: ["Date"], types: ["integer", "number", "string"] },
    iso8601: { to: ["Date"], types: ["string"] },
    int64: { to: ["bigint", "string", "number"], types: ["integer", "number", "string"] },
    decimal: { to: ["string", "number"], types: ["number", "integer", "string"] },
  };

const listed = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(" or ");

/** `operations` are those that are generated. */
export function planCoercions(
  planning: Planning,
  top: Branch,
  operations: readonly SpecOperation[],
): CoercedProperty[] {
  const planned = new Map<string, Planned>();
  for (const node of itemsOf(leafAt(top, "coerce"))) {
    const property = planOne(planning, node);
    if (property === undefined) continue;
    const key = JSON.stringify([property.schema, property.path]);
    const known = planned.get(key);
    if (known === undefined) planned.set(key, { property, node });
    else if (JSON.stringify(known.property) !== JSON.stringify(property))
      planning.findings.addClash(known.node.path, node.path, {
        code: "P301",
        message: `\`${property.schema}.${property.path.join("/")}\` is coerced twice, in different ways`,
        fix: "take one of them out",
      });
  }
  const all = [...planned.values()];
  checkUnions(planning, all);
  checkUse(planning, all, operations);
  return all.map(({ property }) => property);
}

function planOne(planning: Planning, node: Node): CoercedProperty | undefined {
  const { document, findings } = planning;
  const [schemaLeaf, fieldLeaf, toLeaf, fromLeaf] = ["schema", "field", "to", "from"].map((key) => leafAt(node, key));
  if (!schemaLeaf || !fieldLeaf || !toLeaf || !fromLeaf) return undefined;
  const name = textAt(schemaLeaf) ?? "";
  const schema = document.schemas.get(name);
  if (schema === undefined) {
    if (![...planning.documents.values()].some((other) => other.schemas.has(name)))
      unknownName(planning, schemaLeaf, "schema", name, document.schemas.keys());
    return undefined;
  }
  const from = String(fromLeaf.value) as Conversion["from"];
  const to = String(toLeaf.value) as Conversion["to"];
  const { to: possible, types } = conversions[from];
  if (!possible.includes(to)) {
    findings.add(
      { path: toLeaf.path },
      { code: "P003", message: `\`${from}\` cannot become a \`${to}\``, fix: `write ${listed(possible)}` },
    );
    return undefined;
  }
  const field = String(fieldLeaf.value);
  const path = field.startsWith("/") ? (parseJsonPointer(field) ?? [field]) : [field];
  const found = propertiesAt(schema, path);
  if (found.kind === "absent") {
    reportAbsent(planning, fieldLeaf, name, schema, found);
    return undefined;
  }
  const expanded = found.schemas.flatMap((one) => expand(document, one));
  const values = expanded.some((one) => typesOf([one]).has("array"))
    ? expanded.flatMap((one) => (one.items ? expand(document, one.items) : []))
    : expanded;
  const wire = new Set([...typesOf(values)].filter((type) => type !== "null"));
  const fits = [...wire].some((type) => types.includes(type));
  if (wire.size > 0 && !fits) {
    findings.add(
      { path: fromLeaf.path },
      {
        code: "P410",
        message: `\`${field}\` of \`${name}\` is ${[...wire].join(" or ")}, which holds no \`${from}\``,
        fix: "correct `from`, or repair the document",
      },
    );
    return undefined;
  }
  const isText = wire.has("string") && !wire.has("integer") && !wire.has("number");
  const nullable = values.some((one) => typesOf([one]).has("null") || one.enum?.includes(null) || one.const === null);
  return {
    schema: name,
    path,
    value: { from, to, ...(isText ? { text: true as const } : {}), ...(nullable ? { nullable: true as const } : {}) },
  };
}

function reportAbsent(
  planning: Planning,
  leaf: Leaf,
  name: string,
  schema: Schema,
  { token, known }: { readonly token: string; readonly known: readonly string[] },
): void {
  const { document } = planning;
  const owner = [...document.schemas].find(
    ([other, one]) =>
      other !== name &&
      expand(document, schema).includes(one) &&
      one.properties &&
      Object.hasOwn(one.properties, token),
  )?.[0];
  const near = nearest(token, known);
  planning.findings.add(
    { path: leaf.path },
    {
      code: "P410",
      message: `the schema \`${name}\` itself has no property \`${token}\``,
      fix:
        owner !== undefined
          ? `it comes from \`${owner}\`: write \`schema: ${owner}\``
          : near
            ? `did you mean \`${near}\`?`
            : known.length > 0
              ? `it has: ${known.slice(0, 8).join(", ")}`
              : "name the schema whose property it is",
    },
  );
}

interface Planned {
  readonly property: CoercedProperty;
  readonly node: Node;
}

/** P205: nothing comes of a value that no answer holds. */
function checkUse(planning: Planning, all: readonly Planned[], operations: readonly SpecOperation[]): void {
  if (all.length === 0) return;
  const answered = answerSchemas(planning.document, operations);
  for (const { property, node } of all)
    if (!answered.has(property.schema))
      planning.findings.warn(
        { path: node.path },
        {
          code: "P205",
          message: `no answer holds \`${property.schema}\`, and only answers are coerced`,
          fix: "take it out, or name the schema that answers have",
        },
      );
}

/** Where nothing tells the members of a union apart, a value that one coerces must be coerced in all that have it. */
function checkUnions(planning: Planning, all: readonly Planned[]): void {
  if (all.length === 0) return;
  const unlike = unlikeMembers(
    planning.document,
    all.map(({ property }) => property),
  );
  for (const { property, node } of all) {
    const other = unlike.get(property);
    if (other === undefined) continue;
    planning.findings.add(
      { path: node.path },
      {
        code: "P301",
        message: `${other === "" ? "another schema" : `\`${other}\``} that holds for the same values as \`${property.schema}\` has \`${property.path[0]}\` too, not coerced`,
        fix:
          other === ""
            ? "give it a name in the document and coerce it there too"
            : `coerce it in \`${other}\` in the same way, or take this out`,
      },
    );
  }
}
