/** The client of a version as it would be generated, in memory. */
import { join, resolve } from "node:path";
import { buildPackage } from "./build-package.ts";
import { type Diagnostic, InputError } from "./errors.ts";
import { loadDocument } from "./load/document.ts";
import type { Lock } from "./lock.ts";
import type { ApiDocument } from "./model.ts";
import { tool } from "./tool.ts";
import type { ProviderSources, Workspace } from "./workspace.ts";

export interface RevisedClient {
  readonly document: ApiDocument;
  /** Paths below the version's folder -> text. */
  readonly files: ReadonlyMap<string, string>;
}

/** The document of a version of the project, with its overlays. */
export async function readPinned(
  { root }: Workspace,
  { versions }: ProviderSources,
  wanted: string,
): Promise<ApiDocument> {
  const { document, overlays } = versions.find(({ version }) => version === wanted)!;
  return loadDocument(resolve(root, document), { cwd: root, overlays: overlays.map((file) => resolve(root, file)) });
}

/**
 * Builds a version of the project, or that version with another document in place of its own. The lock keeps the names
 * of a version that it knows. Throws `InputError` that stops with `revision` when document or policy say nothing clear.
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
      // A newer document of the same provider needs the same repairs.
      versions: [wanted.document === undefined ? source : { ...source, document: wanted.document }],
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
    throw new InputError(
      diagnostics.filter(({ severity }) => severity === "error"),
      "revision",
    );
  const prefix = `${wanted.version}/`;
  const files = [...built.files].flatMap(([path, text]) =>
    path.startsWith(prefix) ? [[path.slice(prefix.length), text] as const] : [],
  );
  return { document, files: new Map(files) };
}
