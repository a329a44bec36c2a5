/** P431: an error rule that takes every success of an operation for an error, by the document's own word. */
import type { Condition, Pointer } from "@couplet/runtime/codegen/v1";
import type { ApiDocument, Json, SpecMediaType, SpecOperation, SpecResponse } from "../model.ts";
import { type Known, truthOf } from "./condition-truth.ts";
import { expand } from "./schema-pointer.ts";
import { promisedAt } from "./schema-values.ts";

function valueAt(value: Json, path: readonly string[]): Json {
  let found: unknown = value;
  for (const name of path) {
    const here = typeof found === "object" && found !== null && Object.hasOwn(found, name);
    found = here ? (found as Record<string, unknown>)[name] : null;
  }
  return found as Json;
}

/** The status of a declared answer; a range stands for its usual one. */
const statusOf = (response: SpecResponse): number => Number(response.status.replace(/XX$/i, "00"));

function examplesOf(document: ApiDocument, media: SpecMediaType): readonly Json[] {
  const ofSchema = media.schema === undefined ? [] : expand(document, media.schema).slice(0, 2);
  return [
    ...(media.example === undefined ? [] : [media.example]),
    ...ofSchema.flatMap((schema) => schema.examples ?? []),
  ];
}

function always(condition: Condition, status: number, body: (path: readonly string[]) => Known): boolean {
  const known = (pointer: Pointer): Known => {
    if (pointer.from === "status") return { values: [status] };
    return pointer.from === "body" ? body(pointer.path) : {};
  };
  return truthOf(condition, known) === "always";
}

function takesAll(document: ApiDocument, condition: Condition, response: SpecResponse): boolean {
  const status = statusOf(response);
  const bodies = response.content.filter((media) => media.schema !== undefined || media.example !== undefined);
  if (bodies.length === 0) return always(condition, status, () => ({}));
  return bodies.every((media) => {
    const { schema } = media;
    if (always(condition, status, (path) => (schema ? promisedAt(document, schema, path) : {}))) return true;
    const examples = examplesOf(document, media);
    return (
      examples.length > 0 &&
      examples.every((example) => always(condition, status, (path) => ({ values: [valueAt(example, path)] })))
    );
  });
}

/** Whether every success that the document declares for the operation fulfils the condition. */
export function takesEverySuccess(document: ApiDocument, condition: Condition, operation: SpecOperation): boolean {
  const successes = operation.responses.filter((response) => response.status.startsWith("2"));
  return successes.length > 0 && successes.every((response) => takesAll(document, condition, response));
}
