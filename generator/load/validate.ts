import type { Dialect } from "./dialect.ts";
import type { Findings } from "./findings.ts";
import { fromPointer, type JsonMap } from "./json-tree.ts";
import { officialSchema, type SchemaFault } from "./official-schemas.ts";
import type { Origins } from "./origins.ts";

/**
 * Checks the bundled document against the official schema of its version. Each mistake is a located warning: what it
 * means for an operation is decided where the operation is read. What an overlay made wrong is an error.
 */
export async function validateDocument(
  root: JsonMap,
  dialect: Dialect,
  origins: Origins,
  findings: Findings,
): Promise<void> {
  const faults = (await officialSchema(dialect))(root);
  for (const fault of telling(faults.filter((found) => !isValidatorsOwn(found)))) {
    const tokens = fromPointer(fault.instancePath);
    const path = pathOfFault(tokens, fault);
    const place = () => origins.place(path);
    if (origins.isOverlaid(path) || origins.isOverlaid(tokens)) {
      findings.error("P701", place, `with the overlay applied, ${describe(fault)}`, "correct the overlay");
    } else findings.warn("S020", place, describe(fault), "correct the document, or repair it with an overlay");
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
