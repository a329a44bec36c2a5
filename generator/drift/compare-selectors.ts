/** What a policy picks of two documents: entries that lose their operations, or get others. */
import type { SpecOperation } from "../model.ts";
import type { RevisionPair } from "../planned-version.ts";
import type { PolicyPath, PolicySource } from "../policy-model.ts";
import { type PolicySelector, pickedBy, policySelectors, type SelectorValue } from "../policy-selectors.ts";
import type { Finding } from "./finding.ts";
import { kindFinding } from "./kind-finding.ts";
import { type KindRow, policyLaw } from "./kind-law.ts";
import { matchOperations } from "./match-operations.ts";
import { SchemaIds } from "./schema-ids.ts";
import { suspectedName } from "./suspected-name.ts";

/** A value of the policy that should be another. */
export interface Rename {
  readonly path: PolicyPath;
  readonly isKey: boolean;
  readonly from: string;
  readonly to: string;
}

export interface SelectorDrift {
  readonly findings: readonly Finding[];
  /** Of values that pick nothing any more, in no version. */
  readonly renames: readonly Rename[];
}

type Scope = { readonly provider: string; readonly version: string };

/** The same policy on both sides. */
export function compareSelectors(
  source: PolicySource,
  { base, revision, others }: RevisionPair,
  { provider, version }: Scope,
): SelectorDrift {
  const pairs = matchOperations(base.document.operations, revision.document.operations, {
    base: new SchemaIds(base.document.schemas),
    revision: new SchemaIds(revision.document.schemas),
  }).pairs;
  const became = new Map(pairs);
  const now = new Map(policySelectors(source, revision, version).map((selector) => [selector.name, selector]));
  const findings: Finding[] = [];
  const renames: Rename[] = [];
  const tell = (
    row: KindRow,
    at: Pick<SelectorValue, "path" | "isKey">,
    change: {
      readonly name: string;
      readonly before: readonly SpecOperation[];
      readonly after: readonly SpecOperation[];
    },
    message: string,
    fix?: string,
  ): void => {
    findings.push(
      kindFinding(row, {
        ...{ kind: "policy", provider, apiVersion: version, identity: [change.name] },
        ...{ before: keysOf(change.before), after: keysOf(change.after) },
        location: { base: source.locate(at.path, { of: at.isKey ? "key" : "value" }) },
        message,
        ...(fix === undefined ? {} : { fix }),
      }),
    );
  };

  for (const selector of policySelectors(source, base, version)) {
    const after = now.get(selector.name);
    const lost = selector.values.filter(({ matched, ...value }) => matched.length > 0 && picked(after, value) === 0);
    for (const value of lost) {
      const to = suspectedName(value, became, revision.document);
      const stillThere = [...others].find(([, document]) => pickedBy(document, value, value.value).length > 0);
      const isShared = value.path[0] !== "versions" && stillThere !== undefined;
      if (to !== undefined && !isShared) renames.push({ path: value.path, isKey: value.isKey, from: value.value, to });
      tell(
        policyLaw.nothing,
        value,
        { name: `${selector.name} ${value.value}`, before: value.matched, after: [] },
        `\`${selector.name}\`: \`${value.value}\` matched ${operations(value.matched.length)}, and now none`,
        to === undefined
          ? undefined
          : isShared
            ? `it is \`${to}\` now, and as before in ${stillThere[0]}: put the entry into the \`policy\` of each version`
            : `it is \`${to}\` now: write that (--fix does)`,
      );
    }
    if (lost.length > 0 || selector.matched.length === 0 || after === undefined || !selector.isCounted) continue;
    const whole = { path: selector.path, isKey: true };
    const told = `\`${selector.name}\` matched ${operations(selector.matched.length)}, and now`;
    if (after.matched.length === 0) {
      tell(policyLaw.nothing, whole, { name: selector.name, before: selector.matched, after: [] }, `${told} none`);
      continue;
    }
    const gone = selector.matched.filter((one) => !after.matched.includes(became.get(one) ?? one));
    const kept = new Set(selector.matched.map((one) => became.get(one)));
    const come = after.matched.filter((one) => !kept.has(one));
    const count = after.matched.length;
    if (gone.length > 0)
      tell(
        policyLaw.fewer,
        whole,
        { name: selector.name, before: gone, after: [] },
        `${told} ${count}: it lost ${nameList(gone)}`,
      );
    if (come.length > 0)
      tell(
        policyLaw.more,
        whole,
        { name: selector.name, before: [], after: come },
        `${told} ${count}: ${nameList(come)} came to it`,
      );
  }
  return { findings, renames };
}

function picked(after: PolicySelector | undefined, { path, value }: Omit<SelectorValue, "matched">): number {
  const place = path.join("\u0000");
  const same = after?.values.find((one) => one.value === value && one.path.join("\u0000") === place);
  return same?.matched.length ?? 0;
}

const keysOf = (operations: readonly SpecOperation[]): string[] => operations.map(({ key }) => key).sort();

const operations = (count: number): string => `${count} operation${count === 1 ? "" : "s"}`;

function nameList(operations: readonly SpecOperation[]): string {
  const names = operations.map(({ operationId, key }) => `\`${operationId ?? key}\``);
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
