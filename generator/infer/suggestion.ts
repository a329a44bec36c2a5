/** What is inferred for a policy: a tree in the order of the file, each entry with its reason, and active or only suggested. */
import type { PolicyMap, PolicyValue } from "../policy-model.ts";
import { hasSecret, maskSecrets, maskText } from "./foreign-text.ts";

export interface Entry {
  /** Absent in a list. */
  readonly key?: string;
  /** A value that is written on one line; else `entries` is there. */
  readonly data?: PolicyValue;
  readonly entries?: readonly Entry[];
  /** `entries` are the items of a list. */
  readonly list?: true;
  /** Becomes a comment; may quote the document, and is made harmless when it is written. */
  readonly why?: string;
  /** Written as a comment, for a person to accept. */
  readonly suggested?: true;
}

type Reason = { readonly why?: string };
const because = (why: string | undefined): Reason => (why === undefined ? {} : { why });

export const leaf = (key: string, data: PolicyValue, why?: string): Entry => ({ key, data, ...because(why) });
export const item = (data: PolicyValue, why?: string): Entry => ({ data, ...because(why) });
export const block = (key: string, entries: readonly Entry[], why?: string): Entry => ({
  key,
  entries,
  ...because(why),
});
export const blockItem = (entries: readonly Entry[], why?: string): Entry => ({ entries, ...because(why) });
export const listOf = (key: string, entries: readonly Entry[], why?: string): Entry => ({
  key,
  entries,
  list: true,
  ...because(why),
});
export const suggest = (entry: Entry): Entry => ({ ...entry, suggested: true });

/** Sections of the same key, joined into one at the place of the first. */
export function joinSections(sections: readonly Entry[]): Entry[] {
  const joined = new Map<string, Entry>();
  for (const section of sections) {
    const known = joined.get(section.key ?? "");
    const mergeable = known?.entries !== undefined && section.entries !== undefined && !known.suggested;
    if (known === undefined) joined.set(section.key ?? "", section);
    else if (mergeable && !section.suggested)
      joined.set(section.key ?? "", { ...section, ...known, entries: joinInner(known, section) });
    else joined.set(`${section.key ?? ""} ${joined.size}`, section);
  }
  return [...joined.values()];
}

function joinInner(a: Entry, b: Entry): readonly Entry[] {
  const all = [...(a.entries ?? []), ...(b.entries ?? [])];
  return a.list ? all : joinSections(all);
}

/**
 * The tree as it may be written: a container of suggestions alone is a suggestion, and so is whatever looks like a
 * secret, with that text masked. Afterwards `suggested` alone decides.
 */
export function settle(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => {
    const key = entry.key === undefined ? {} : { key: maskText(entry.key) };
    const leaks = hasSecret(entry.key ?? null);
    if (entry.entries === undefined) {
      if (!leaks && !hasSecret(entry.data ?? null)) return entry;
      return { ...entry, ...key, data: maskSecrets(entry.data ?? null), suggested: true };
    }
    const inner = settle(entry.entries);
    // A rule without its `match` would speak of all operations: an item of a list is active as a whole or not at all.
    const torn = entry.key === undefined && entry.entries.some((one, at) => !one.suggested && inner[at]!.suggested);
    const idle = leaks || torn || (inner.length > 0 && inner.every((one) => one.suggested));
    return { ...entry, ...key, entries: inner, ...(idle ? { suggested: true as const } : {}) };
  });
}

/** The data of the active entries of a settled tree: what the written file says to a reader of YAML. */
export function activeData(entries: readonly Entry[]): PolicyMap {
  return dataOf({ entries }) as PolicyMap;
}

function dataOf(entry: Entry): PolicyValue {
  if (entry.entries === undefined) return entry.data ?? null;
  const active = entry.entries.filter((one) => !one.suggested);
  if (entry.list) return active.map(dataOf);
  const map: Record<string, PolicyValue> = Object.create(null);
  for (const one of active) map[one.key ?? ""] = dataOf(one);
  return map;
}
