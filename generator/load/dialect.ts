import type { Location } from "../errors.ts";
import { type Findings, quoted } from "./findings.ts";
import { isMap, type JsonMap, own } from "./json-tree.ts";
import { rootMap, type SourceDocument } from "./source-document.ts";
import { inputError } from "./source-text.ts";

export type Dialect = "2.0" | "3.0" | "3.1" | "3.2";

/** Which OpenAPI this is. Writes the version member as the exact string that libraries expect. */
export function detectDialect(source: SourceDocument, findings: Findings): Dialect {
  const root = rootMap(source);
  const key = own(root, "swagger") !== undefined ? "swagger" : "openapi";
  const value = own(root, key);
  const place = (): Location => source.place([key]);
  if (value === undefined) {
    throw inputError(
      "S006",
      { ...source.place([]), line: 1, column: 1 },
      "this is not an OpenAPI document: it has neither openapi nor swagger",
      hint(root),
    );
  }
  const text = typeof value === "number" ? value.toFixed(1) : value;
  if (typeof value === "number") {
    findings.warn("S007", place, `${key}: ${value} is a number; it is read as "${text}"`, "put it in quotes");
  }
  const known = typeof text === "string" ? /^(2\.0|3\.[012])(\.\d+)?([-+].*)?$/.exec(text.trim()) : null;
  const dialect = known?.[1] as Dialect | undefined;
  if (!dialect || (key === "swagger") !== (dialect === "2.0")) {
    const shown = typeof text === "string" ? quoted(text) : "this value";
    throw inputError(
      "S007",
      place(),
      `${key} ${shown} is not a version that can be read`,
      "versions are swagger 2.0 and openapi 3.0, 3.1 and 3.2",
    );
  }
  const exact = typeof value === "string" && /^(2\.0|3\.0\.[0-4]|3\.1\.[0-2])$/.test(value);
  if (!exact) root[key] = dialect === "2.0" ? "2.0" : dialect === "3.0" ? "3.0.4" : "3.1.1";
  const paths = own(root, "paths");
  if (paths !== undefined && !isMap(paths)) {
    throw inputError("S006", source.place(["paths"]), "paths is not an object", "give the complete document");
  }
  if (paths === undefined && (dialect === "2.0" || dialect === "3.0" || own(root, "webhooks") === undefined)) {
    const message = "the document has no paths: it is a fragment, or it was cut off";
    throw inputError("S006", place(), message, "give the complete document");
  }
  return dialect;
}

function hint(root: JsonMap): string {
  if (own(root, "asyncapi") !== undefined)
    return "AsyncAPI documents are not read; give the provider's OpenAPI document";
  if (own(root, "$schema") !== undefined) return "this looks like a JSON Schema; give the OpenAPI document";
  if (own(root, "item") !== undefined) return "this looks like a Postman collection; export it as OpenAPI";
  return 'give the OpenAPI document itself: an object with openapi: "3.x" (or swagger: "2.0"), info and paths';
}
