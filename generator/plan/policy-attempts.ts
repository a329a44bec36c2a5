/** P103, P104: attempts and retries that the other figures of an operation leave no room for. */
import type { RetryPolicy, TimeoutPolicy } from "@couplet/runtime/codegen/v1";
import type { SpecOperation } from "../model.ts";
import { leafAt, type Node } from "./layers.ts";
import type { Planning } from "./planning.ts";

/** The shortest wait before the given retry; the first is 1. */
function shortestWait({ backoff }: RetryPolicy, retry: number): number {
  const grown = Math.min(backoff.initial * backoff.multiplier ** (retry - 1), backoff.max);
  return backoff.jitter === "full" ? 0 : backoff.jitter === "equal" ? grown / 2 : grown;
}

/** Number and start in milliseconds of the first attempt that begins after the deadline when those before it time out. */
function lateAttempt(retry: RetryPolicy, timeouts: TimeoutPolicy): { number: number; start: number } | undefined {
  let start = 0;
  for (let number = 2; number <= Math.min(retry.maxAttempts, 100); number++) {
    start += timeouts.attempt + shortestWait(retry, number - 1);
    if (start > timeouts.deadline) return { number, start };
  }
  return undefined;
}

function checkBudget(planning: Planning, tree: Node, retry: RetryPolicy): void {
  const { capacity, tenantCapacity } = retry.budget;
  const least = Math.min(capacity, tenantCapacity);
  for (const key of ["retryCost", "timeoutCost"] as const) {
    const cost = leafAt(tree, "retry", "budget", key);
    const room = leafAt(tree, "retry", "budget", capacity <= tenantCapacity ? "capacity" : "tenantCapacity");
    if (retry.budget[key] <= least || (cost ?? room) === undefined) continue;
    planning.findings.add(
      { path: (cost ?? room)!.path },
      {
        code: "P103",
        message: `a retry costs ${retry.budget[key]} (\`${key}\`), more than the budget of ${least} can ever hold`,
        fix: "write a greater capacity, or a smaller cost",
      },
    );
  }
}

/** Looks only at figures that somebody wrote together. */
export function checkAttempts(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  timeouts: TimeoutPolicy,
  retry: RetryPolicy,
): void {
  checkBudget(planning, tree, retry);
  const count = leafAt(tree, "retry", "maxAttempts");
  const attempt = leafAt(tree, "timeouts", "attempt");
  const deadline = leafAt(tree, "timeouts", "deadline");
  const others = [attempt, deadline].filter((leaf) => leaf !== undefined);
  if (count === undefined || others.length === 0) return;
  // An operation that only takes longer than the rest still has use for the attempts of a layer below it.
  if (others.some((leaf) => leaf.layer.rank !== count.layer.rank)) return;
  const late = lateAttempt(retry, timeouts);
  if (late === undefined) return;
  const before = late.number === 2 ? "the one before it runs" : `the ${late.number - 1} before it run`;
  planning.findings.addFor(
    operation.operationId ?? operation.key,
    { path: count.path },
    {
      code: "P104",
      severity: "warning",
      message: `attempt ${late.number} of ${retry.maxAttempts} can never start when ${before} into the timeout: that takes ${late.start / 1000}s or more, and the deadline is ${timeouts.deadline / 1000}s, for {operations}`,
      fix: `write a longer \`deadline\`, a shorter \`attempt\`, or \`maxAttempts: ${late.number - 1}\``,
    },
  );
}
