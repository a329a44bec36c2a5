/** Documents that are not the ones that were accepted: neither the lock's, nor those that source.yaml tells of. */
import { readFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type Diagnostic, InputError } from "../errors.ts";
import { irSha256 } from "../ir-sha256.ts";
import { loadDocument } from "../load/document.ts";
import { readSourceFile, type SourceFile, sourceFileName } from "../load/source-file.ts";
import { type Lock, type LockedVersion, sha256 } from "../lock.ts";
import { lockedVersion } from "../package-job.ts";
import { type ProviderSources, readIfPresent } from "../workspace.ts";

/** `source.yaml` beside a document; undefined when there is none. */
export async function sourceFileOf(root: string, document: string): Promise<SourceFile | undefined> {
  const file = `${dirname(document).split(sep).join("/")}/${sourceFileName}`;
  const text = await readIfPresent(join(root, file));
  return text === undefined ? undefined : readSourceFile(file, text);
}

export interface PinFindings {
  /** The document is not the lock's. */
  readonly lock: readonly Diagnostic[];
  /** The document is not what source.yaml says was fetched; or source.yaml is not readable. */
  readonly sources: readonly Diagnostic[];
}

export async function sourcePins(
  root: string,
  providers: readonly ProviderSources[],
  lock: Lock | undefined,
): Promise<PinFindings> {
  const found = { lock: [] as Diagnostic[], sources: [] as Diagnostic[] };
  for (const { provider, versions } of providers)
    for (const { version, document, overlays } of versions) {
      const file = document.split(sep).join("/");
      const bytes = await readFile(join(root, file)).catch(() => undefined);
      // What cannot be read is told by whoever loads it.
      if (bytes === undefined) continue;
      const hash = sha256(bytes);
      const locked = lockedVersion(lock, provider, version);
      const inputs = locked?.inputs ?? {};
      const pinned = Object.hasOwn(inputs, file) ? inputs[file] : undefined;
      const whole = { file, line: 1, column: 1, code: "P502", severity: "error" as const };
      if (pinned !== undefined && pinned !== hash)
        found.lock.push({
          ...whole,
          message:
            `this is not the document that was accepted: its sha256 is ${short(hash)}, the lock has ${short(pinned)}` +
            ((await isSilent(root, document, overlays, locked))
              ? "; but for descriptions, examples and layout it says the same"
              : ""),
          fix: `repair the provider's document in overlay.yaml; a new one is taken by \`couplet update ${provider}@${version} --to <file>\`; one of your own by \`couplet generate\``,
        });
      try {
        const source = await sourceFileOf(root, document);
        if (source?.sha256 !== undefined && source.sha256 !== hash)
          found.sources.push({
            ...source.locate("sha256"),
            ...{ code: "P502", severity: "error" },
            message: `the document beside it is not the one that was taken from there: its sha256 is ${short(hash)}`,
            fix: "put the provider's bytes back and repair them in overlay.yaml; if the document is your own, take `sha256` out",
          });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        found.sources.push(...error.diagnostics);
      }
    }
  return found;
}

const short = (hash: string): string => `${hash.slice(0, 12)}…`;

/** Whether the document says what the lock has, however it is written. */
async function isSilent(
  root: string,
  document: string,
  overlays: readonly string[],
  locked: LockedVersion | undefined,
): Promise<boolean> {
  if (locked?.irSha256 === undefined) return false;
  try {
    return irSha256(await loadDocument(document, { cwd: root, overlays })) === locked.irSha256;
  } catch (error) {
    // What is wrong with it is told by whoever lints or builds.
    if (error instanceof InputError) return false;
    throw error;
  }
}
