/** The project with what its policies say of versions: documents and overlays at places of their own. */
import { realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Diagnostic } from "./errors.ts";
import { loadPolicy } from "./load/policy.ts";
import { findProjectFile } from "./load/project-file.ts";
import { isPolicyMap, type PolicyMap, type PolicyPath, type PolicySource } from "./policy-model.ts";
import { findOverlays, loadWorkspace, type ProviderSources, readIfPresent, type Workspace } from "./workspace.ts";

type VersionSources = ProviderSources["versions"][number];

const versionName = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Reads the project in a folder: the folders of `specs`, then `versions.<label>.spec` and `.overlays` of the policies. */
export async function loadProject(root: string): Promise<Workspace> {
  const workspace = await loadWorkspace(root);
  const providers = await Promise.all(workspace.providers.map((sources) => withPolicyVersions(root, sources)));
  return { ...workspace, providers };
}

async function withPolicyVersions(root: string, sources: ProviderSources): Promise<ProviderSources> {
  const text = sources.policy === undefined ? undefined : await readIfPresent(join(root, sources.policy));
  // Without these words, plain or escaped, no version can have either key; most projects are not read twice.
  if (text === undefined || !/spec|overlays|\\/.test(text)) return sources;
  const policy = await loadPolicy(sources.policy!, { cwd: root });
  return resolveVersions(await realpath(root), sources, policy);
}

/** A version of the policy that names its files. */
function namedVersions(policy: PolicySource): [label: string, entry: PolicyMap][] {
  const versions = policy.data["versions"];
  return Object.entries(isPolicyMap(versions) ? versions : {}).flatMap(([label, entry]) =>
    isPolicyMap(entry) && (typeof entry["spec"] === "string" || Array.isArray(entry["overlays"]))
      ? [[label, entry] as [string, PolicyMap]]
      : [],
  );
}

async function resolveVersions(root: string, sources: ProviderSources, policy: PolicySource): Promise<ProviderSources> {
  const findings: Diagnostic[] = [...sources.findings];
  const folder = dirname(await realpath(policy.files[0]!));
  const refuse = (
    path: PolicyPath,
    of: "key" | "value",
    problem: Pick<Diagnostic, "code" | "message" | "fix">,
  ): void => {
    findings.push({ ...policy.locate(path, { of }), severity: "error", ...problem });
  };
  const find = async (name: string, what: string, path: PolicyPath): Promise<string | undefined> => {
    const found = await findProjectFile(root, folder, name, what);
    if (typeof found === "string") return relative(root, found);
    refuse(path, "value", found);
    return undefined;
  };
  const named = new Map<string, VersionSources>();
  const documents = new Set<string>();
  for (const [label, { spec, overlays }] of namedVersions(policy)) {
    const inFolder = sources.versions.find(({ version }) => version === label);
    const own = typeof spec === "string" ? await find(spec, "a document", ["versions", label, "spec"]) : undefined;
    const document = typeof spec === "string" ? own : inFolder?.document;
    const list: string[] = [];
    for (const [index, name] of (Array.isArray(overlays) ? (overlays as readonly string[]) : []).entries()) {
      const overlay = await find(name, "an overlay", ["versions", label, "overlays", index]);
      if (overlay !== undefined) list.push(overlay);
    }
    if (document === undefined) continue;
    if (!versionName.test(label)) {
      const message = "a version's folder in the output is named with a-z, 0-9, ., _ and -";
      refuse(["versions", label], "key", { code: "P003", message, fix: "rename the version" });
      continue;
    }
    if (own !== undefined) documents.add(own);
    const kept = Array.isArray(overlays) ? list : await findOverlays(root, join(relative(root, folder), label));
    named.set(label, { version: label, document, overlays: kept });
  }
  // A folder whose document belongs to a version of the policy is no version of its own.
  const folders = sources.versions.filter(
    ({ version, document }) => !named.has(version) && !documents.has(document.split(sep).join("/")),
  );
  const versions = [...folders, ...named.values()].sort((a, b) => (a.version < b.version ? -1 : 1));
  return { ...sources, versions, findings };
}

/** Documents and overlays of the policy that do not count, because the command line names both. */
export function notApplied(policy: PolicySource, version: string): Diagnostic[] {
  return namedVersions(policy).flatMap(([label, entry]) =>
    ["spec", "overlays"].flatMap((key): Diagnostic[] =>
      label !== version || entry[key] == null
        ? []
        : [
            {
              ...policy.locate(["versions", label, key], { of: "key" }),
              code: "P205",
              severity: "warning",
              message: `\`${key}\` is not used: the command line names the document and its overlays`,
              fix: "give it with --spec or --overlay, or generate the whole project",
            },
          ],
    ),
  );
}
