/** When calls of a version are held back because the provider fails. */
import type { OperationPlan } from "../model.ts";
import { toDurationText, toListText } from "../policy-words.ts";
import { groupBy, operationsCell, type PolicyTable } from "./policy-table.ts";

/** An operation without a row has no circuit breaker. */
export function breakerTable(all: readonly OperationPlan[]): PolicyTable {
  const guarded = all.flatMap((operation) => {
    const { circuitBreaker } = operation.policy;
    return circuitBreaker === undefined ? [] : [{ operation, breaker: circuitBreaker }];
  });
  const rows = groupBy(guarded, ({ breaker }) => breaker).map((group) => {
    const [{ breaker }] = group;
    const { scope, consecutive, stalled, failureRate, minRequests, window, probes, counts } = breaker;
    const { openFor, openMultiplier, openMax } = breaker;
    const share = `${Number((100 * failureRate).toFixed(6))} % of at least ${minRequests} in ${toDurationText(window)}`;
    return [
      operationsCell(
        group.map(({ operation }) => operation),
        all,
      ),
      scope === "server" ? "server" : "server and named tenant",
      [
        `${consecutive} failures in a row`,
        ...(stalled ? [`${stalled.failures} with no success for ${toDurationText(stalled.for)}`] : []),
        share,
      ].join(", or "),
      `${toDurationText(openFor)} × ${openMultiplier} each time, up to ${toDurationText(openMax)}`,
      toListText(probes.map(String), "then"),
      toListText(counts),
    ];
  });
  const columns = ["operations", "one for each", "opens after", "open for", "probes", "failures are"];
  return { title: "Circuit breaker", columns, rows };
}
