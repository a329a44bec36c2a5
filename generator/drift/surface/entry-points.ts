/** What of a package can be imported, and which file declares it. */
import { posix } from "node:path";
import type { PackageFiles } from "./surface-program.ts";

/** Subpath (`./v1`) -> file with its declarations. A manifest that says nothing readable has none. */
export function entryPoints(files: PackageFiles): Map<string, string> {
  const found = new Map<string, string>();
  const map = exportsOf(files.get("package.json") ?? "{}");
  for (const [subpath, target] of Object.entries(map)) {
    const paths = targetsOf(target, 0).map((path) => posix.normalize(path));
    const declared = paths.flatMap((path) => [path, path.replace(/\.([cm]?)js$/, ".d.$1ts")]);
    const file = declared.find((path) => /\.[cm]?ts$/.test(path) && files.has(path));
    if (file !== undefined) found.set(subpath, file);
  }
  return found;
}

function exportsOf(manifest: string): Readonly<Record<string, unknown>> {
  try {
    const { exports } = JSON.parse(manifest) as { exports?: unknown };
    if (typeof exports === "string") return { ".": exports };
    if (typeof exports !== "object" || exports === null || Array.isArray(exports)) return {};
    const keys = Object.keys(exports);
    return keys.some((key) => key.startsWith(".")) ? (exports as Record<string, unknown>) : { ".": exports };
  } catch {
    return {};
  }
}

/** Paths of a target, in the order in which TypeScript tries its conditions. */
function targetsOf(target: unknown, depth: number): string[] {
  if (typeof target === "string") return [target];
  if (typeof target !== "object" || target === null || depth > 8) return [];
  if (Array.isArray(target)) return target.flatMap((one) => targetsOf(one, depth + 1));
  return Object.entries(target)
    .filter(([condition]) => ["@couplet/source", "types", "import", "node", "default"].includes(condition))
    .flatMap(([, inner]) => targetsOf(inner, depth + 1));
}
