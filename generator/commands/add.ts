/** `couplet add`: a provider's document into the project, with a first policy for a person to review. */
import { join, resolve } from "node:path";
import { type Addition, type AddRequest, prepareAddition } from "../add.ts";
import { InputError } from "../errors.ts";
import { loadProject } from "../project.ts";
import { refuseBelowProject } from "../project-above.ts";
import { withDocument } from "../take-document.ts";
import { writeNew } from "../vendor.ts";
import type { ProviderSources, Workspace } from "../workspace.ts";
import { type Console, plural, toJson } from "./console.ts";

export interface AddFlags {
  readonly overlay?: string;
  readonly allowHost?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

function usage(message: string, fix: string, file: string = "command line"): InputError {
  return new InputError([{ file, line: 1, column: 1, code: "C004", severity: "error", message, fix }]);
}

function checkNames(provider: string, version: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(provider))
    throw usage(`${JSON.stringify(provider)} is not a provider's name`, "use a-z, 0-9 and -");
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(version) || version.includes(".."))
    throw usage(`${JSON.stringify(version)} is not a version's name`, "use a-z, 0-9, ., _ and -");
}

function checkAbsent(workspace: Workspace, known: ProviderSources | undefined, version: string): void {
  const found = known?.versions.find((one) => one.version === version);
  if (found !== undefined)
    throw usage(
      "this version is there already; nothing is overwritten",
      `choose another label, or remove ${join(workspace.config.specs, known!.provider, version)} first`,
      found.document,
    );
}

/** Returns the exit code. Bad input throws, and then nothing is written. */
export async function runAdd(
  provider: string,
  version: string,
  source: string,
  flags: AddFlags,
  console: Console,
): Promise<number> {
  checkNames(provider, version);
  const workspace = await loadProject(console.cwd);
  const known = workspace.providers.find((one) => one.provider === provider);
  if (!flags.dryRun) {
    if (workspace.providers.length === 0) refuseBelowProject(workspace.root);
    checkAbsent(workspace, known, version);
  }
  const addition = await prepare(provider, version, source, flags, console);
  console.progress("");
  const folder = join(workspace.config.specs, provider);
  const files = new Map(addition.files);
  if (known?.policy === undefined) files.set("policy.yaml", addition.policy.text);
  if (!flags.dryRun) {
    const below = [...files].map(([path, content]) => [`${provider}/${path}`, content] as const);
    const { specs } = workspace.config;
    await writeNew(join(workspace.root, specs), new Map(below), specs);
  }
  if (flags.json) console.out(JSON.stringify(report(provider, version, folder, files, addition, flags), null, 2));
  else if (flags.dryRun) console.out(addition.policy.text.trimEnd());
  else tell(provider, version, folder, known?.policy, addition, console);
  return 0;
}

async function prepare(
  provider: string,
  version: string,
  source: string,
  { overlay, allowHost = [] }: AddFlags,
  console: Console,
): Promise<Addition> {
  const today = new Date().toISOString().slice(0, 10);
  const base = {
    provider,
    version,
    today,
    ...(overlay === undefined ? {} : { overlay: resolve(console.cwd, overlay) }),
  };
  const options = { cwd: console.cwd, allowHosts: allowHost, progress: console.progress };
  try {
    return await withDocument(source, options, (document) => {
      console.progress(`reading ${document.file}`);
      const request: AddRequest = { ...base, ...document };
      return prepareAddition(request);
    });
  } catch (error) {
    // Nothing is compared here: whatever is wrong with the address is wrong input.
    throw error instanceof InputError ? new InputError(error.diagnostics) : error;
  }
}

function report(
  provider: string,
  version: string,
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
  { document, policy, versionLines }: Addition,
  { dryRun = false }: AddFlags,
): object {
  return {
    provider,
    version,
    written: !dryRun,
    operations: document.operations.length,
    files: [...files.keys()].map((path) => join(folder, path)),
    policy: { file: join(folder, "policy.yaml"), added: files.has("policy.yaml"), text: policy.text },
    ...(files.has("policy.yaml") || versionLines === undefined ? {} : { versionLines }),
    counts: policy.counts,
    diagnostics: toJson(document.diagnostics),
  };
}

function tell(
  provider: string,
  version: string,
  folder: string,
  existing: string | undefined,
  { document, files, policy, versionLines }: Addition,
  console: Console,
): void {
  const others = files.size - 2;
  const { schemes, paginated, paginationOpen, suggestions } = policy.counts;
  const operations = plural(document.operations.length, "operation");
  console.out(`${join(folder, version)}  ${operations}${others > 0 ? `, with ${plural(others, "more file")}` : ""}`);
  if (document.diagnostics.length > 0)
    console.out(
      `  ${plural(document.diagnostics.length, "warning")} about the document; \`couplet generate\` tells them`,
    );
  const review = existing ?? join(folder, "policy.yaml");
  if (existing === undefined) {
    const open = paginationOpen + suggestions;
    const found = `${plural(schemes, "security scheme")}, pagination of ${plural(paginated, "operation")}`;
    console.out(`${review}  ${found}; ${open} to review behind #`);
  } else {
    console.out(`${existing}  is left as it is`);
    if (versionLines !== undefined)
      console.out(`  the document shows a version parameter; add to the policy:\n${versionLines}`);
    else console.out(`  where it has \`versions:\`, add \`"${version}": {}\` there`);
  }
  console.out(
    `next: review ${review}, then\n  npx couplet policy lint ${provider}\n  npx couplet generate\n  npm install`,
  );
}
