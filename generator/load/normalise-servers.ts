import type { SpecServer } from "../model.ts";
import { type DocumentReader, entriesOf, itemsOf } from "./document-reader.ts";
import { isMap, type JsonMap, own, ownString, type Path } from "./json-tree.ts";
import { templateNames } from "./normalise-parameters.ts";

type Variables = Record<string, { default: string; enum?: readonly string[] }>;

/** Servers that an object declares for what is below it. */
export function serversOf(holder: JsonMap, path: Path | undefined, reader: DocumentReader): SpecServer[] {
  const servers: SpecServer[] = [];
  for (const { value, path: at } of itemsOf(holder, "servers", path)) {
    const url = isMap(value) ? ownString(value, "url") : undefined;
    if (!isMap(value) || url === undefined) {
      reader.findings.warn("S026", reader.place(at), "this server has no URL; it is left out", "give it a url");
      continue;
    }
    // That of a path or operation may leave the host to the servers of the document.
    if (!/^(https?:|\{)/i.test(url) && (path === undefined || !/^\/(?!\/)/.test(url))) {
      const message = `the server URL ${JSON.stringify(url)} does not say on which host; calls need a base URL`;
      reader.findings.warn("S026", reader.place(at), message, "name the servers in the policy");
    }
    const variables = variablesOf(value, at, reader);
    for (const name of templateNames(url.replaceAll("/", " "))) {
      if (Object.hasOwn(variables, name)) continue;
      const message = `the server variable {${name}} is not described; it has no default`;
      reader.findings.warn("S026", reader.place(at), message, "describe it under variables");
    }
    const description = ownString(value, "description");
    servers.push({ url: url.trim(), variables, ...(description === undefined ? {} : { description }) });
  }
  return servers;
}

function variablesOf(server: JsonMap, path: Path, reader: DocumentReader): Variables {
  const variables: Variables = Object.create(null);
  for (const { key, value, path: at } of entriesOf(server, "variables", path)) {
    if (!isMap(value)) continue;
    const listed = own(value, "enum");
    const values = Array.isArray(listed) ? listed.map(String) : [];
    const preset = own(value, "default");
    if (preset === undefined) {
      const message = `the server variable ${JSON.stringify(key)} has no default`;
      reader.findings.warn("S026", reader.place(at), message, "give it a default");
    }
    variables[key] = { default: String(preset ?? values[0] ?? ""), ...(values.length > 0 ? { enum: values } : {}) };
  }
  return variables;
}
