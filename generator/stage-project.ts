/** A provider's sources as a project of their own, with changes that are not made yet: what follows from them is known before anything is written. */
import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { loadDocument } from "./load/document.ts";
import { loadPolicy } from "./load/policy.ts";
import { policySchemaName } from "./policy-schema-file.ts";
import { loadProject } from "./project.ts";
import { withTemporaryFiles } from "./vendor.ts";
import type { ProviderSources, Workspace } from "./workspace.ts";

/** Paths from the project's root, joined by `/`, and what becomes of them; `undefined` goes. */
export type Changes = ReadonlyMap<string, Uint8Array | string | undefined>;

/** Runs `use` on a copy of everything that the provider is generated from, changed. */
export async function withStaged<T>(
  { root, config }: Workspace,
  { provider, policy, versions }: ProviderSources,
  changes: Changes,
  use: (staged: Workspace, sources: ProviderSources) => Promise<T>,
): Promise<T> {
  const files = new Map<string, Uint8Array | string>();
  const take = async (path: string): Promise<void> => {
    const bytes = await readFile(join(root, path)).catch(() => undefined);
    if (bytes !== undefined) files.set(path.split(sep).join("/"), bytes);
  };
  const folder = join(root, config.specs, provider);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile()) await take(relative(root, join(entry.parentPath, entry.name)));
  const bases = policy === undefined ? [] : (await loadPolicy(policy, { cwd: root })).files;
  const elsewhere = versions.filter(({ document }) => !files.has(document.split(sep).join("/")));
  const documents = await Promise.all(elsewhere.map(({ document }) => loadDocument(document, { cwd: root })));
  const real = await realpath(root);
  const named = [...bases, ...documents.flatMap((document) => document.files)].map((file) => relative(real, file));
  const overlays = versions.flatMap((version) => version.overlays);
  for (const path of [...named, ...overlays, "couplet.yaml", `${config.specs}/${policySchemaName}`])
    if (!path.startsWith("..") && !files.has(path.split(sep).join("/"))) await take(path);
  for (const [path, content] of changes) {
    if (content === undefined) files.delete(path);
    else files.set(path, content);
  }
  return withTemporaryFiles(files, async (temporary) => {
    const staged = await loadProject(temporary);
    return use(staged, staged.providers.find((one) => one.provider === provider)!);
  });
}

/** Folder of a version's document, from the project's root. */
export const folderOf = (document: string): string => dirname(document).split(sep).join("/");
