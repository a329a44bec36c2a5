/**
 * A copy of options that has no prototype: a polluted `Object.prototype` cannot supply what the caller left out, such as
 * a base URL or credentials (CVE-2026-42264 is what happens otherwise). Getters are read once; inherited members do not count.
 */
export function ownOptions<T extends object>(options: T): T {
  return Object.assign(Object.create(null), options) as T;
}
