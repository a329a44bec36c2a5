/** The rules that findings name, each with the cases that it has. */
import type { Fact } from "./edit.ts";
import type { Severity } from "./finding.ts";
import { kindLaw } from "./kind-law.ts";
import { law, unknownRow } from "./law.ts";

export interface RuleCase {
  /** Circumstances that must all hold; the first case that fits decides. */
  readonly when: readonly string[];
  readonly severity: Severity;
  readonly breaks?: "callers" | "users";
  readonly why: string;
  readonly fix: string;
}

export interface Rule {
  readonly rule: string;
  readonly cases: readonly RuleCase[];
}

const circumstances: Readonly<Record<Fact, string>> = {
  open: "the client takes any value of the type",
  strict: "the policy validates responses strictly",
  preferred: "it is the one that the client uses",
  unused: "the client uses another one",
  read: "the policy reads the header",
  success: "of a success",
  pinned: "the lock keeps the name",
  required: "it must be given",
  structured: "the value is a list or an object",
  supplied: "the policy supplies it",
};

/** Sorted by name. */
export function rules(): Rule[] {
  const cases = new Map<string, RuleCase[]>();
  for (const { rule, when = [], severity, breaks, why, fix } of [...law, unknownRow]) {
    const words = when.map((fact) => circumstances[fact]);
    const one = { when: words, severity, ...(breaks === undefined ? {} : { breaks }), why, fix };
    cases.set(rule, [...(cases.get(rule) ?? []), one]);
  }
  for (const { rule, ...one } of kindLaw) cases.set(rule, [{ when: [], ...one }]);
  return [...cases].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, list]) => ({ rule, cases: list }));
}
