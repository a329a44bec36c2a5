/** Reads properties of a form that the Encoding Object gives a style. https://spec.openapis.org/oas/v3.1.1.html#encoding-object */
import type { BodyMedia } from "./decode-body.ts";
import { inTwos } from "./decode-parameters.ts";
import { isNode, member, pointerTo } from "./document.ts";
import type { SchemaSet } from "./schema-set.ts";
import { kindsOf, propertyNames } from "./schema-views.ts";
import type { WireValue } from "./wire-tree.ts";

const separators: Readonly<Record<string, RegExp>> = {
  form: /,/,
  spaceDelimited: /%20|[+ ]/,
  pipeDelimited: /%7C|\|/i,
};

interface EncodingStyle {
  readonly style: string;
  readonly explode: boolean;
}

/** Undefined for a property that is written by its media type. */
function encodingStyle(media: BodyMedia, name: string): EncodingStyle | undefined {
  const encoding = member(member(media.node, "encoding"), name);
  if (!isNode(encoding)) return undefined;
  const [style, explode, allowReserved] = ["style", "explode", "allowReserved"].map((key) => member(encoding, key));
  if (style === undefined && explode === undefined && allowReserved === undefined) return undefined;
  const named = typeof style === "string" ? style : "form";
  return { style: named, explode: typeof explode === "boolean" ? explode : named === "form" };
}

/** The items or members of a delimited value; undefined when this property is not written as one. */
export function splitStyled(
  schemas: SchemaSet,
  media: BodyMedia,
  name: string,
  raw: string,
  decode: (text: string) => string,
): WireValue | undefined {
  const found = encodingStyle(media, name);
  const separator = found && !found.explode && Object.hasOwn(separators, found.style) && separators[found.style];
  if (!separator || media.schema === undefined) return undefined;
  const kinds = kindsOf(schemas.root, pointerTo(media.schema, "properties", name));
  const words = raw.split(separator);
  if (kinds.has("array")) return words.map(decode);
  if (kinds.has("object")) return new Map(inTwos(words).map(([key, value]) => [decode(key), decode(value)]));
  return undefined;
}

/** Puts the members of exploded objects below their property again: `R=1` of `color` is `color[R]`. */
export function memberNames(schemas: SchemaSet, media: BodyMedia): (name: string) => string {
  const { schema } = media;
  if (schema === undefined) return (name) => name;
  const properties = propertyNames(schemas.root, schema);
  const owners = new Map<string, string>();
  for (const property of properties) {
    const found = encodingStyle(media, property);
    if (found?.style !== "form" || !found.explode) continue;
    const inner = pointerTo(schema, "properties", property);
    if (!kindsOf(schemas.root, inner).has("object")) continue;
    for (const name of propertyNames(schemas.root, inner)) if (!properties.includes(name)) owners.set(name, property);
  }
  return (name) => {
    const owner = owners.get(name);
    return owner === undefined ? name : `${owner}[${name}]`;
  };
}
