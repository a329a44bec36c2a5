import { isPromise } from "./is-promise.ts";
import type { Limit } from "./limit.ts";
import type { Verdict } from "./stores/rate-store.ts";

/** What was taken, one for each limit. */
export type Slots = readonly unknown[];

/** Why nothing was taken: the first limit that refused, with the milliseconds until it may not; or else a store failed. */
export interface Refusal {
  readonly key: string | undefined;
  readonly wait: number;
  readonly fault?: unknown;
}

export type Answer = Slots | Refusal;

/** Takes from all of them or from none. Neither throws nor rejects: a fault is an answer. */
export function takeAll(limits: readonly Limit[], slots: unknown[] = [], answered?: Verdict): Answer | Promise<Answer> {
  const fail = (fault: unknown): Answer => {
    giveBackAll(limits, slots);
    return { key: undefined, wait: 0, fault };
  };
  let verdict: Verdict | Promise<Verdict> | undefined = answered;
  try {
    for (;;) {
      const limit = limits[slots.length];
      if (limit === undefined) return slots;
      verdict ??= limit.take(0);
      if (isPromise(verdict)) return verdict.then((late) => takeAll(limits, slots, late), fail);
      if (!verdict.ok) {
        giveBackAll(limits, slots);
        return { key: limit.key, wait: verdict.wait };
      }
      slots.push(verdict.slot);
      verdict = undefined;
    }
  } catch (fault) {
    return fail(fault);
  }
}

/** Undoes a `takeAll`. A shared store that fails here only holds the slots until their time passes. */
export function giveBackAll(limits: readonly Limit[], slots: Slots): void {
  for (const [index, slot] of slots.entries()) {
    try {
      const told = limits[index]!.giveBack(slot);
      if (isPromise(told)) told.catch(() => {});
    } catch {
      // The same as a rejection.
    }
  }
}

export function isRefusal(answer: Answer): answer is Refusal {
  return !Array.isArray(answer);
}
