import { createReader } from "./document-reader.ts";
import type { Findings } from "./findings.ts";
import { isMap, type JsonMap, type JsonValue, own, ownMap, type Path, setOwn, tokensOf } from "./json-tree.ts";
import type { Origins } from "./origins.ts";
import { structureOfThreeTwo } from "./structure.ts";
import { lowerQuerystring } from "./three-two-querystring.ts";
import { walk } from "./walk.ts";

/** Members that only describe, and that 3.1 does not know. */
const DESCRIBING: Readonly<Record<string, readonly string[]>> = {
  response: ["summary"],
  example: ["dataValue", "serializedValue"],
  securityScheme: ["deprecated", "oauth2MetadataUrl"],
};

/**
 * Brings a bundled OpenAPI 3.2 document down to 3.1. What only describes goes; what has the same meaning in other words
 * is said in those; what would change calls and cannot be said is a warning that names the operation. Other methods and
 * the schemas of streamed items stay what they are: they are taken out, so that the document can be checked as 3.1, and
 * the returned function puts them back; the document is then called 3.2.
 * [OpenAPI 3.2, appendix "Changes"](https://spec.openapis.org/oas/v3.2.0.html)
 */
export function lowerThreeTwo(root: JsonMap, origins: Origins, findings: Findings): () => void {
  const held: { holder: JsonMap; key: string; value: JsonValue }[] = [];
  const hold = (holder: JsonMap, key: string): void => {
    const value = own(holder, key);
    if (value !== undefined) held.push({ holder, key, value });
  };
  const lose = (path: Path | undefined, key: string, message: string): void => {
    const tokens = [...tokensOf(path), key];
    const text = `${message}${whose(tokens)}`;
    findings.warn("S008", () => origins.place(tokens), text, "describe it as OpenAPI 3.1 does");
  };
  const reader = createReader(root, findings, "3.2", (tokens) => () => origins.place(tokens));
  walk(root, structureOfThreeTwo, (kind, value, path) => {
    if (kind === "pathItem" || kind === "operation") {
      lowerQuerystring(value, path, reader, (at, message) => lose(at, "in", message));
      for (const key of kind === "pathItem" ? ["query", "additionalOperations"] : []) hold(value, key);
      if (Array.isArray(own(value, "servers"))) nameServers(value);
    } else if (kind === "response" && own(value, "$ref") === undefined && own(value, "description") === undefined) {
      value["description"] = own(value, "summary") ?? "";
    } else if (kind === "example" && own(value, "value") === undefined && own(value, "externalValue") === undefined) {
      const data = own(value, "dataValue") ?? own(value, "serializedValue");
      if (data !== undefined) value["value"] = data;
    } else if (kind === "mediaType") {
      hold(value, "itemSchema");
      dropEncodings(value, path, lose);
    } else if (kind === "encoding") {
      dropEncodings(value, path, lose);
      dropNested(value, path, lose);
    } else if (kind === "parameter" && own(value, "style") === "cookie") {
      hold(value, "style");
    }
    for (const key of DESCRIBING[kind] ?? []) delete value[key];
  });
  describeAsThreeOne(root);
  for (const { holder, key } of held) delete holder[key];
  return () => {
    for (const { holder, key, value } of held) setOwn(holder, key, value);
    if (held.length > 0) root["openapi"] = "3.2.0";
  };
}

type Lose = (path: Path | undefined, key: string, message: string) => void;

/** Parts by position. */
function dropEncodings(value: JsonMap, path: Path | undefined, lose: Lose): void {
  for (const key of ["prefixEncoding", "itemEncoding"]) {
    if (own(value, key) === undefined) continue;
    lose(path, key, `${key} is not supported yet: these parts are sent as their schemas say`);
    delete value[key];
  }
}

function dropNested(value: JsonMap, path: Path | undefined, lose: Lose): void {
  if (own(value, "encoding") === undefined) return;
  lose(path, "encoding", "encodings inside a part are not supported yet");
  delete value["encoding"];
}

/** ` (POST /things)`, when a place belongs to an operation. */
function whose(tokens: readonly string[]): string {
  const [section, path, method] = tokens;
  if (section !== "paths" || path === undefined || method === undefined) return "";
  if (method === "parameters") return ` (all operations of ${path})`;
  return ` (${method === "additionalOperations" ? tokens[3] : method.toUpperCase()} ${path})`;
}

/** A server's name describes it where nothing else does. */
function nameServers(holder: JsonMap): void {
  const servers = own(holder, "servers");
  for (const server of Array.isArray(servers) ? servers : []) {
    if (!isMap(server)) continue;
    const name = own(server, "name");
    if (typeof name === "string" && own(server, "description") === undefined) server["description"] = name;
    delete server["name"];
  }
}

function describeAsThreeOne(root: JsonMap): void {
  delete root["$self"];
  nameServers(root);
  const tags = own(root, "tags");
  for (const tag of Array.isArray(tags) ? tags : []) {
    if (!isMap(tag)) continue;
    const summary = own(tag, "summary");
    if (typeof summary === "string" && own(tag, "description") === undefined) tag["description"] = summary;
    for (const member of ["summary", "parent", "kind"]) delete tag[member];
  }
  const components = ownMap(root, "components");
  if (!components) return;
  // Each use of them stands in their place by now.
  delete components["mediaTypes"];
  const parameters = ownMap(components, "parameters") ?? {};
  for (const name of Object.keys(parameters)) {
    const parameter = own(parameters, name);
    if (isMap(parameter) && own(parameter, "in") === "querystring") delete parameters[name];
  }
}
