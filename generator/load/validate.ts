import SwaggerParser from "@apidevtools/swagger-parser";
import type { Findings } from "./findings.ts";
import { fromPointer, isMap, type JsonMap } from "./json-tree.ts";
import type { Origins } from "./origins.ts";

interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Checks the bundled document against the official schema of its version. Each mistake is a located warning: what it
 * means for an operation is decided where the operation is read. References are already resolved, so the validator
 * reads no file and opens no connection.
 */
export async function validateDocument(root: JsonMap, origins: Origins, findings: Findings): Promise<void> {
  const options = {
    resolve: { external: false, file: false, http: false },
    // Dereferencing would only repeat the work, at ten times the cost.
    dereference: { excludedPathMatcher: () => true },
    validate: { schema: true, spec: false },
  };
  try {
    await SwaggerParser.validate("/", root as never, options as never);
  } catch (error) {
    const details = isMap(error) || error instanceof Error ? (error as { details?: unknown }).details : undefined;
    if (!Array.isArray(details)) {
      const message = `the validator does not accept this document: ${(error as Error).message}`;
      findings.warn("S020", () => origins.place([]), message);
      return;
    }
    for (const fault of telling((details as SchemaFault[]).filter((found) => !isValidatorsOwn(found)))) {
      const tokens = fromPointer(fault.instancePath);
      const path = pathOfFault(tokens, fault);
      if (origins.isOverlaid(path) || origins.isOverlaid(tokens)) {
        const message = `with the overlay applied, ${describe(fault)}`;
        findings.error("P701", () => origins.place(path), message, "correct the overlay");
        continue;
      }
      findings.warn(
        "S020",
        () => origins.place(path),
        describe(fault),
        "correct the document, or repair it with an overlay",
      );
    }
  }
}

/** The schema that the validator carries for 3.1 misspells the `description` of a server variable. */
function isValidatorsOwn({ instancePath, params }: SchemaFault): boolean {
  return params["unevaluatedProperty"] === "description" && /\/servers\/\d+\/variables\/[^/]+$/.test(instancePath);
}

/** Of a cascade of faults, those at the innermost places; one a place. */
function telling(faults: readonly SchemaFault[]): SchemaFault[] {
  const inner = new Set<string>();
  for (const { instancePath } of faults) {
    for (let cut = instancePath.lastIndexOf("/"); cut > 0; cut = instancePath.lastIndexOf("/", cut - 1)) {
      const ancestor = instancePath.slice(0, cut);
      if (inner.has(ancestor)) break;
      inner.add(ancestor);
    }
  }
  const chosen = new Map<string, SchemaFault>();
  const vague = new Set(["oneOf", "anyOf", "not", "if"]);
  for (const fault of faults) {
    const nested = inner.has(fault.instancePath) && fault.keyword !== "additionalProperties";
    if (nested || (vague.has(fault.keyword) && chosen.has(fault.instancePath))) continue;
    const known = chosen.get(fault.instancePath);
    if (!known || vague.has(known.keyword)) chosen.set(fault.instancePath, fault);
  }
  return [...chosen.values()];
}

function pathOfFault(tokens: readonly string[], { params }: SchemaFault): readonly string[] {
  const key = params["additionalProperty"] ?? params["unevaluatedProperty"];
  return typeof key === "string" ? [...tokens, key] : tokens;
}

function describe({ instancePath, keyword, message, params }: SchemaFault): string {
  const where = instancePath === "" ? "the document" : `#${instancePath}`;
  const key = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (typeof key === "string") return `${where} may not have ${JSON.stringify(key)}`;
  if (keyword === "required") return `${where} lacks ${JSON.stringify(params["missingProperty"])}`;
  if (keyword === "enum") return `${where} must be one of ${JSON.stringify(params["allowedValues"])}`;
  return `${where} ${message ?? "is not as OpenAPI says"}`;
}
