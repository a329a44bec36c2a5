import type { Exchange } from "./pointer.ts";
import type { Verdict } from "./stores/rate-store.ts";

/** How an answered attempt failed, as far as limits care. */
export interface LimitError {
  /** The name that error rules gave it. */
  readonly name: string;
  /** False: this one says nothing about the rest of the partition. */
  readonly pause: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly wait?: number | undefined;
}

/** What the end of a call changed for those that wait: there may be room now, or there is surely none for a while. */
export type Change = "room" | "pause";

/** One thing that must admit a call: the partition of a rate limit, or a concurrency gate. */
export interface Admission {
  readonly key: string;
  /** Units that a call takes. */
  cost(): number;
  /** With `ahead` > 0 it takes nothing and only tells the wait behind that many units. */
  take(ahead: number): Verdict | Promise<Verdict>;
  /** The call was not sent after all. */
  giveBack(slot: unknown): void | Promise<void>;
  /** The call ended; without an exchange nobody knows whether it arrived. */
  settle(slot: unknown, exchange: Exchange | undefined, error: LimitError | undefined): Change | Promise<Change>;
}

/** The first admission that refused, and the milliseconds until it may not. */
export interface Refusal {
  readonly key: string;
  readonly wait: number;
}

/** What was taken, one for each admission. */
export type Slots = readonly unknown[];

/** The slots; or who refused, and then nothing is taken. */
export type Answer = Slots | Refusal;

/** Takes from all of them or from none. */
export function takeAll(admissions: readonly Admission[]): Answer | Promise<Answer> {
  const slots: unknown[] = [];
  try {
    for (const admission of admissions) {
      const verdict = admission.take(0);
      if (isPromise(verdict)) return takeRest(admissions, slots, verdict);
      if (!verdict.ok) {
        giveBackAll(admissions, slots);
        return { key: admission.key, wait: verdict.wait };
      }
      slots.push(verdict.slot);
    }
    return slots;
  } catch (error) {
    // A store that throws is one that rejects: the queue knows only one way to fail.
    giveBackAll(admissions, slots);
    return Promise.reject(error);
  }
}

async function takeRest(admissions: readonly Admission[], slots: unknown[], asked: Promise<Verdict>): Promise<Answer> {
  try {
    let verdict = await asked;
    for (;;) {
      const admission = admissions[slots.length]!;
      if (!verdict.ok) {
        giveBackAll(admissions, slots);
        return { key: admission.key, wait: verdict.wait };
      }
      slots.push(verdict.slot);
      const next = admissions[slots.length];
      if (next === undefined) return slots;
      verdict = await next.take(0);
    }
  } catch (error) {
    giveBackAll(admissions, slots);
    throw error;
  }
}

/** Undoes a `takeAll`. A shared store that fails here only holds the slots until their time passes. */
export function giveBackAll(admissions: readonly Admission[], slots: Slots): void {
  for (const [index, slot] of slots.entries()) ignoreFault(() => admissions[index]!.giveBack(slot));
}

/** Tells a store something that no call waits for. */
function ignoreFault(tell: () => void | Promise<void>): void {
  try {
    const told = tell();
    if (isPromise(told)) told.catch(() => {});
  } catch {
    // The same as a rejection.
  }
}

export function isRefusal(answer: Answer): answer is Refusal {
  return !Array.isArray(answer);
}

/** Stores may answer at once; waiting for such an answer would cost every call a turn. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}
