import type { Occurrence } from "./finding.ts";
import type { Draft } from "./to-finding.ts";

/** A judged edit with all that reaches it. */
export interface Judged {
  readonly draft: Draft;
  readonly occurrences: readonly Occurrence[];
}

/** In so many operations an edit that is alike is one decision of the provider, and not several. */
const least = 3;

/** What an operation writes out for itself, and others with it: a parameter, or a header of an answer. */
const repeated = /^\/paths\/[^/]+\/(?:[^/]+\/)?(?:parameters|responses\/[^/]+\/headers)\//;

/**
 * Puts together what a document repeats: parameters and headers that operations write out in place, changed alike. What
 * `toFingerprint` gets is no place of the document but the name, so that it stays when operations come and go.
 */
export function groupRepeated(
  judged: readonly Judged[],
  toFingerprint: (content: readonly unknown[]) => string,
): Judged[] {
  const groups = new Map<unknown, Judged[]>();
  for (const one of judged) {
    const { rule, direction, severity, provider = "", before, after } = one.draft;
    const at = repeatedPlace(one);
    // Severity: facts of an operation may judge the same edit in another way there.
    const content =
      at === undefined
        ? undefined
        : [rule, direction, severity, provider, one.occurrences[0]?.status, at, before, after];
    const key = content === undefined ? one : toFingerprint(content);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups].flatMap(([key, group]) =>
    typeof key === "string" && isOneCause(group) ? [asOne(group, key)] : group,
  );
}

/** `header revision`; undefined for what is an operation's own. */
function repeatedPlace({ draft: { pointer }, occurrences }: Judged): string | undefined {
  return Object.values(pointer).every((one) => repeated.test(one)) ? occurrences[0]?.at : undefined;
}

function isOneCause(group: readonly Judged[]): boolean {
  const [first] = group;
  const operations = new Set(group.flatMap(({ occurrences }) => occurrences.map(({ operation }) => operation.key)));
  // Parameters of a path are written once for all its operations.
  const isWrittenOnce = group.every(({ draft: { pointer } }) => samePlace(pointer, first!.draft.pointer));
  return operations.size >= least || (isWrittenOnce && operations.size > 1);
}

function asOne(group: readonly Judged[], fingerprint: string): Judged {
  const { draft } = group.reduce((a, b) => (textOf(b) < textOf(a) ? b : a));
  const occurrences = group.flatMap((one) => {
    const { pointer } = one.draft;
    return one.occurrences.map((occurrence) => ({ ...occurrence, pointer }));
  });
  const count = new Set(occurrences.map(({ operation }) => operation.key)).size;
  return { draft: { ...draft, fingerprint, says: `${draft.says}, in ${count} operations` }, occurrences };
}

function textOf({ draft: { pointer } }: Judged): string {
  return pointer.base ?? pointer.revision ?? "";
}

function samePlace(a: Draft["pointer"], b: Draft["pointer"]): boolean {
  return a.base === b.base && a.revision === b.revision;
}
