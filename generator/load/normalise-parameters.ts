import type { SpecParameter } from "../model.ts";
import { type DocumentReader, type Found, itemsOf } from "./document-reader.ts";
import { child, isMap, type JsonMap, own, ownMap, ownString, type Path, pointerOf, setOwn } from "./json-tree.ts";
import { exampleOf } from "./normalise-content.ts";
import { normaliseSchema } from "./normalise-schema.ts";
import { parameterStyleOf } from "./normalise-style.ts";

/** Headers that OpenAPI takes from elsewhere: a parameter of this name is to be ignored. */
const RESERVED = new Set(["accept", "content-type", "authorization"]);
/** A field name of [RFC 9110, 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2). Cookies have the same (RFC 6265, 4.1.1). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const LOCATIONS = new Set(["path", "query", "header", "cookie"]);

/** Names in the braces of a path template, each once. */
export function templateNames(path: string): string[] {
  return [...new Set([...path.matchAll(/\{([^{}/]+)\}/g)].map((match) => match[1] as string))];
}

/**
 * Parameters of an operation: those of its path first, unless it declares them itself. A name of the template that
 * nobody declares is added as a string, here and in the bundled document.
 */
export function parametersOf(item: Found, operation: Found, template: string, reader: DocumentReader): SpecParameter[] {
  const byKey = new Map<string, SpecParameter>();
  const names = templateNames(template);
  for (const holder of [item, operation]) {
    const here = new Set<string>();
    for (const { value, path } of itemsOf(holder.value, "parameters", holder.path)) {
      const found = reader.resolve(value, path);
      const parameter = found && parameterOf(found, path, names, reader);
      if (!parameter) continue;
      const key = `${parameter.in} ${parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name}`;
      if (here.has(key)) {
        const message = `the ${parameter.in} parameter ${JSON.stringify(parameter.name)} is declared twice; the last one counts`;
        reader.findings.warn("S023", reader.place(path), message, "remove one of them");
      }
      here.add(key);
      byKey.set(key, parameter);
    }
  }
  const added = names
    .filter((name) => !byKey.has(`path ${name}`))
    .map((name) => addPathParameter(operation, name, template, reader));
  return [...added, ...byKey.values()];
}

function parameterOf(
  found: Found,
  declared: Path,
  names: readonly string[],
  reader: DocumentReader,
): SpecParameter | undefined {
  const { value, path } = found;
  const name = ownString(value, "name");
  const location = ownString(value, "in");
  const drop = (message: string, fix: string): undefined => {
    reader.findings.warn("S023", reader.place(declared), `${message}; it is left out`, fix);
    return undefined;
  };
  if (name === undefined || name === "" || location === undefined || !LOCATIONS.has(location)) {
    return drop("this parameter has no name, or goes nowhere", "give it a name, and in: path, query, header or cookie");
  }
  if (location === "header" && RESERVED.has(name.toLowerCase())) return undefined;
  if ((location === "header" || location === "cookie") && !TOKEN.test(name)) {
    return drop(
      `${JSON.stringify(name)} cannot be the name of a ${location}`,
      "use letters, digits and - only: anything else would end the name, or the header",
    );
  }
  if (location === "path" && !names.includes(name)) {
    return drop(`the path has no {${name}}`, "put it into the path, or remove the parameter");
  }
  const content = ownMap(value, "content");
  const contentType = content ? Object.keys(content)[0] : undefined;
  const media = content && contentType !== undefined ? own(content, contentType) : undefined;
  const schema = own(value, "schema");
  const inner = isMap(media) ? own(media, "schema") : undefined;
  const at = content ? child(child(child(path, "content"), contentType ?? ""), "schema") : child(path, "schema");
  const description = ownString(value, "description");
  const example = exampleOf(value, path, reader) ?? (isMap(media) ? exampleOf(media, at.parent, reader) : undefined);
  return {
    name,
    in: location as SpecParameter["in"],
    required: location === "path" || own(value, "required") === true,
    deprecated: own(value, "deprecated") === true,
    schema: normaliseSchema(schema ?? inner ?? true, at, reader),
    pointer: pointerOf(path),
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    ...(contentType === undefined ? parameterStyleOf(value, location as SpecParameter["in"], path, reader) : {}),
    ...(schema === undefined && contentType !== undefined ? { contentType: contentType.toLowerCase() } : {}),
  };
}

function addPathParameter(operation: Found, name: string, template: string, reader: DocumentReader): SpecParameter {
  const message = `{${name}} of ${template} is not declared as a parameter; it is taken as a string`;
  reader.findings.warn("S022", reader.place(operation.path), message, "declare it with in: path");
  const list = own(operation.value, "parameters");
  const parameters = Array.isArray(list) ? list : [];
  const added: JsonMap = { name, in: "path", required: true, schema: { type: "string" } };
  parameters.push(added);
  setOwn(operation.value, "parameters", parameters);
  const pointer = `${pointerOf(operation.path)}/parameters/${parameters.length - 1}`;
  return { name, in: "path", required: true, deprecated: false, schema: { type: "string" }, pointer };
}
