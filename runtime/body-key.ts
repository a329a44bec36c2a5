import { bodyPlace } from "./body-place.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { ParameterError } from "./parameters.ts";
import { readPath } from "./pointer.ts";
import { type Input, isRecord, ownValue } from "./request.ts";

/** A runtime feature: the body of an input with the key in it. */
export type BodyKeyWriter = (operation: OperationDescriptor, input: Input, key: string) => unknown;

/** The key that the caller put into the body itself, when the policy carries keys there. */
export function keyInBody(operation: OperationDescriptor, input: Input): string | undefined {
  const path = operation.policy.idempotency.key?.path;
  const value = path && readPath(ownValue(input, "body"), path);
  return (typeof value === "string" && value !== "") || typeof value === "number" ? String(value) : undefined;
}

/**
 * Writes the key where the policy says, unless it stands there already. Objects on the way to it are made; the caller's
 * body is not changed. Throws a ParameterError for a body that has no place for it: without it a repetition could be a
 * second effect.
 */
export const bodyKey: BodyKeyWriter = (operation, input, key) => {
  const body = ownValue(input, "body");
  if (keyInBody(operation, input) !== undefined) return body;
  const path = operation.policy.idempotency.key!.path!;
  const [name = ""] = path;
  // Members of objects of any class are sent. Without a prototype, a key called `__proto__` stays a key.
  const keyed =
    path.length === 1 && isRecord(body) && !(body instanceof Blob)
      ? Object.assign(Object.create(null), body, { [name]: key })
      : bodyPlace(input, path).put(key)?.["body"];
  if (keyed !== undefined) return keyed;
  throw new ParameterError("has no place for the idempotency key, which makes it safe to send again");
};
