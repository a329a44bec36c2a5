import type { Findings } from "./findings.ts";
import { isMap, type JsonMap, own, ownMap, type Path, tokensOf } from "./json-tree.ts";
import type { Origins } from "./origins.ts";
import { structureOfThree } from "./structure.ts";
import { walk } from "./walk.ts";

/**
 * Brings a bundled OpenAPI 3.2 document down to 3.1. What only describes is left as it is; what changes the wire and
 * cannot be said in 3.1 is an error with its place: streamed item schemas, `QUERY` and other methods, whole-query
 * parameters, positional encodings and media type components.
 */
export function lowerThreeTwo(root: JsonMap, origins: Origins, findings: Findings): void {
  const refuse = (path: Path | undefined, key: string, what: string): void => {
    const tokens = [...tokensOf(path), key];
    findings.error(
      "S008",
      () => origins.place(tokens),
      `OpenAPI 3.2's ${what} is not supported yet`,
      "describe it as OpenAPI 3.1 does",
    );
  };
  const components = ownMap(root, "components");
  if (components && own(components, "mediaTypes") !== undefined) {
    refuse({ parent: undefined, token: "components" }, "mediaTypes", "components.mediaTypes");
  }
  walk(root, structureOfThree, (kind, value, path) => {
    if (kind === "pathItem") {
      if (own(value, "query") !== undefined) refuse(path, "query", "QUERY method");
      if (own(value, "additionalOperations") !== undefined)
        refuse(path, "additionalOperations", "additionalOperations");
    } else if (kind === "parameter" && own(value, "in") === "querystring") {
      refuse(path, "in", "querystring parameter");
    } else if (kind === "response" && own(value, "$ref") === undefined && own(value, "description") === undefined) {
      value["description"] = own(value, "summary") ?? "";
      delete value["summary"];
    } else if (kind === "example" && own(value, "dataValue") !== undefined) {
      value["value"] = own(value, "dataValue") ?? null;
      for (const key of ["dataValue", "serializedValue"]) delete value[key];
    } else if (kind === "mediaType") {
      for (const key of ["itemSchema", "itemEncoding", "prefixEncoding"]) {
        if (own(value, key) !== undefined) refuse(path, key, key);
      }
    }
  });
  describeAsThreeOne(root);
}

/** Members that only describe, and that 3.1 does not know. */
function describeAsThreeOne(root: JsonMap): void {
  delete root["$self"];
  const lists = { tags: ["summary", "parent", "kind"], servers: ["name"] };
  for (const [list, members] of Object.entries(lists)) {
    const items = own(root, list);
    for (const item of Array.isArray(items) ? items : []) {
      if (isMap(item)) for (const member of members) delete item[member];
    }
  }
}
