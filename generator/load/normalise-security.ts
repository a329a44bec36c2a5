import type { OAuthFlow, SecurityScheme } from "../security-scheme.ts";
import { type DocumentReader, entriesOf } from "./document-reader.ts";
import { child, isMap, type JsonMap, type JsonValue, own, ownMap, ownString, type Path } from "./json-tree.ts";

/** Security schemes of the document, in its order. */
export function securitySchemesOf(reader: DocumentReader): SecurityScheme[] {
  const components = ownMap(reader.root, "components") ?? {};
  const schemes: SecurityScheme[] = [];
  for (const { key, value, path } of entriesOf(components, "securitySchemes", {
    parent: undefined,
    token: "components",
  })) {
    const found = reader.resolve(value, path);
    const scheme = found && schemeOf(key, found.value);
    if (scheme) schemes.push(scheme);
    else {
      const message = `the security scheme ${JSON.stringify(key)} is of no kind that OpenAPI knows; it is left out`;
      reader.findings.warn("S025", reader.place(path), message, "use apiKey, http, oauth2, openIdConnect or mutualTLS");
    }
  }
  return schemes;
}

function schemeOf(name: string, value: JsonMap): SecurityScheme | undefined {
  const type = ownString(value, "type");
  const text = ownString(value, "description");
  const description = text === undefined ? {} : { description: text };
  if (type === "apiKey") {
    const location = ownString(value, "in");
    const parameter = ownString(value, "name");
    if (!parameter || (location !== "header" && location !== "query" && location !== "cookie")) return undefined;
    return { name, type, in: location, parameter, ...description };
  }
  if (type === "http") {
    const scheme = ownString(value, "scheme")?.trim().toLowerCase();
    const format = ownString(value, "bearerFormat");
    const bearerFormat = format === undefined ? {} : { bearerFormat: format };
    return scheme ? { name, type, scheme, ...bearerFormat, ...description } : undefined;
  }
  // What Swagger 2.0 and many people write for an HTTP scheme.
  if (type === "basic" || type === "bearer") return { name, type: "http", scheme: type, ...description };
  if (type === "oauth2") return { name, type, flows: flowsOf(value), ...description };
  if (type === "openIdConnect") {
    const url = ownString(value, "openIdConnectUrl");
    return { name, type, ...(url === undefined ? {} : { openIdConnectUrl: url }), ...description };
  }
  if (type === "mutualTLS") return { name, type, ...description };
  return undefined;
}

function flowsOf(value: JsonMap): NonNullable<SecurityScheme["flows"]> {
  const flows: Record<string, OAuthFlow> = Object.create(null);
  const given = ownMap(value, "flows") ?? {};
  for (const key of Object.keys(given)) {
    const flow = given[key];
    if (key.startsWith("x-") || !isMap(flow)) continue;
    const urls: { -readonly [K in "tokenUrl" | "authorizationUrl" | "refreshUrl"]?: string } = {};
    for (const name of ["tokenUrl", "authorizationUrl", "refreshUrl"] as const) {
      const url = ownString(flow, name);
      if (url !== undefined) urls[name] = url;
    }
    flows[key] = { scopes: Object.keys(ownMap(flow, "scopes") ?? {}), ...urls };
  }
  return flows;
}

/** Alternatives of scheme names; `known` are the schemes that exist. An absent list leaves the default in force. */
export function securityOf(
  holder: JsonMap,
  path: Path | undefined,
  known: ReadonlySet<string>,
  reader: DocumentReader,
): readonly (readonly string[])[] | undefined {
  const list: JsonValue | undefined = own(holder, "security");
  if (!Array.isArray(list)) return undefined;
  const alternatives: string[][] = [];
  for (const [index, entry] of list.entries()) {
    if (!isMap(entry)) continue;
    const names = Object.keys(entry);
    const missing = names.find((name) => !known.has(name));
    if (missing === undefined) alternatives.push(names);
    else {
      const place = reader.place(child(child(path, "security"), index));
      const message = `security names ${JSON.stringify(missing)}, which is no scheme of the document; the alternative is left out`;
      reader.findings.warn("S025", place, message, "declare the scheme, or give auth in the policy");
    }
  }
  return alternatives;
}

/** Scopes of the same alternatives as `securityOf` gives; undefined when none asks for any. */
export function scopesOf(
  holder: JsonMap,
  known: ReadonlySet<string>,
): readonly Readonly<Record<string, readonly string[]>>[] | undefined {
  const list: JsonValue | undefined = own(holder, "security");
  if (!Array.isArray(list)) return undefined;
  const alternatives = list
    .filter(isMap)
    .filter((entry) => Object.keys(entry).every((name) => known.has(name)))
    .map((entry) => {
      const scopes: Record<string, readonly string[]> = Object.create(null);
      for (const name of Object.keys(entry)) {
        const asked = entry[name];
        if (Array.isArray(asked) && asked.length > 0) scopes[name] = asked.filter((item) => typeof item === "string");
      }
      return scopes;
    });
  return alternatives.some((scopes) => Object.keys(scopes).length > 0) ? alternatives : undefined;
}
