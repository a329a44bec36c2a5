import type { ApiDocument, SpecOperation } from "../model.ts";
import { pickedBy, type SelectorValue, selectorNames } from "../policy-selectors.ts";

/**
 * What a value that picks nothing any more should say: the operations that it picked went on under other names, all
 * changed in the same way, and the new value picks exactly them. Undefined when any of this is in doubt.
 * @param became Operation of the base -> what it is now.
 */
export function suspectedName(
  selector: SelectorValue,
  became: ReadonlyMap<SpecOperation, SpecOperation>,
  revision: ApiDocument,
): string | undefined {
  const { key, value, matched } = selector;
  const now = matched.flatMap((operation) => became.get(operation) ?? []);
  if (matched.length === 0 || now.length !== matched.length) return undefined;
  const head = value.split("*", 1)[0]!;
  const tail = value.slice(head.length);
  const candidates = matched.map((operation) => {
    const old = new Set(selectorNames(operation, key));
    const named = key === "operations" && old.size > 1 && value === operation.key ? [operation.key] : [...old];
    const fresh = selectorNames(became.get(operation)!, key).filter((name) => key === "operations" || !old.has(name));
    const texts = named.flatMap((before) => {
      if (!before.startsWith(head)) return [];
      const rest = before.slice(head.length);
      return fresh.flatMap((after) =>
        after.endsWith(rest) ? [after.slice(0, after.length - rest.length) + tail] : [],
      );
    });
    return new Set(texts);
  });
  const [first, ...others] = candidates;
  const common = [...first!].filter((text) => text !== value && others.every((one) => one.has(text)));
  const fitting = common.filter((text) => {
    const picked = pickedBy(revision, selector, text);
    return picked.length === now.length && now.every((operation) => picked.includes(operation));
  });
  // An operationId says more than a method and a path; both may fit.
  return key === "operations" ? fitting[0] : fitting.length === 1 ? fitting[0] : undefined;
}
