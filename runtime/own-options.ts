// An object without any prototype is a slow dictionary to the engine; one above it keeps shapes, and has nothing to inherit.
const nothing: object = Object.freeze(Object.create(null));

/**
 * A copy of options that inherits nothing: a polluted `Object.prototype` cannot supply what the caller left out, such as
 * a base URL or credentials (CVE-2026-42264 is what happens otherwise). Getters are read once; inherited members do not count.
 */
export function ownOptions<T extends object>(options: T): T {
  return Object.assign(Object.create(nothing), options) as T;
}

const copies = new WeakMap<object, object>();

/** The same for the data of a descriptor, all the way down; equal parts stay one object. Functions stay as they are. */
export function ownData<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known as T;
  const copy = Array.isArray(value) ? [] : Object.create(nothing);
  copies.set(value, copy);
  for (const [key, member] of Object.entries(value)) copy[key] = ownData(member);
  return copy;
}
