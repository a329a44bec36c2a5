import { upgrade } from "@scalar/openapi-upgrader";
import type { Dialect } from "./dialect.ts";
import { isMap, type JsonMap } from "./json-tree.ts";
import type { Origins } from "./origins.ts";
import { inputError } from "./source-text.ts";

/** A bundled document as OpenAPI 3.1. May change and take over the given one. */
export function upgradeToThreeOne(root: JsonMap, dialect: Dialect, origins: Origins): JsonMap {
  if (dialect === "3.1" || dialect === "3.2") return root;
  try {
    const upgraded: unknown = upgrade(root, "3.1");
    if (isMap(upgraded)) return upgraded;
  } catch {
    // Whatever the library stumbled over is not a document that it knows.
  }
  const fix = "upgrade it to OpenAPI 3.1 with the provider's own tool, or correct the findings above";
  throw inputError("S006", origins.place([]), `this ${dialect} document cannot be upgraded to OpenAPI 3.1`, fix);
}

/** Tokens of a path of the upgraded document in the document as it was written. */
export function beforeUpgrade(tokens: readonly string[], dialect: Dialect): readonly string[] {
  if (dialect !== "2.0" || tokens[0] !== "components") return tokens;
  const [, section, ...rest] = tokens;
  if (section === "schemas") return ["definitions", ...rest];
  if (section === "securitySchemes") return ["securityDefinitions", ...rest];
  if (section === "parameters" || section === "requestBodies") return ["parameters", ...rest];
  return section === "responses" ? ["responses", ...rest] : [];
}
