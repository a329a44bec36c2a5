/** A new document is accepted: everything that follows from it, in memory. */
import { join, relative, sep } from "node:path";
import { sourceText, vendoredFiles } from "../add.ts";
import { type Diagnostic, InputError } from "../errors.ts";
import { prepare } from "../generate.ts";
import { loadDocument } from "../load/document.ts";
import { readSourceFile, renewSourceFile, sourceFileName } from "../load/source-file.ts";
import { type LockedVersion, sha256 } from "../lock.ts";
import type { ApiDocument } from "../model.ts";
import { assertPlaces } from "../output-places.ts";
import { lockedProvider, type Release } from "../package-job.ts";
import { asRevision } from "../planned-version.ts";
import { projectRun } from "../project-run.ts";
import { type Changes, folderOf, withStaged } from "../stage-project.ts";
import type { TakenDocument } from "../take-document.ts";
import { type ProviderSources, readIfPresent } from "../workspace.ts";
import type { UpstreamContext } from "./upstream-drift.ts";

export interface UpdateRequest extends UpstreamContext {
  readonly sources: ProviderSources;
  /** The version that is replaced, or that a new one comes beside. */
  readonly version: ProviderSources["versions"][number];
  /** Label of a new version. */
  readonly as?: string;
  /** Absent: the documents stay, and what the lock did not know yet is accepted. */
  readonly taken: TakenDocument | undefined;
  /** Decides the package's next version. */
  readonly release: (provider: string, after: Readonly<Record<string, LockedVersion>>) => Release;
}

export interface PreparedUpdate {
  /** By path from the project's root; `undefined` goes. */
  readonly files: Changes;
  /** Of the provider's sources, as they are told. */
  readonly sources: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly after: Readonly<Record<string, LockedVersion>>;
}

/** @throws InputError when the new document, or what the project says of it, is refused. Nothing is written here. */
export async function prepareUpdate(request: UpdateRequest): Promise<PreparedUpdate> {
  const { workspace, lock, sources, progress } = request;
  const changes = await sourceChanges(request);
  return withStaged(workspace, sources, changes, async (staged, provider) => {
    const run = await projectRun(staged, { providers: [provider], lock, check: false, progress });
    const options = {
      ...run.options,
      // Other providers are not in the staged project, and stay as they are.
      complete: false,
      newOrigins: "accepted",
      release: request.release,
    } as const;
    const prepared = await prepare(run.jobs, options);
    // The lock's word on what may go is believed no further than by `generate`.
    await assertPlaces(join(workspace.root, workspace.config.out), prepared.files.keys(), prepared.owned);
    const files = new Map(changes);
    const toOut = (path: string): string => `${workspace.config.out}/${path}`;
    for (const path of prepared.owned) if (!prepared.files.has(path)) files.set(toOut(path), undefined);
    for (const [path, text] of prepared.files) files.set(toOut(path), text);
    for (const [path, text] of prepared.beside) files.set(relative(staged.root, path).split(sep).join("/"), text);
    const after = lockedProvider(prepared.lock, sources.provider)?.versions ?? {};
    return { files, sources: [...changes.keys()], diagnostics: prepared.diagnostics, after };
  });
}

/** The document with the files that it refers to, and source.yaml; files of the old document that nobody needs go. */
async function sourceChanges({ workspace, sources, version, as, taken, today }: UpdateRequest): Promise<Changes> {
  const changes = new Map<string, Uint8Array | string | undefined>();
  if (taken === undefined) return changes;
  const { root, config } = workspace;
  const document = await asRevision(loadDocument(taken.file, { cwd: taken.cwd }));
  const files = await vendoredFiles(document, {});
  const [name, bytes] = files.entries().next().value!;
  const place = as === undefined ? folderOf(version.document) : `${config.specs}/${sources.provider}/${as}`;
  const own = as === undefined ? placeOfDocument(version.document, name) : `${place}/${name}`;
  for (const [path, content] of files) changes.set(path === name ? own : `${place}/${path}`, content);
  const sourceFile = `${place}/${sourceFileName}`;
  const told = as === undefined ? await readIfPresent(join(root, sourceFile)) : undefined;
  if (told !== undefined) readSourceFile(sourceFile, told);
  const facts = { from: taken.from, fetched: today, sha256: sha256(bytes), files: files.size };
  const text =
    told === undefined
      ? sourceText(document, bytes, files.size, { from: taken.from, today })
      : renewSourceFile(told, facts);
  changes.set(sourceFile, text);
  if (as === undefined)
    for (const path of await oldFiles(root, version)) if (!changes.has(path)) changes.set(path, undefined);
  return changes;
}

/** A document that the policy names keeps its name; the others are called after their form. */
function placeOfDocument(document: string, name: string): string {
  const file = document.split(sep).join("/");
  if (/\/openapi\.(?:json|ya?ml)$/.test(file)) return file.endsWith(".yml") ? file : `${folderOf(document)}/${name}`;
  if (!file.endsWith(".json") || name.endsWith(".json")) return file;
  throw new InputError([
    {
      ...{
        file,
        line: 1,
        column: 1,
        code: "C004",
        severity: "error",
        message: "the new document is YAML, and this is a .json file",
      },
      fix: "name it .yaml in the policy's `spec`, or convert the new one",
    },
  ]);
}

/** Files of the pinned document inside its own folder. */
async function oldFiles(root: string, { document }: ProviderSources["versions"][number]): Promise<string[]> {
  let before: ApiDocument;
  try {
    before = await loadDocument(join(root, document), { cwd: root });
  } catch (error) {
    // What was pinned may be what is wrong: then only the document itself is replaced.
    if (!(error instanceof InputError)) throw error;
    return [document.split(sep).join("/")];
  }
  const [own] = before.files;
  const folder = own!.slice(0, own!.lastIndexOf(sep));
  return before.files.map((file) => `${folderOf(document)}/${relative(folder, file).split(sep).join("/")}`);
}
