import type { LedgerReport } from "./start-server.ts";

/** How a call ended, in the words of its client. */
export type Ending =
  | { readonly ok: true; readonly id: unknown }
  /** `effect` is undefined where the client tells none. */
  | { readonly ok: false; readonly effect: "none" | "unknown" | "applied" | undefined; readonly label: string };

/** `keyed`: at most one effect because of its key. `unsafe`: because it is not repeated. `free`: repeating is harmless. */
export type Guard = "keyed" | "unsafe" | "free";

export interface Call {
  readonly act: string;
  readonly guard: Guard;
  /** Changes nothing at the provider. */
  readonly reads: boolean;
  readonly ending: Ending;
}

export interface Verdict {
  readonly calls: number;
  readonly succeeded: number;
  /** Acts that must take effect once, and took it more often. */
  readonly duplicates: number;
  /** Calls that succeeded without an effect. */
  readonly lost: number;
  /** Calls that got the answer of another. */
  readonly crossed: number;
  /** Failed calls that say `none` after an effect, or `applied` without one; or say nothing. */
  readonly mislabelled: number;
  readonly unlabelled: number;
  readonly attemptsPerSuccess: number;
  /** Kinds of failures, most frequent first. */
  readonly failures: readonly (readonly [label: string, count: number])[];
}

/** Compares what clients say with what the provider knows. */
export function judge(calls: readonly Call[], { acts }: LedgerReport): Verdict {
  const effects = (act: string) => acts[act]?.effects ?? 0;
  const count = (holds: (call: Call) => boolean) => calls.filter(holds).length;
  const succeeded = count(({ ending }) => ending.ok);
  const arrivals = calls.reduce((sum, { act }) => sum + (acts[act]?.arrivals ?? 0), 0);
  const failures = new Map<string, number>();
  for (const { ending } of calls) {
    if (!ending.ok) failures.set(ending.label, (failures.get(ending.label) ?? 0) + 1);
  }
  return {
    calls: calls.length,
    succeeded,
    duplicates: count(({ act, guard }) => guard !== "free" && effects(act) > 1),
    lost: count(({ act, reads, ending }) => ending.ok && !reads && effects(act) === 0),
    crossed: count(({ act, ending }) => ending.ok && ending.id !== act),
    mislabelled: count(({ act, reads, ending }) => {
      if (ending.ok || ending.effect === undefined || ending.effect === "unknown") return false;
      return ending.effect === "none" ? effects(act) > 0 : !reads && effects(act) === 0;
    }),
    unlabelled: count(({ ending }) => !ending.ok && ending.effect === undefined),
    attemptsPerSuccess: succeeded === 0 ? Number.NaN : arrivals / succeeded,
    failures: [...failures].sort(([, one], [, other]) => other - one),
  };
}
