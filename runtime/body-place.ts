/** Values that the client puts into a request body: positions and sizes of pages in POST searches, idempotency keys. */
import { readPath } from "./pointer.ts";
import type { Input } from "./request.ts";

/** What stands at a place of an input, and the input with another value there. */
interface PlaceView {
  readonly value: unknown;
  /** A copy; what the caller gave is never changed. Undefined where the body is nothing that could hold the value. */
  put(value: unknown): Input | undefined;
}

/** Where such a value goes. `path` is a JSON Pointer, split. */
export type BodyPlace = (input: Input, path: readonly string[]) => PlaceView;

/** A place in the request body; objects on the way to it that are missing are made. */
export const bodyPlace: BodyPlace = (input, path) => {
  const whole = ["body", ...path];
  return {
    value: readPath(input, whole),
    put: (value) => replace(input, whole, value) as Input | undefined,
  };
};

function replace(at: unknown, [token, ...rest]: readonly string[], value: unknown): object | undefined {
  if (at !== undefined && at !== null && !isPlain(at)) return undefined;
  const member = rest.length === 0 ? value : replace(readPath(at, [token!]), rest, value);
  // Without a prototype, a member called `__proto__` is a member.
  return member === undefined ? undefined : Object.assign(Object.create(null), at, { [token!]: member });
}

/** A Blob, a stream or a Date is an object too, but none whose members are sent. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const above: unknown = Object.getPrototypeOf(value);
  return above === null || Object.getPrototypeOf(above) === null;
}
