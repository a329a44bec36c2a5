/** Ports may answer at once; waiting for such an answer would cost every call a turn. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}
