/** What an answer to a repetition proves of the attempt before it, of which nobody knows whether it took effect. */
import type { Verdict } from "./classify.ts";
import { conditionHolds } from "./condition.ts";
import type { Condition } from "./descriptor.ts";
import type { ReadExchange } from "./pointer.ts";

export interface ReplayRule {
  readonly use: ReplayReader;
  /** The answer to a reference that is already there: a success, or an error that says that the call took effect. */
  readonly duplicate?: { readonly when: Condition; readonly as: "success" | "applied" };
}

/**
 * A runtime feature; asked only after an attempt that may have taken effect, about an error answer. Undefined: the call
 * worked, though its own answer is lost; then the exchange is marked as `inferred` and has no body.
 */
type ReplayReader = (rule: ReplayRule, verdict: Verdict, exchange: ReadExchange) => Verdict | undefined;

/** What was to be deleted is not there any more: the attempt before has deleted it. */
export const replayNotFound: ReplayReader = (_rule, verdict, exchange) =>
  verdict.base === "NotFoundError" ? infer(exchange) : verdict;

/** The provider knows the reference of this call already: the attempt before has brought it there. */
export const replayDuplicate: ReplayReader = ({ duplicate }, verdict, exchange) => {
  if (duplicate === undefined || !conditionHolds(duplicate.when, exchange)) return verdict;
  return duplicate.as === "success" ? infer(exchange) : { ...verdict, disposition: "permanent", effect: "applied" };
};

function infer(exchange: ReadExchange): undefined {
  exchange.inferred = true;
  exchange.body = undefined;
  exchange.coerced = undefined;
}
