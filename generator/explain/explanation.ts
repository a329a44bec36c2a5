/** All that `couplet policy explain` says of one operation. Pure. */
import type { Policy } from "@couplet/runtime/codegen/v1";
import { toPolicyLine } from "../policy-line.ts";
import type { Explained, ExplainedLeaf } from "./explain-leaf.ts";
import { explainedFacts } from "./explained-facts.ts";
import { explainLeaves } from "./leaves.ts";
import { retryStatements } from "./retry-statements.ts";
import { type RetryVerdict, retryVerdicts } from "./retry-verdicts.ts";
import { type WorstCase, worstCase } from "./worst-case.ts";

export interface Explanation {
  readonly provider: string;
  readonly version: string;
  readonly operation: {
    /** `namespace.method`, as in the client. */
    readonly id: string;
    readonly operationId?: string;
    readonly method: string;
    readonly path: string;
  };
  readonly summary: string;
  readonly leaves: readonly ExplainedLeaf[];
  readonly retries: { readonly verdicts: readonly RetryVerdict[]; readonly statements: readonly string[] };
  readonly worstCase: WorstCase;
  /** What can have happened at the provider in the worst case. */
  readonly effect: string;
  /** Oldest date at which a fact that applies here was looked up, `2026-11-22`. */
  readonly verified?: string;
}

export function explain(subject: Explained, id: string): Explanation {
  const { trace, operation, version } = subject;
  const { connector } = trace.plan;
  const planned = trace.plan.operations.get(operation.key)!;
  const { verified, refreshable } = explainedFacts(trace.plan, operation.key);
  return {
    provider: connector.provider,
    version,
    operation: {
      id,
      ...(operation.operationId === undefined ? {} : { operationId: operation.operationId }),
      method: operation.method.toUpperCase(),
      path: operation.path,
    },
    summary: toPolicyLine(planned.policy, connector),
    leaves: explainLeaves(subject),
    retries: {
      verdicts: retryVerdicts(planned.policy),
      statements: retryStatements(planned.policy, operation, refreshable),
    },
    worstCase: worstCase(planned.policy, refreshable !== undefined),
    effect: worstEffect(planned.policy),
    ...(verified === undefined ? {} : { verified }),
  };
}

function worstEffect({ idempotency, retry }: Policy): string {
  if (idempotency.class === "safe") return "none: the call only reads";
  if (idempotency.class === "idempotent") return "as of one call, however often it is sent";
  if (retry.advice?.trust && idempotency.class === "unsafe")
    return "possibly of several calls: the server's advice is trusted even where the first may have taken effect";
  if (idempotency.class === "unsafe") return "of one call at most: nothing is sent again that may have taken effect";
  const { name = "the key", generate } = idempotency.key ?? {};
  if (generate === "none") return `of one call at most, as long as the provider takes each ${name} once`;
  return `of one call at most, as long as the provider honours ${name}`;
}
