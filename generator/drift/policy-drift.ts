/** Whether the policy and the overlays of a version still mean what they meant, once its document is another. */
import { readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { type Diagnostic, InputError } from "../errors.ts";
import { overlayEffects } from "../load/overlay-effects.ts";
import { loadPolicy } from "../load/policy.ts";
import { sha256 } from "../lock.ts";
import { type PlannedVersion, planRevision, type Revision } from "../planned-version.ts";
import type { PolicySource } from "../policy-model.ts";
import type { ProviderSources } from "../workspace.ts";
import { compareOverlays, comparePolicyValues } from "./compare-overrides.ts";
import { compareSelectors, type Rename } from "./compare-selectors.ts";
import { excludedChanges } from "./excluded-changes.ts";
import type { DriftReport, Finding } from "./finding.ts";
import type { UpstreamContext } from "./upstream-drift.ts";

export interface PolicyDrift {
  readonly provider: string;
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly renames: readonly Rename[];
  /** Operations that the policy leaves out, and that changed. */
  readonly excluded: readonly Finding[];
  /** Why the new document cannot be planned; then only the overlays were compared. */
  readonly diagnostics: readonly Diagnostic[];
  readonly inputs: DriftReport["inputs"];
}

/** Of a version and another document for it. What is wrong with the pinned one throws. */
export async function comparePolicyWith(
  context: UpstreamContext,
  sources: ProviderSources,
  { version, document, overlays }: ProviderSources["versions"][number],
  revision: Revision & { readonly shown: string },
): Promise<PolicyDrift> {
  const { root } = context.workspace;
  const { provider } = sources;
  const of = { provider, version };
  const policy = sources.policy === undefined ? undefined : await loadPolicy(join(root, sources.policy), { cwd: root });
  const found: Finding[] = [];
  const diagnostics: Diagnostic[] = [];
  let selectors: { findings: readonly Finding[]; renames: readonly Rename[] } = { findings: [], renames: [] };
  let excluded: readonly Finding[] = [];
  try {
    if (overlays.length > 0) {
      const files = overlays.map((file) => resolve(root, file));
      const effectsOn = (file: string) => overlayEffects(file, { cwd: root, overlays: files });
      found.push(...compareOverlays(effectsOn(document), effectsOn(resolve(revision.cwd, revision.file)), of));
    }
    const sides = await planRevision(context.workspace, sources, version, revision, context);
    if (policy !== undefined) {
      selectors = compareSelectors(policy, sides, of);
      found.push(...comparePolicyValues(policy, sides.base, sides.revision, of));
      excluded = excludedOf(policy, sides, of);
    }
  } catch (error) {
    if (!(error instanceof InputError) || error.stop !== "revision") throw error;
    diagnostics.push(...error.diagnostics);
  }
  const inputs: DriftReport["inputs"] = await Promise.all(
    [
      { role: "base" as const, file: document.split(sep).join("/"), path: join(root, document) },
      { role: "revision" as const, file: revision.shown, path: resolve(revision.cwd, revision.file) },
    ].map(async ({ path, ...side }) => ({ ...side, ...of, specSha256: sha256(await readFile(path)) })),
  );
  return {
    ...of,
    findings: [...selectors.findings, ...found],
    renames: selectors.renames,
    excluded,
    diagnostics,
    inputs,
  };
}

function excludedOf(
  policy: PolicySource,
  { base, revision }: { readonly base: PlannedVersion; readonly revision: PlannedVersion },
  of: { readonly provider: string; readonly version: string },
): readonly Finding[] {
  return excludedChanges(base, revision, of, (path) => policy.locate(path, { of: "key" }));
}
