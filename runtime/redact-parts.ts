import type { Connector } from "./descriptor.ts";
import { readPath } from "./pointer.ts";
import { attempt, HIDDEN, hiddenNames, isTelling, type Redactor } from "./redact.ts";

/** Takes secrets out of whole parts of requests and answers. Neither function throws, whatever it is given. */
export interface PartsRedactor {
  headers(headers: Headers): Record<string, string>;
  /** A copy of a decoded body, without what stands at these JSON Pointers or under a telling name. */
  body(value: unknown, pointers?: readonly (readonly string[])[]): unknown;
}

const DEEPEST_BODY = 64;

/** Redacts by name, and by the values that `redactor` knows. */
export function createPartsRedactor(connector: Connector, redactor: Redactor): PartsRedactor {
  const isHidden = hiddenNames(connector, "headers");
  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return redactor.text(value);
    if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
    if (depth >= DEEPEST_BODY) return "[deep]";
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
      redactor.text(key),
      isTelling(key) && item !== null ? HIDDEN : copy(item, depth + 1),
    ]);
    return Object.fromEntries(entries);
  };

  return {
    headers: (headers) =>
      attempt(
        () =>
          Object.fromEntries(
            [...headers].map(([name, value]) => [name, isHidden(name) ? HIDDEN : redactor.text(value)]),
          ),
        {},
      ),
    body: (value, pointers = []) =>
      attempt<unknown>(() => {
        const result = { root: copy(value, 0) };
        for (const pointer of pointers) hide(result, ["root", ...pointer]);
        return result.root;
      }, HIDDEN),
  };
}

function hide(root: unknown, path: readonly string[]): void {
  const last = path.at(-1)!;
  const parent = readPath(root, path.slice(0, -1));
  if (typeof parent === "object" && parent !== null && Object.hasOwn(parent, last)) {
    Object.defineProperty(parent, last, { value: HIDDEN, enumerable: true, configurable: true, writable: true });
  }
}
