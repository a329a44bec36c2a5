import type { ApiDocument, SpecOperation } from "../../model.ts";

export type FoundOperation =
  | { readonly kind: "operation"; readonly operation: SpecOperation }
  /** Below a server of the API, at a place that the document does not know. */
  | { readonly kind: "undocumented"; readonly path: string }
  | { readonly kind: "elsewhere" };

/** Finds the operation of a document that a request calls. @param servers Beside those of the document. */
export function operationFinder(
  { servers: own, operations }: ApiDocument,
  servers: readonly string[],
): (method: string, url: URL) => FoundOperation {
  const bases = [...own.map(({ url }) => url), ...servers].map(basePattern).filter((one) => one !== undefined);
  const index = new Map<string, SpecOperation[]>();
  for (const operation of operations) {
    const key = `${operation.method.toUpperCase()} ${operation.path.split("/").length}`;
    index.set(key, [...(index.get(key) ?? []), operation]);
  }
  return (method, url) => {
    const whole = url.origin + url.pathname;
    const found = bases.map((base) => base.exec(whole)?.[1]).filter((rest) => rest !== undefined);
    if (found.length === 0) return { kind: "elsewhere" };
    for (const path of found) {
      const segments = path.split("/");
      const fitting = (index.get(`${method} ${segments.length}`) ?? []).filter((one) => fits(one.path, segments));
      const literal = fitting.sort((a, b) => count(a.path) - count(b.path))[0];
      if (literal !== undefined) return { kind: "operation", operation: literal };
    }
    return { kind: "undocumented", path: found[0]! };
  };
}

const count = (path: string): number => path.split("{").length;

/** A variable of a server stands for anything but a slash. */
function basePattern(url: string): RegExp | undefined {
  if (!/^https?:\/\//.test(url)) return undefined;
  const text = url
    .replace(/\/$/, "")
    .split(/\{[^{}]*\}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${text.join("[^/]*")}(/.*|)$`);
}

function fits(template: string, segments: readonly string[]): boolean {
  return template.split("/").every((part, index) => {
    const given = segments[index]!;
    if (!part.includes("{")) return part === given;
    const [before = "", after = ""] = [part.slice(0, part.indexOf("{")), part.slice(part.lastIndexOf("}") + 1)];
    return given.length > before.length + after.length && given.startsWith(before) && given.endsWith(after);
  });
}
