/** The schemas of a document with everything they refer to, put together so that a JSON Schema validator can read them. */
import { isData, isObject, type ObjectValue, type Place, type Source, step, type Value } from "./source.ts";

export interface Closure {
  /** Schemas by `file#pointer`; references point into this map. */
  readonly definitions: Readonly<Record<string, unknown>>;
  /** References that lead nowhere, with the place that has them. */
  readonly broken: readonly string[];
}

/** Keys of OpenAPI objects whose members have free names. */
const nameMaps = new Set([
  ...["paths", "webhooks", "content", "responses", "headers", "callbacks", "definitions", "variables"],
  ...["parameters", "requestBodies", "links", "pathItems", "encoding", "securitySchemes", "securityDefinitions"],
]);
const schemaMaps = new Set(["properties", "patternProperties", "definitions", "$defs", "dependentSchemas"]);
const schemaLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const schemaValues = new Set([
  ...["items", "additionalProperties", "additionalItems", "not", "if", "then", "else", "contains", "propertyNames"],
  ...["unevaluatedProperties", "unevaluatedItems"],
]);
/** Words that JSON Schema does not know, or that say nothing about what is valid. */
const dropped =
  /^(example|examples|default|discriminator|xml|externalDocs|readOnly|writeOnly|nullable|deprecated|id|\$id|\$schema|x-.*)$/;

/** `modern` is JSON Schema 2020-12, where a reference has siblings. */
export function closeSchemas(source: Source, modern: boolean): Closure {
  const definitions: Record<string, unknown> = Object.create(null);
  const broken = new Set<string>();
  const seen = new Set<string>();
  const waiting: { place: Place; schema: boolean; names: boolean }[] = [];

  const push = (place: Place, schema: boolean, names = false): string => {
    const key = `${place.file}#${place.pointer}`;
    if (!seen.has(`${key} ${schema}`)) {
      seen.add(`${key} ${schema}`);
      waiting.push({ place, schema, names });
    }
    return key;
  };
  const follow = (place: Place, reference: string, schema: boolean): string | undefined => {
    const target = source.follow(place.file, reference);
    if (target === undefined) broken.add(`#${place.pointer} refers to ${reference}`);
    return target && push(target, schema);
  };

  function schemaOf(value: Value, place: Place): unknown {
    if (!isObject(value)) return value;
    const out: Record<string, unknown> = Object.create(null);
    const reference: unknown = value["$ref"];
    if (typeof reference === "string") {
      const key = follow(place, reference, true);
      if (key !== undefined) out["$ref"] = `#/definitions/${encode(key)}`;
      if (!modern) return out;
    }
    for (const [word, content] of Object.entries(value)) {
      if (dropped.test(word) || word === "$ref" || (word === "type" && content === "file")) continue;
      const list = Array.isArray(content);
      if (schemaMaps.has(word) && isObject(content)) out[word] = mapOf(content, place);
      else if ((schemaLists.has(word) || word === "items") && list)
        out[word] = content.map((one) => schemaOf(one, place));
      else out[word] = schemaValues.has(word) ? schemaOf(content, place) : content;
    }
    return out;
  }
  function mapOf(map: ObjectValue, place: Place): Record<string, unknown> {
    const out: Record<string, unknown> = Object.create(null);
    for (const [name, one] of Object.entries(map)) if (!name.startsWith("x-")) out[name] = schemaOf(one, place);
    return out;
  }

  function visit(place: Place, names: boolean): void {
    const { value } = place;
    if (typeof value !== "object" || value === null) return;
    const reference: unknown = isObject(value) && !names ? value["$ref"] : undefined;
    if (typeof reference === "string") follow(place, reference, false);
    for (const key of Object.keys(value)) {
      if (!names && isData(key)) continue;
      const inner = step(place, key);
      if (inner === undefined) continue;
      const isSchemas = /^(\/components\/schemas|\/definitions)$/.test(inner.pointer);
      if (isSchemas) for (const name of Object.keys(inner.value ?? {})) push(step(inner, name)!, true);
      else if (!names && (key === "schema" || key === "itemSchema")) push(inner, true);
      else push(inner, false, !names && nameMaps.has(key) && isObject(inner.value));
    }
  }

  push(source.root, false);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.schema) definitions[`${next.place.file}#${next.place.pointer}`] = schemaOf(next.place.value, next.place);
    else visit(next.place, next.names);
  }
  return { definitions, broken: [...broken] };
}

/** A definition's name as a token of a URI fragment. */
export function encode(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}
