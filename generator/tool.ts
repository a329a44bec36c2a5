/** The generator's own identity: its version, and a hash of its code, so that a changed generator is never skipped. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Tool {
  readonly version: string;
  readonly sha256: string;
}

const ignored = new Set(["node_modules", "dist"]);

async function listCode(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !ignored.has(entry.name)) found.push(...(await listCode(path)));
    else if (entry.isFile() && /\.(ts|js|hbs|json)$/.test(entry.name)) found.push(path);
  }
  return found.sort();
}

let known: Promise<Tool> | undefined;

async function identify(): Promise<Tool> {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const hash = createHash("sha256");
  for (const file of await listCode(folder)) hash.update(await readFile(file));
  const manifest = await readFile(new URL("package.json", import.meta.url), "utf8").catch(() =>
    readFile(new URL("../package.json", import.meta.url), "utf8"),
  );
  return { version: (JSON.parse(manifest) as { version: string }).version, sha256: hash.digest("hex") };
}

export function tool(): Promise<Tool> {
  known ??= identify();
  return known;
}
