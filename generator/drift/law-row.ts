import type { Fact } from "./edit.ts";
import type { Direction, Severity } from "./finding.ts";

/** One row of the law: what an edit means to a client. The first row that fits decides. */
export interface LawRow {
  /** Name of the edit. */
  readonly edit: string;
  /** `any`: in whichever direction. */
  readonly direction: Direction | "any";
  /** All of them must hold; absent: always. */
  readonly when?: readonly Fact[];
  /** kebab-case; what approvals name. */
  readonly rule: string;
  readonly severity: Severity;
  readonly breaks?: "callers" | "users";
  /** Why it matters to a client. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
}

/** Severity in one letter, as the tables below write it. `B`: every call fails; `U`: code that uses the thing breaks. */
export type Mark = "B" | "U" | "R" | "N" | "S";

const MARKS: Readonly<Record<Mark, Pick<LawRow, "severity" | "breaks">>> = {
  B: { severity: "breaking", breaks: "callers" },
  U: { severity: "breaking", breaks: "users" },
  R: { severity: "risky" },
  N: { severity: "notice" },
  S: { severity: "safe" },
};

export function row(
  edit: string,
  direction: LawRow["direction"],
  mark: Mark,
  why: string,
  fix: string,
  when?: readonly Fact[],
): LawRow {
  const rule = direction === "request" || direction === "response" ? `${direction}-${edit}` : edit;
  return { edit, direction, rule, ...MARKS[mark], why, fix, ...(when === undefined ? {} : { when }) };
}
