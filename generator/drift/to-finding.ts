import { printable } from "../errors.ts";
import type { ApiDocument } from "../model.ts";
import type { DiffOptions } from "./diff-options.ts";
import type { Edit, Fact } from "./edit.ts";
import type { Finding, Occurrence, Witness } from "./finding.ts";
import { toFingerprint } from "./fingerprint.ts";
import { groupRepeated } from "./group-repeated.ts";
import { judge } from "./law.ts";
import { sortedOccurrences } from "./occurrences.ts";
import { physicalPointer } from "./physical-pointer.ts";

/** An edit with all that reaches it. */
export interface Told {
  readonly edit: Edit;
  /** What the sentence begins with. */
  readonly subject: string;
  readonly occurrences: readonly Occurrence[];
}

export type Draft = Omit<Finding, "location" | "message"> & { readonly subject: string; readonly says: string };

/** Judges edits, puts those of one cause together, and says where they stand. Sorted, the worst first. */
export function toFindings(
  told: readonly Told[],
  base: ApiDocument,
  revision: ApiDocument,
  options: DiffOptions,
): Finding[] {
  const drafts = new Map<string, { draft: Draft; occurrences: Occurrence[] }>();
  for (const one of told) {
    const draft = draftOf(one, base, revision, options);
    const key = draft.fingerprint;
    const known = drafts.get(key);
    if (known) {
      for (const occurrence of one.occurrences) known.occurrences.push(occurrence);
      // Operations may differ in what the policy says of them: one that breaks is not hidden by those that do not.
      if (RANKS[draft.severity] < RANKS[known.draft.severity]) known.draft = draft;
    } else drafts.set(key, { draft, occurrences: [...one.occurrences] });
  }
  return groupRepeated([...drafts.values()], toFingerprint)
    .map(({ draft, occurrences }) => finish(draft, sortedOccurrences(occurrences), base, revision))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function draftOf(
  { edit, subject, occurrences }: Told,
  base: ApiDocument,
  revision: ApiDocument,
  options: DiffOptions,
): Draft {
  const facts = new Set<Fact>(edit.facts);
  if (options.policy?.strictResponses) facts.add("strict");
  if (options.policy?.closedEnums) facts.delete("open");
  const { rule, severity, breaks, why, fix } = judge(edit, facts);
  const pointer = {
    ...(edit.base === undefined ? {} : { base: physicalPointer(base.bundled, edit.base) }),
    ...(edit.revision === undefined ? {} : { revision: physicalPointer(revision.bundled, edit.revision) }),
  };
  const { provider, apiVersion } = options;
  // What stands in a component is the same change for all operations that reach it.
  const isOwn = Object.values(pointer).some((one) => one.startsWith("/paths/"));
  const owner = isOwn ? (occurrences[0]?.operation.key ?? "") : "";
  return {
    fingerprint: toFingerprint([rule, edit.direction, provider ?? "", owner, pointer, edit.before, edit.after]),
    kind: "upstream",
    rule,
    severity,
    ...(breaks === undefined ? {} : { breaks }),
    effect: edit.effect,
    direction: edit.direction,
    ...(provider === undefined ? {} : { provider }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    pointer,
    ...(edit.before === undefined ? {} : { before: edit.before }),
    ...(edit.after === undefined ? {} : { after: edit.after }),
    subject,
    says: edit.says,
    why,
    fix,
    ...(edit.witness === undefined ? {} : { witness: witnessOf(edit, edit.witness, base, revision) }),
    occurrences: [],
  };
}

function witnessOf(edit: Edit, { pointer, ...witness }: Witness, base: ApiDocument, revision: ApiDocument): Witness {
  if (pointer === undefined || (pointer.base === edit.base && pointer.revision === edit.revision)) return witness;
  const physical = {
    base: physicalPointer(base.bundled, pointer.base),
    revision: physicalPointer(revision.bundled, pointer.revision),
  };
  return { ...witness, pointer: physical };
}

function finish(draft: Draft, occurrences: readonly Occurrence[], base: ApiDocument, revision: ApiDocument): Finding {
  const { subject, says, pointer, ...rest } = draft;
  const [first] = occurrences;
  const isShared = Object.values(pointer).every((one) => !one.startsWith("/paths/"));
  const isOne = first !== undefined && occurrences.every(({ operation }) => operation.key === first.operation.key);
  const operation = isOne && !isShared ? first.operation : undefined;
  const prefix = operation ? `${operation.method} ${operation.path}${subject === "" ? "" : ": "}` : "";
  return {
    ...rest,
    ...(operation === undefined ? {} : { operation }),
    pointer,
    location: {
      ...(pointer.base === undefined ? {} : { base: base.locate(pointer.base) }),
      ...(pointer.revision === undefined ? {} : { revision: revision.locate(pointer.revision) }),
    },
    message: printable(`${prefix}${subject} ${says}`.trim()),
    occurrences,
  };
}

const RANKS = { breaking: 0, risky: 1, notice: 2, safe: 3 };

function sortKey({ severity, pointer, rule, direction, fingerprint }: Finding): string {
  return [RANKS[severity], pointer.base ?? pointer.revision ?? "", rule, direction, fingerprint].join("\u0000");
}
