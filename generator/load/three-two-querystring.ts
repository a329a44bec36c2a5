import { type DocumentReader, itemsOf } from "./document-reader.ts";
import { type JsonMap, type JsonValue, own, ownMap, type Path, setOwn } from "./json-tree.ts";

const FORM = "application/x-www-form-urlencoded";
/** Keywords with which a schema says more than which members there are. */
const COMPOSING = ["allOf", "anyOf", "oneOf", "not", "if", "patternProperties", "propertyNames", "dependentSchemas"];

/**
 * Replaces parameters that are the whole query: a form with known members is a list of query parameters; anything else
 * is left out, and told to `lose`. [OpenAPI 3.2, Parameter Locations](https://spec.openapis.org/oas/v3.2.0.html#parameter-locations)
 */
export function lowerQuerystring(
  holder: JsonMap,
  path: Path | undefined,
  reader: DocumentReader,
  lose: (path: Path, message: string) => void,
): void {
  const parameters: JsonValue[] = [];
  let changed = false;
  for (const { value, path: at } of itemsOf(holder, "parameters", path)) {
    const found = reader.resolve(value, at)?.value;
    if (!found || own(found, "in") !== "querystring") {
      parameters.push(value);
      continue;
    }
    changed = true;
    const members = membersOf(found, reader);
    if (members) parameters.push(...members);
    else lose(at, "a parameter that is the whole query is supported for forms with known members only; it is left out");
  }
  if (changed) setOwn(holder, "parameters", parameters);
}

function membersOf(parameter: JsonMap, reader: DocumentReader): JsonMap[] | undefined {
  const content = ownMap(parameter, "content") ?? {};
  const [type, ...others] = Object.keys(content);
  if (type === undefined || others.length > 0 || type.split(";")[0]?.trim().toLowerCase() !== FORM) return undefined;
  const media = ownMap(content, type) ?? {};
  const schema = reader.resolve(own(media, "schema"), undefined)?.value;
  const properties = schema && ownMap(schema, "properties");
  if (!schema || !properties || COMPOSING.some((key) => own(schema, key) !== undefined)) return undefined;
  // A form may have members that nobody names, unless their type is given: then they matter.
  if (typeof (own(schema, "additionalProperties") ?? true) === "object") return undefined;
  const required = own(schema, "required");
  const names = Array.isArray(required) && own(parameter, "required") === true ? required : [];
  const encoding = ownMap(media, "encoding") ?? {};
  return Object.keys(properties).map((name) => {
    const member = structuredClone(properties[name] as JsonValue);
    const rules = ownMap(encoding, name) ?? {};
    const contentType = own(rules, "contentType");
    const described: JsonMap = { name, in: "query", required: names.includes(name) };
    if (typeof contentType === "string") described["content"] = { [contentType]: { schema: member } };
    else {
      described["schema"] = member;
      for (const key of ["style", "explode", "allowReserved"]) {
        const value = own(rules, key);
        if (value !== undefined) described[key] = value;
      }
    }
    return described;
  });
}
