/** The part of `check` about policies whose documents moved below them. */
import type { CheckContext, CheckPart } from "./check-project.ts";
import { lockedSelectorDrift } from "./locked-selectors.ts";

export async function checkPolicyDrift({ workspace, providers, lock }: CheckContext): Promise<CheckPart> {
  const findings = [];
  let counted = 0;
  for (const sources of providers) {
    findings.push(...(await lockedSelectorDrift(workspace.root, sources, lock)));
    const locked =
      lock && Object.hasOwn(lock.providers, sources.provider) ? lock.providers[sources.provider] : undefined;
    for (const { selectors } of Object.values(locked?.versions ?? {})) counted += Object.keys(selectors).length;
  }
  const summary =
    findings.length === 0 ? `${counted} match as locked` : `${findings.length} of ${counted} match otherwise`;
  return { name: "selectors", summary, diagnostics: [], findings };
}
