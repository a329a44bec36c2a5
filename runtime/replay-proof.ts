/** What an answer to a repetition proves of the attempt before it, of which nobody knows whether it took effect. */
import type { Verdict } from "./classify.ts";
import { holds } from "./condition.ts";
import type { Condition } from "./descriptor.ts";
import type { Exchange } from "./pointer.ts";

/** `success`: the call worked, though its own answer is lost. `applied`: so it did, and an error must say so. */
export type ReplayProof = "success" | "applied";

export interface ReplayRule {
  readonly use: ReplayReader;
  /** The answer to a reference that is already there, and what it then means. */
  readonly duplicate?: { readonly when: Condition; readonly as: ReplayProof };
}

/** A runtime feature; asked only after an attempt that may have taken effect, about an error answer. */
export type ReplayReader = (rule: ReplayRule, verdict: Verdict, exchange: Exchange) => ReplayProof | undefined;

/** What was to be deleted is not there any more: the attempt before has deleted it. */
export const replayNotFound: ReplayReader = (_rule, { base }) => (base === "NotFoundError" ? "success" : undefined);

/** The provider knows the reference of this call already: the attempt before has brought it there. */
export const replayDuplicate: ReplayReader = ({ duplicate }, _verdict, exchange) =>
  duplicate !== undefined && holds(duplicate.when, exchange) ? duplicate.as : undefined;
