import { Ajv2020 } from "ajv/dist/2020.js";
import type { Finding } from "../../../generator/drift/finding.ts";
import type { ApiDocument } from "../../../generator/model.ts";

/** Whether an independent validator says of a witness what the finding says; undefined where there is none to check. */
export function isProven({ witness, pointer }: Finding, base: ApiDocument, revision: ApiDocument): boolean | undefined {
  const of = witness?.pointer ?? pointer;
  if (!witness || of.base === undefined || of.revision === undefined) return undefined;
  const takes = { base: validator(base, of.base), revision: validator(revision, of.revision) };
  return takes[witness.acceptedBy](witness.value) && !takes[witness.rejectedBy](witness.value);
}

/** Of the schema at a place of a bundled document. */
function validator({ bundled }: ApiDocument, pointer: string): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(bundled as object, "https://api.example/");
  const check = ajv.compile({ $ref: `https://api.example/#${encodeURI(pointer)}` });
  return (value) => check(value) === true;
}
