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

type SchemaSetClass = new (options: object) => SchemaSet;
interface Verdict {
  readonly valid: boolean;
  readonly errors?: string | readonly { readonly instancePath?: string; readonly message?: string }[];
}
type ValidatorClass = new () => { validate(document: unknown): Promise<Verdict> };

export interface Judges {
  readonly Validator: ValidatorClass;
  /** ajv as the validator itself brings it: for 2020-12, and for the draft that OpenAPI 3.0 and Swagger 2.0 are made on. */
  readonly Modern: SchemaSetClass;
  readonly Draft4: SchemaSetClass;
}

/** Throws when the judges are not there: without them nothing can be said of a document. */
export async function loadJudges(): Promise<Judges> {
  const folder = await installed("@seriousme/openapi-schema-validator");
  const { Validator } = (await import(pathToFileURL(join(folder, "index.js")).href)) as { Validator: ValidatorClass };
  const require = createRequire(join(folder, "package.json"));
  const ajv = (name: string): SchemaSetClass => (require(name) as { default: SchemaSetClass }).default;
  return { Validator, Modern: ajv("ajv/dist/2020.js"), Draft4: ajv("ajv-draft-04") };
}

/** Why the document is not valid; empty when it is. */
export async function invalidity(source: Source, judges: Judges): Promise<string[]> {
  const modern = /^3\.[1-9]/.test(String(member(source.root.value, "openapi") ?? ""));
  const reasons = await againstOpenApi(source, judges.Validator);
  const { definitions, broken } = closeSchemas(source, modern);
  reasons.push(...broken);
  if (broken.length > 0) return reasons;
  const ajv = new (modern ? judges.Modern : judges.Draft4)({
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

async function againstOpenApi(source: Source, Validator: ValidatorClass): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(source.root.value));
  if (valid) return [];
  if (typeof errors === "string" || errors === undefined) return [`OpenAPI: ${errors ?? "not valid"}`];
  return errors.slice(0, 5).map(({ instancePath, message }) => `OpenAPI: ${instancePath ?? ""} ${message ?? ""}`);
}
