import { isObject, member, type Place, type Source, step } from "./source.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/**
 * Operations of the raw document as `METHOD /path`, path items behind references and additional methods included. The path
 * stands without a query or fragment.
 */
export function declaredOperations(source: Source): string[] {
  const paths = step(source.root, "paths");
  if (!paths || !isObject(paths.value)) return [];
  return Object.keys(paths.value)
    .filter((path) => !path.startsWith("x-"))
    .flatMap((path) => {
      const found = new Set<string>();
      for (let item = step(paths, path), hops = 0; item && hops < 10; hops++) {
        for (const method of methodsOf(item)) found.add(`${method} ${path.startsWith("/") ? path : `/${path}`}`);
        const reference: unknown = member(item.value, "$ref");
        item = typeof reference === "string" ? source.follow(item.file, reference) : undefined;
      }
      return [...found].map((operation) => operation.replace(/[?#].*$/s, ""));
    });
}

/** Declared operations that were not emitted, each as often as it is missing. */
export function missingOperations(declared: readonly string[], emitted: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const operation of emitted) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return declared.filter((operation) => {
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count - 1);
    return count <= 0;
  });
}

function methodsOf(item: Place): string[] {
  const additional = member(item.value, "additionalOperations");
  return [
    ...methods.filter((method) => isObject(member(item.value, method))).map((method) => method.toUpperCase()),
    ...(isObject(additional) ? Object.keys(additional) : []),
  ];
}
