/** Schemas reduced to what they declare: names of fields and values of enumerations, for policies that want to know of others. */
import type { DeclaredNode, DeclaredShapes, ValueShape } from "@couplet/runtime/codegen/v1";
import type { ApiDocument, Schema } from "../model.ts";
import { refName } from "./schema-walk.ts";
import { tagOf } from "./union-tags.ts";

type Shape = ValueShape<{ readonly values?: readonly string[]; readonly text?: true; readonly open?: true }>;

export class DeclaredShaper {
  readonly #document: ApiDocument;
  readonly #shapes = new Map<string, readonly DeclaredNode[]>();

  constructor(document: ApiDocument) {
    this.#document = document;
  }

  /** The shapes of all names that were mentioned. */
  shapes(): DeclaredShapes {
    return Object.fromEntries([...this.#shapes].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** `isChoice`: one of several that may hold instead of each other, so that what it leaves open must be said. */
  nodesOf(schema: Schema, isChoice = false): readonly DeclaredNode[] {
    // Not what the document declares of the wire, but what the policy makes of it.
    if (schema.coerced !== undefined) return [];
    const parts = [schema.anyOf, schema.oneOf].filter((union) => union !== undefined && union.length > 0);
    const others = (schema.allOf?.length ?? 0) + parts.length + (schema.$ref === undefined ? 0 : 1);
    const nodes: DeclaredNode[] = [];
    if (schema.$ref !== undefined) nodes.push(this.#claim(refName(schema.$ref)));
    const own = this.#own(schema, isChoice && others === 0);
    if (own !== undefined) nodes.push(own);
    for (const part of schema.allOf ?? []) nodes.push(...this.nodesOf(part));
    for (const union of parts) nodes.push(...this.#unionOf(schema, union!));
    if (nodes.length < 2) return nodes;
    return [...new Map(nodes.map((node) => [JSON.stringify(node), node])).values()];
  }

  #claim(name: string): string {
    const schema = this.#document.schemas.get(name);
    if (schema !== undefined && !this.#shapes.has(name)) {
      this.#shapes.set(name, []);
      this.#shapes.set(name, this.nodesOf(schema, true));
    }
    return name;
  }

  #own(schema: Schema, isChoice: boolean): Shape | undefined {
    const types = [schema.type ?? []].flat();
    const texts = (schema.enum ?? (schema.const === undefined ? [] : [schema.const])).filter(
      (value) => typeof value === "string",
    );
    const isListed = schema.enum !== undefined || schema.const !== undefined;
    const { additionalProperties: extra, patternProperties } = schema;
    const isFree = extra === true || patternProperties !== undefined;
    const silent = types.length === 0 && !isListed && !schema.properties && !schema.items && extra === undefined;
    const open =
      isFree || (isChoice && (silent || (types.includes("object") && !schema.properties && extra !== false)));
    const text = isChoice && !isListed && (silent || types.includes("string"));
    const is = {
      // One value alone is a constant, which validators check.
      ...(texts.length > 1 && { values: texts }),
      ...(text && { text: true as const }),
      ...(open && { open: true as const }),
    };
    const items = schema.items === undefined ? [] : this.nodesOf(schema.items);
    const shape: Shape = {
      ...(Object.keys(is).length > 0 && { is }),
      ...this.#members(schema),
      ...(items.length > 0 && { items }),
      ...(typeof extra === "object" && { values: this.nodesOf(extra) }),
      ...(typeof extra === "object" && schema.properties && { except: Object.keys(schema.properties) }),
    };
    return Object.keys(shape).length === 0 ? undefined : shape;
  }

  #members({ properties, prefixItems = [] }: Schema): Pick<Shape, "properties"> {
    if (properties === undefined && prefixItems.length === 0) return {};
    const members = Object.entries(properties ?? {}).map(([name, one]) => [name, this.nodesOf(one)] as const);
    return {
      properties: Object.fromEntries([
        ...members,
        ...prefixItems.map((one, index) => [String(index), this.nodesOf(one)] as const),
      ]),
    };
  }

  #unionOf(schema: Schema, union: readonly Schema[]): DeclaredNode[] {
    const tag = union.length < 2 ? undefined : tagOf(this.#document, schema, union);
    return union.flatMap((member, index): readonly DeclaredNode[] => {
      const values = tag?.values[index] ?? [];
      const nodes = this.nodesOf(member, true);
      return tag === undefined || values.length === 0 ? nodes : [{ when: { [tag.name]: values }, same: nodes }];
    });
  }
}
