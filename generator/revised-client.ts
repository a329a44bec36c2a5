/** The client of a version as it would be generated, in memory. */
import { join } from "node:path";
import { buildPackage } from "./build-package.ts";
import { type Diagnostic, InputError } from "./errors.ts";
import type { Lock } from "./lock.ts";
import type { ApiDocument } from "./model.ts";
import { tool } from "./tool.ts";
import type { ProviderSources, Workspace } from "./workspace.ts";

export interface RevisedClient {
  readonly document: ApiDocument;
  /** Paths below the version's folder -> text. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Builds a version of the project, or that version with another document in place of its own. The lock keeps the names
 * of a version that it knows. Throws `InputError` with what is wrong with document or policy.
 */
export async function buildRevisedClient(
  { root, config }: Workspace,
  { provider, policy, versions }: ProviderSources,
  wanted: { readonly version: string; readonly document?: string },
  lock: Lock | undefined,
): Promise<RevisedClient> {
  const source = versions.find(({ version }) => version === wanted.version)!;
  const diagnostics: Diagnostic[] = [];
  const built = await buildPackage(
    {
      provider,
      ...(policy === undefined ? {} : { policy }),
      // An overlay repairs one document; another may not have the places that it changes.
      versions: [wanted.document === undefined ? source : { ...source, document: wanted.document, overlays: [] }],
      folder: () => "",
    },
    {
      root,
      out: join(root, config.out),
      lockFile: join(root, "couplet.lock.json"),
      lock,
      complete: false,
      scope: config.scope,
      runtime: (await tool()).version,
      strict: false,
      check: true,
      progress: () => {},
    },
    diagnostics,
  );
  const document = built?.documents.get(wanted.version);
  if (built === undefined || document === undefined)
    throw new InputError(diagnostics.filter(({ severity }) => severity === "error"));
  const prefix = `${wanted.version}/`;
  const files = [...built.files].flatMap(([path, text]) =>
    path.startsWith(prefix) ? [[path.slice(prefix.length), text] as const] : [],
  );
  return { document, files: new Map(files) };
}
