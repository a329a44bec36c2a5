import { isMap, type JsonMap, own, setOwn, toPointer } from "./json-tree.ts";
import { resolveReference, type Target } from "./references.ts";
import { encode } from "./section-names.ts";
import type { SourceDocument } from "./source-document.ts";
import type { SourceSet } from "./source-set.ts";
import type { Structure } from "./structure.ts";

export interface MappingContext {
  readonly set: SourceSet;
  readonly source: SourceDocument;
  readonly structure: Structure;
  /** References that already go to their final name. */
  readonly done: ReadonlySet<string>;
  referTo(target: Target): string;
  warn(tokens: readonly string[], message: string): void;
}

/**
 * Turns the values of a discriminator's mapping, which may be names or references, into references.
 * A value that leads nowhere is left out: the union is still decided by its members.
 * [OpenAPI 3.1, 4.8.25](https://spec.openapis.org/oas/v3.1.1.html#discriminator-object)
 */
export function mapDiscriminator(schema: JsonMap, context: MappingContext): void {
  const { set, source, structure } = context;
  const discriminator = own(schema, "discriminator");
  const mapping = isMap(discriminator) ? own(discriminator, "mapping") : undefined;
  if (!isMap(mapping)) return;
  const section = structure.sections.schema as readonly string[];
  for (const key of Object.keys(mapping)) {
    const value = mapping[key];
    if (typeof value !== "string" || (source === set.root && context.done.has(value))) continue;
    const byName = resolveReference(set, set.root, `#${encode(toPointer([...section, value]))}`);
    const found = "value" in byName ? byName : resolveReference(set, source, value);
    if ("value" in found) setOwn(mapping, key, context.referTo(found));
    else {
      const what = `${JSON.stringify(value)}, which is not there`;
      context.warn(
        ["discriminator", "mapping", key],
        `discriminator value ${JSON.stringify(key)} maps to ${what}; it is left out`,
      );
      delete mapping[key];
    }
  }
}
