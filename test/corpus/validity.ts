/** Whether a document is valid, as others than the generator say. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installed } from "./cache.ts";
import { closeSchemas, encode } from "./schema-closure.ts";
import { member, type Source } from "./source.ts";

interface SchemaSet {
  addSchema(schema: object, key: string): unknown;
  compile(schema: object): unknown;
}

/** Why the document is not valid; empty when it is. */
export async function invalidity(source: Source): Promise<string[]> {
  const modern = /^3\.[1-9]/.test(String(member(source.root.value, "openapi") ?? ""));
  const folder = await installed("@seriousme/openapi-schema-validator");
  const reasons = await againstOpenApi(source, folder);
  const { definitions, broken } = closeSchemas(source, modern);
  reasons.push(...broken);
  if (broken.length > 0) return reasons;
  // The validator's own dependencies: ajv, and ajv for the draft that OpenAPI 3.0 and Swagger 2.0 are made on.
  const require = createRequire(join(folder, "package.json"));
  const { default: Ajv } = require(modern ? "ajv/dist/2020.js" : "ajv-draft-04") as {
    default: new (options: object) => SchemaSet;
  };
  const ajv = new Ajv({
    ...{ strict: false, logger: false, validateFormats: false, unicodeRegExp: false, inlineRefs: false },
    addUsedSchema: false,
  });
  try {
    ajv.addSchema({ definitions }, "document");
    for (const key of Object.keys(definitions)) ajv.compile({ $ref: `document#/definitions/${encode(key)}` });
  } catch (error) {
    reasons.push(`JSON Schema: ${(error as Error).message.slice(0, 300)}`);
  }
  return reasons;
}

interface Verdict {
  readonly valid: boolean;
  readonly errors?: string | readonly { readonly instancePath?: string; readonly message?: string }[];
}

async function againstOpenApi(source: Source, folder: string): Promise<string[]> {
  const { Validator } = (await import(pathToFileURL(join(folder, "index.js")).href)) as {
    Validator: new () => { validate(document: unknown): Promise<Verdict> };
  };
  const { valid, errors } = await new Validator().validate(structuredClone(source.root.value));
  if (valid) return [];
  if (typeof errors === "string" || errors === undefined) return [`OpenAPI: ${errors ?? "not valid"}`];
  return errors.slice(0, 5).map(({ instancePath, message }) => `OpenAPI: ${instancePath ?? ""} ${message ?? ""}`);
}
