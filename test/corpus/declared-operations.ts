import { isObject, member, type Place, type Source, step } from "./source.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/** Operations of the raw document as `METHOD /path`, path items behind references and additional methods included. */
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
      return [...found];
    });
}

function methodsOf(item: Place): string[] {
  const additional = member(item.value, "additionalOperations");
  return [
    ...methods.filter((method) => isObject(member(item.value, method))).map((method) => method.toUpperCase()),
    ...(isObject(additional) ? Object.keys(additional) : []),
  ];
}
