import { isPromise } from "../is-promise.ts";

/** What each item gives: at once where all of them do, else together. One that throws leaves no other behind unheard. */
export function allOf<T, U>(
  items: readonly T[],
  get: (item: T) => U | Promise<U>,
): readonly U[] | Promise<readonly U[]> {
  const values = items.map((item) => {
    try {
      return get(item);
    } catch (error) {
      return Promise.reject(error);
    }
  });
  return values.some(isPromise) ? Promise.all(values) : (values as U[]);
}
