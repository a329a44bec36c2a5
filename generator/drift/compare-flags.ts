import { canonicalJson } from "./canonical-json.ts";
import type { Tell } from "./schema-comparison.ts";
import type { Flags } from "./schema-slot.ts";

interface Pointers {
  readonly base: string;
  readonly revision: string;
}

interface Words {
  readonly on: string;
  readonly off: string;
  readonly effects: readonly [on: Tell["effect"], off: Tell["effect"]];
  readonly says: readonly [on: string, off: string];
}

const WORDS: Readonly<Record<"nullable" | "readOnly" | "writeOnly" | "deprecated", Words>> = {
  nullable: {
    on: "became-nullable",
    off: "became-not-nullable",
    effects: ["widen", "narrow"],
    says: ["may be null", "may no longer be null"],
  },
  readOnly: {
    on: "became-read-only",
    off: "became-not-read-only",
    effects: ["narrow", "widen"],
    says: ["is no longer taken in requests (readOnly)", "is taken in requests too (no longer readOnly)"],
  },
  writeOnly: {
    on: "became-write-only",
    off: "became-not-write-only",
    effects: ["narrow", "widen"],
    says: ["is no longer in responses (writeOnly)", "is in responses too (no longer writeOnly)"],
  },
  deprecated: {
    on: "schema-deprecated",
    off: "schema-reactivated",
    effects: ["none", "none"],
    says: ["is deprecated", "is no longer deprecated"],
  },
};

/** What is said of a place as such. */
export function compareFlags(
  base: Flags,
  revision: Flags,
  pointers: Pointers,
  at: string,
  tell: (edit: Tell) => void,
): void {
  for (const key of ["nullable", "readOnly", "writeOnly", "deprecated"] as const) {
    if (base[key] === revision[key]) continue;
    const { on, off, effects, says } = WORDS[key];
    const index = revision[key] ? 0 : 1;
    const nulls = key === "nullable" ? { witness: nullWitness(index === 0) } : {};
    tell({ name: index === 0 ? on : off, effect: effects[index], ...pointers, at, says: says[index], ...nulls });
  }
  const [before, after] = [base.default, revision.default];
  if (canonicalJson(before) === canonicalJson(after)) return;
  const common = { effect: "none", ...pointers, at } as const;
  if (before === undefined && after !== undefined) {
    tell({ ...common, name: "default-added", after, says: `has the default ${canonicalJson(after)}` });
  } else if (before !== undefined && after === undefined) {
    tell({ ...common, name: "default-removed", before, says: `no longer has the default ${canonicalJson(before)}` });
  } else if (before !== undefined && after !== undefined) {
    const says = `has the default ${canonicalJson(after)} instead of ${canonicalJson(before)}`;
    tell({ ...common, name: "default-changed", before, after, says });
  }
}

function nullWitness(added: boolean): NonNullable<Tell["witness"]> {
  return added
    ? { value: null, acceptedBy: "revision", rejectedBy: "base" }
    : { value: null, acceptedBy: "base", rejectedBy: "revision" };
}
