/** Overrides of what a document says - actions of overlays, names, servers - against what it says now. */
import type { Location } from "../errors.ts";
import type { OverlayEffect } from "../load/overlay-effects.ts";
import type { PlannedVersion } from "../planned-version.ts";
import type { PolicySource } from "../policy-model.ts";
import { type PolicyOverride, policyOverrides } from "../policy-overrides.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Finding } from "./finding.ts";
import { kindFinding } from "./kind-finding.ts";
import { type KindRow, policyLaw } from "./kind-law.ts";

interface Scope {
  readonly provider: string;
  readonly version: string;
}

interface Told {
  readonly row: KindRow;
  readonly name: string;
  readonly location: Location;
  readonly message: string;
}

const told = (list: readonly Told[], { provider, version }: Scope): Finding[] =>
  list.map(({ row, name, location, message }) =>
    kindFinding(row, {
      kind: "policy",
      provider,
      apiVersion: version,
      identity: [name],
      location: { base: location },
      message,
    }),
  );

/** The same overlays on both documents. */
export function compareOverlays(
  base: readonly OverlayEffect[],
  revision: readonly OverlayEffect[],
  scope: Scope,
): Finding[] {
  const placeOf = ({ file, index }: OverlayEffect): string => `${file} ${index}`;
  const now = new Map(revision.map((effect) => [placeOf(effect), effect]));
  const list = base.flatMap((before): Told[] => {
    const after = now.get(placeOf(before));
    if (after === undefined) return [];
    const { target, location } = before;
    const name = `${before.file} ${target}`;
    const counts = `\`${target}\` selected ${places(before.matched)}, and now ${after.matched === 0 ? "none" : after.matched}`;
    if (after.isIdle && !before.isIdle) {
      const message = `what this action writes at \`${target}\` is what the document now says`;
      return [{ row: policyLaw.redundant, name, location, message: before.kind === "remove" ? counts : message }];
    }
    if (after.matched === 0)
      return before.matched === 0 ? [] : [{ row: policyLaw.nothing, name, location, message: counts }];
    const list: Told[] = [];
    if (after.matched < before.matched) list.push({ row: policyLaw.fewer, name, location, message: counts });
    if (after.matched > before.matched) list.push({ row: policyLaw.more, name, location, message: counts });
    const old = new Map(before.leaves.map((leaf) => [leaf.pointer, leaf]));
    for (const { pointer, before: says, wanted } of after.leaves) {
      const said = old.get(pointer);
      if (said === undefined || says === undefined || same(says, said.before) || same(says, wanted)) continue;
      const message = `\`${pointer}\` was ${text(said.before)} and is ${text(says)} now; this action writes ${text(wanted)}`;
      list.push({ row: policyLaw.contradicted, name: `${name} ${pointer}`, location, message });
    }
    return list;
  });
  return told(list, scope);
}

const places = (count: number): string => `${count} place${count === 1 ? "" : "s"}`;
const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

function text(value: unknown): string {
  if (value === undefined) return "absent";
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

/** Names and servers that the policy gives in place of the document's. */
export function comparePolicyValues(
  source: PolicySource,
  base: PlannedVersion,
  revision: PlannedVersion,
  scope: Scope,
): Finding[] {
  const now = new Map(policyOverrides(source, revision, scope.version).map((one) => [one.name, one]));
  const list = policyOverrides(source, base, scope.version).flatMap((before): Told[] => {
    const after = now.get(before.name);
    if (after === undefined || same(before.document, after.document)) return [];
    if (after.isName && !same(after.document, after.policy)) return [];
    const location = source.locate(before.path, { of: "value" });
    return [{ ...verdict(before, after), name: before.name, location }];
  });
  return told(list, scope);
}

function verdict(before: PolicyOverride, { name, document, policy }: PolicyOverride): Pick<Told, "row" | "message"> {
  if (same(document, policy))
    return { row: policyLaw.redundant, message: `\`${name}\` is ${text(policy)}, which the document now says too` };
  const message = `\`${name}\` is ${text(policy)}; the document said ${text(before.document)} and says ${text(document)} now`;
  return { row: policyLaw.contradicted, message };
}
