import type { Findings } from "./findings.ts";
import { isMap, type JsonMap, type JsonValue, own, setOwn, tokensOf } from "./json-tree.ts";
import type { Origins } from "./origins.ts";
import { structureOfThreeTwo } from "./structure.ts";
import { walk } from "./walk.ts";

/** Keywords that stay outside when a schema is wrapped to admit null. */
const OUTSIDE = /^(title|description|deprecated|default|examples?|readOnly|writeOnly|externalDocs|x-.*)$/s;

/**
 * Says "or null" as JSON Schema does, where `nullable` is left over: beside `anyOf`, `oneOf` or `enum` after an upgrade,
 * or in a 3.1 document, where it means nothing and its author still meant it. Changes the schemas in place.
 */
export function expressNullability(root: JsonMap, isThreeOne: boolean, origins: Origins, findings: Findings): void {
  walk(root, structureOfThreeTwo, (kind, schema, path) => {
    if (kind !== "schema") return;
    const nullable = own(schema, "nullable");
    if (nullable !== undefined) {
      delete schema["nullable"];
      if (isThreeOne) {
        const place = () => origins.place([...tokensOf(path), "nullable"]);
        findings.group(
          "S032",
          place,
          "nullable means nothing in OpenAPI 3.1; it is read as in 3.0",
          'add "null" to type',
        );
      }
    }
    if (nullable === true) admitNull(schema);
    const types = own(schema, "type");
    const values = own(schema, "enum");
    if (!Array.isArray(values)) return;
    const listed = values.includes(null);
    const typed = Array.isArray(types) ? types.includes("null") : types === "null";
    // In a document that was upgraded, the type got its null from `nullable`.
    if (typed && !listed && (nullable === true || !isThreeOne)) values.push(null);
    else if (listed && !typed && types !== undefined) {
      const place = () => origins.place([...tokensOf(path), "enum"]);
      findings.group(
        "S032",
        place,
        "enum lists null but the type excludes it; null is taken as allowed",
        'add "null" to type',
      );
      setType(schema, types);
    }
  });
}

function admitNull(schema: JsonMap): void {
  const types = own(schema, "type");
  if (types !== undefined) {
    setType(schema, types);
    return;
  }
  for (const key of ["anyOf", "oneOf"]) {
    const arms = own(schema, key);
    if (!Array.isArray(arms)) continue;
    if (!arms.some(admitsNull)) arms.push({ type: "null" });
    return;
  }
  const values = own(schema, "enum");
  if (Array.isArray(values)) {
    if (!values.includes(null)) values.push(null);
    return;
  }
  const inside = Object.keys(schema).filter((key) => !OUTSIDE.test(key));
  if (inside.length === 0) return;
  const wrapped: JsonMap = {};
  for (const key of inside) {
    setOwn(wrapped, key, schema[key] as JsonValue);
    delete schema[key];
  }
  schema["anyOf"] = [wrapped, { type: "null" }];
}

function setType(schema: JsonMap, types: JsonValue): void {
  const all = Array.isArray(types) ? types : [types];
  if (!all.includes("null")) schema["type"] = [...all, "null"];
}

function admitsNull(arm: JsonValue): boolean {
  if (!isMap(arm)) return arm === true;
  const type = own(arm, "type");
  return type === "null" || (Array.isArray(type) && type.includes("null"));
}
