import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageFiles } from "./surface-program.ts";

/** The manifest and the TypeScript of a package: sources, or the declarations of a built one. */
export function isSurfaceFile(path: string): boolean {
  if (path === "package.json") return true;
  return /\.[cm]?ts$/.test(path) && !/(?:^|\/)node_modules\//.test(path) && !/\.(?:test|spec)\.ts$/.test(path);
}

/** Undefined when there is no package in the folder. */
export async function readPackage(folder: string): Promise<PackageFiles | undefined> {
  const files = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true }).catch(() => [])) {
      const own = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== "node_modules") await visit(own);
      else if (entry.isFile() && isSurfaceFile(own)) files.set(own, await readFile(join(folder, own), "utf8"));
    }
  };
  await visit("");
  return files.has("package.json") ? sourcesFirst(files) : undefined;
}

/** What was built of sources that are there would be the same names twice. */
export function sourcesFirst(files: PackageFiles): PackageFiles {
  const isBuilt = (path: string): boolean => path.startsWith("dist/");
  const hasSources = [...files.keys()].some((path) => path.endsWith(".ts") && !isBuilt(path));
  return hasSources ? new Map([...files].filter(([path]) => !isBuilt(path))) : files;
}
