/** The official schema of SARIF 2.1.0. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import formatsOf from "ajv-formats";

const file = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
(formatsOf as unknown as typeof formatsOf.default)(ajv);
// Draft 4 by name; it uses nothing that later drafts read differently but the spelling of `$id`.
const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;

export const isSarif: ValidateFunction = ajv.compile(schema);
