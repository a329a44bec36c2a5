import { ParameterError } from "./parameters.ts";
import { readPath } from "./pointer.ts";

/** A place in a request body that is not one of its own properties. */
export interface KeyPlace {
  read(body: unknown, path: readonly string[]): unknown;
  /** A copy with the key; what it does not touch is shared with the original. */
  write(body: unknown, path: readonly string[], key: string): unknown;
}

/** A key inside of objects of the body, which are made where they are absent. The caller's body is not changed. */
export const nestedKey: KeyPlace = { read: readPath, write };

function write(body: unknown, path: readonly string[], key: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return key;
  if (body !== undefined && (typeof body !== "object" || body === null || Array.isArray(body)))
    throw new ParameterError("has no object at the place of the idempotency key, and something else stands there");
  const own = body !== undefined && Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
  // Without a prototype, a member called `__proto__` is a member.
  return Object.assign(Object.create(null), body, { [name]: write(own, rest, key) });
}
