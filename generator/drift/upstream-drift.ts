/** What providers changed since their documents were pinned. */
import { readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { type Diagnostic, InputError } from "../errors.ts";
import { refetchDocument } from "../fetch-document.ts";
import { loadDocument } from "../load/document.ts";
import { type Lock, sha256 } from "../lock.ts";
import { planRevision, type Revision } from "../planned-version.ts";
import { replaceTogether } from "../replace-together.ts";
import { safeName } from "../take-document.ts";
import { withTemporaryFile } from "../vendor.ts";
import type { ProviderSources, Workspace } from "../workspace.ts";
import { diffVersions } from "./diff-versions.ts";
import type { DriftReport, Finding } from "./finding.ts";
import { sourceFileOf } from "./source-pins.ts";
import { cacheFiles, readCache } from "./upstream-cache.ts";

export interface UpstreamContext {
  readonly workspace: Workspace;
  readonly lock: Lock | undefined;
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly progress: (message: string) => void;
}

export interface UpstreamDrift {
  readonly provider: string;
  readonly version: string;
  /** For people: what was compared, or why nothing was. */
  readonly told: string;
  /** `absent`: there is nothing to compare with. `documentation`: nothing that a client can notice. */
  readonly state: "absent" | "same" | "documentation" | "changed";
  readonly findings: readonly Finding[];
  /** What the policy says of the new document and did not say of the pinned one. */
  readonly diagnostics: readonly Diagnostic[];
  readonly inputs: DriftReport["inputs"];
}

type Version = ProviderSources["versions"][number];

const nothing = { findings: [], diagnostics: [], inputs: [] } as const;

/** The pinned document against another one. @throws InputError (`stop: "revision"`) when that one cannot be read. */
export async function compareWith(
  context: UpstreamContext,
  sources: ProviderSources,
  { version, document }: Version,
  revision: Revision & { readonly shown: string },
): Promise<UpstreamDrift> {
  const { provider } = sources;
  const of = { provider, version };
  const { root } = context.workspace;
  const [pinned, other] = await Promise.all([
    readFile(join(root, document)),
    readFile(resolve(revision.cwd, revision.file)).catch(() => undefined),
  ]);
  const inputs: DriftReport["inputs"] = [
    { role: "base", ...of, file: document.split(sep).join("/"), specSha256: sha256(pinned) },
    { role: "revision", ...of, file: revision.shown, ...(other && { specSha256: sha256(other) }) },
  ];
  if (other?.equals(pinned)) return { ...nothing, ...of, state: "same", told: "as pinned", inputs };
  const { base, revision: next } = await planRevision(context.workspace, sources, version, revision, context);
  const findings = diffVersions(base, next, of);
  const known = new Set(base.policy.diagnostics.map(({ code, message }) => `${code} ${message}`));
  const diagnostics = next.policy.diagnostics.filter(({ code, message }) => !known.has(`${code} ${message}`));
  const silent = findings.length === 0;
  const told = silent ? "nothing that a client can notice: descriptions, examples or order" : "changed";
  return { ...of, state: silent ? "documentation" : "changed", told, findings, diagnostics, inputs };
}

/** The pinned document against what is cached; nothing is fetched. */
export async function compareWithCache(
  context: UpstreamContext,
  sources: ProviderSources,
  version: Version,
): Promise<UpstreamDrift> {
  const { root } = context.workspace;
  const cached = await readCache(root, sources.provider, version.version);
  if (cached === undefined) {
    const url = (await sourceFileOf(root, version.document))?.url;
    const told =
      url === undefined ? "source.yaml names no `url` to fetch" : "nothing cached; --fetch asks the provider";
    return { ...nothing, provider: sources.provider, version: version.version, state: "absent", told };
  }
  const drift = await compareWith(context, sources, version, { file: cached.file, cwd: root, shown: cached.file });
  return { ...drift, told: `${drift.told} (seen ${cached.fetched})` };
}

export interface FetchSettings {
  /** Beside the host of the version's own `url`. */
  readonly allowHosts: readonly string[];
  readonly fetch?: typeof fetch;
}

/**
 * Asks the provider for the document anew, and keeps what it answers once it is known to be one.
 * @throws InputError: `unreachable`, or `revision` for an answer that is no usable document. Nothing is written then.
 */
export async function fetchToCache(
  { workspace: { root }, today, progress }: UpstreamContext,
  { provider }: ProviderSources,
  { version, document }: Version,
  { allowHosts, ...options }: FetchSettings,
): Promise<void> {
  const source = await sourceFileOf(root, document);
  if (source?.url === undefined) return;
  const { url } = source;
  progress(`asking for ${provider}@${version}`);
  const cached = await readCache(root, provider, version);
  const known = cached?.url === url ? cached.validators : {};
  const hosts = [...allowHosts, ...hostOf(url)];
  const answer = await refetchDocument(url, known, { allowHosts: hosts, ...options });
  const record = { url, fetched: today, validators: answer?.validators ?? known };
  if (answer === undefined) {
    const bytes = await readFile(join(root, cached!.file));
    await replaceTogether(root, cacheFiles(provider, version, bytes, record));
    return;
  }
  // Read once before it is kept, so that the cache never holds what is no document.
  const name = safeName(answer.name);
  try {
    await withTemporaryFile(name, answer.bytes, (cwd) => loadDocument(name, { cwd }));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // People know the document by its address.
    const diagnostics = error.diagnostics.map((one) => (one.file === name ? { ...one, file: answer.url } : one));
    throw new InputError(diagnostics, "revision");
  }
  await replaceTogether(root, cacheFiles(provider, version, answer.bytes, record));
}

const hostOf = (url: string): string[] => (URL.canParse(url) ? [new URL(url).host] : []);
