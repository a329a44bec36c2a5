import type { Json, Schema } from "../model.ts";
import type { DocumentReader } from "./document-reader.ts";
import { Findings } from "./findings.ts";
import { child, isMap, type JsonMap, type JsonValue, own, type Path } from "./json-tree.ts";
import { conditionsOf } from "./normalise-conditions.ts";
import { annotationsOf, binaryFormat, constraintsOf, typesOf, UNSUPPORTED, type Writable } from "./schema-keywords.ts";

/**
 * A schema of the upgraded document in the one dialect of `model.ts`. A keyword that the model cannot hold, or that is
 * not what JSON Schema says, is left out with a warning; the schema then admits more, never something else.
 */
export function normaliseSchema(value: JsonValue, path: Path | undefined, reader: DocumentReader): Schema {
  if (value === false) return { not: {} };
  if (!isMap(value)) {
    if (value !== true) reader.findings.group("S031", reader.place(path), "this is not a schema; any value is taken");
    return {};
  }
  const warn = (key: string, message: string): void =>
    reader.findings.group("S031", reader.place(child(path, key)), `${message}; the keyword is ignored`);
  const schema: Writable = { ...annotationsOf(value, warn) };
  const reference = own(value, "$ref");
  const rest: Writable = { ...constraintsOf(value, warn), ...applicatorsOf(value, path, reader, warn) };
  const types = typesOf(value, warn);
  if (types !== undefined) rest.type = types;
  const binary = binaryFormat(value);
  if (binary) Object.assign(rest, { type: rest.type ?? "string", format: binary });
  for (const key of Object.keys(value)) {
    if (UNSUPPORTED.has(key)) {
      reader.findings.group("S030", reader.place(child(path, key)), notChecked(key));
    }
  }
  // Nobody needs to hear of mistakes in what is not used.
  const quiet = { ...reader, findings: new Findings() };
  const conditions = conditionsOf(value, path, isComposed(value), (held, at) => normaliseSchema(held, at, quiet));
  if (conditions) schema.conditions = conditions;
  if (typeof reference !== "string") return Object.assign(schema, rest);
  if (Object.keys(rest).length === 0) return Object.assign(schema, { $ref: reference });
  return Object.assign(schema, { allOf: [{ $ref: reference }, rest] });
}

type Warn = (key: string, message: string) => void;

function applicatorsOf(value: JsonMap, path: Path | undefined, reader: DocumentReader, warn: Warn): Writable {
  const schema: Writable = {};
  const one = (held: JsonValue, at: Path | undefined): Schema => normaliseSchema(held, at, reader);
  for (const key of ["properties", "patternProperties"] as const) {
    const map = own(value, key);
    if (map === undefined) continue;
    if (isMap(map)) schema[key] = mapOf(map, child(path, key), one);
    else warn(key, `${key} is not an object`);
  }
  for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"] as const) {
    const list = own(value, key);
    if (list === undefined) continue;
    const at = child(path, key);
    if (Array.isArray(list) && list.length > 0) schema[key] = list.map((item, index) => one(item, child(at, index)));
    else warn(key, `${key} is not a list of schemas`);
  }
  const items = own(value, "items");
  if (Array.isArray(items)) {
    const at = child(path, "items");
    schema.prefixItems ??= items.map((item, index) => one(item, child(at, index)));
    const more = own(value, "additionalItems");
    if (more !== undefined) schema.items = one(more, child(path, "additionalItems"));
  } else if (items !== undefined) schema.items = one(items, child(path, "items"));
  const additional = own(value, "additionalProperties");
  if (typeof additional === "boolean") schema.additionalProperties = additional;
  else if (additional !== undefined) schema.additionalProperties = one(additional, child(path, "additionalProperties"));
  const not = own(value, "not");
  if (not !== undefined) schema.not = one(not, child(path, "not"));
  Object.assign(schema, unevaluatedOf(value, schema, path, reader));
  const described = own(value, "discriminator");
  if (isMap(described) && own(described, "defaultMapping") !== undefined) {
    const message = "a discriminator with defaultMapping does not decide; the members of the union do";
    reader.findings.group("S030", reader.place(child(child(path, "discriminator"), "defaultMapping")), message);
    return schema;
  }
  const discriminator = discriminatorOf(described);
  if (discriminator) schema.discriminator = discriminator;
  return schema;
}

/** Without composition, what is left unevaluated is what is additional. Objects are open to unknown members anyway. */
function unevaluatedOf(value: JsonMap, schema: Writable, path: Path | undefined, reader: DocumentReader): Writable {
  const composed = isComposed(value);
  const found: Writable = {};
  const members = own(value, "unevaluatedProperties");
  const items = own(value, "unevaluatedItems");
  const unsaid = (key: string): void =>
    reader.findings.group("S030", reader.place(child(path, key)), notChecked(`${key} beside a composition`));
  if (members !== undefined && schema.additionalProperties === undefined) {
    if (composed && isMap(members) && Object.keys(members).length > 0) unsaid("unevaluatedProperties");
    else if (typeof members === "boolean") found.additionalProperties = members;
    else if (!composed) {
      found.additionalProperties = normaliseSchema(members, child(path, "unevaluatedProperties"), reader);
    }
  }
  if (items !== undefined && schema.items === undefined) {
    if (!composed && own(value, "contains") === undefined) {
      found.items = normaliseSchema(items, child(path, "unevaluatedItems"), reader);
    } else if (items !== true) unsaid("unevaluatedItems");
  }
  if (composed && found.additionalProperties !== undefined) delete found.additionalProperties;
  return found;
}

const COMPOSING = ["$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"];

function isComposed(value: JsonMap): boolean {
  return COMPOSING.some((key) => own(value, key) !== undefined);
}

function notChecked(keyword: string): string {
  return `the keyword ${keyword} is not supported yet; values are not checked against it`;
}

function mapOf(map: JsonMap, path: Path, one: (held: JsonValue, at: Path) => Schema): Record<string, Schema> {
  // Without a prototype: a property may be called __proto__ or constructor.
  const result: Record<string, Schema> = Object.create(null);
  for (const key of Object.keys(map)) result[key] = one(map[key] as JsonValue, child(path, key));
  return result;
}

function discriminatorOf(value: JsonValue | undefined): Schema["discriminator"] {
  if (!isMap(value)) return undefined;
  const propertyName = own(value, "propertyName");
  if (typeof propertyName !== "string") return undefined;
  const given = own(value, "mapping");
  if (!isMap(given)) return { propertyName };
  const mapping: Record<string, string> = Object.create(null);
  for (const key of Object.keys(given)) {
    const target: Json | undefined = given[key];
    if (typeof target === "string") mapping[key] = target;
  }
  return { propertyName, mapping };
}
