/** What README.md says of calls that are more than one request and its answer. */
import { toConditionText, toExpression } from "../expression-text.ts";
import { referenceHome } from "../linked-plan.ts";
import type { OperationPlan } from "../model.ts";
import { toCacheText, toDurationText, toPollingWaitText } from "../policy-words.ts";
import { inlineCode } from "./markdown.ts";
import { groupBy, nothing, operationsCell, type PolicyTable, sourceCell } from "./policy-table.ts";

function batchTable(all: readonly OperationPlan[]): PolicyTable {
  const rows = all.flatMap((operation) => {
    const { batch } = operation.descriptor;
    if (batch === undefined) return [];
    const { items, maxItems, maxBytes, window, results, errors } = batch;
    const place = (path: readonly string[] | undefined, none: string): string =>
      path === undefined ? none : inlineCode(toExpression({ from: "body", path }));
    return [
      [
        inlineCode(operation.id),
        inlineCode(referenceHome(batch.operation)?.id ?? ""),
        inlineCode(toExpression({ from: "request.body", path: items })),
        `${maxItems} items, ${maxBytes} bytes, ${toDurationText(window)}`,
        place(results, "the whole answer"),
        place(errors, nothing),
        batch.repeatable ? "as each item" : "as the batch",
        sourceCell(operation.facts.batch),
      ],
    ];
  });
  const columns = ["operation", "into", "as", "at most", "results", "errors", "repeated", "source"];
  return { title: "Joined calls", columns, rows };
}

function cacheTable(all: readonly OperationPlan[]): PolicyTable {
  const kept = all.filter(({ descriptor }) => descriptor.cache);
  const rows = groupBy(kept, ({ descriptor, facts }) => [descriptor.cache, facts.cache]).map((group) => {
    const [{ descriptor, facts }] = group;
    const where = descriptor.cache?.shared ? "`stores.answers`, else memory" : "memory";
    return [operationsCell(group, all), toCacheText(descriptor) ?? nothing, where, sourceCell(facts.cache)];
  });
  return { title: "Kept answers", columns: ["operations", "an answer is", "kept in", "source"], rows };
}

function pollingTable(all: readonly OperationPlan[]): PolicyTable {
  const rows = all.flatMap((operation) => {
    const { polling } = operation.descriptor;
    if (polling === undefined) return [];
    const idOf = (value: unknown): string => inlineCode(referenceHome(value)?.id ?? operation.id);
    const { success, failure, result, cancel } = polling;
    return [
      [
        inlineCode(operation.id),
        idOf(polling.status),
        toPollingWaitText(polling),
        inlineCode(toConditionText(success)),
        failure === undefined ? nothing : inlineCode(toConditionText(failure)),
        inlineCode(toExpression(result)),
        cancel === undefined ? nothing : idOf(cancel.operation),
        sourceCell(operation.facts.polling),
      ],
    ];
  });
  const columns = ["operation", "asked by", "when", "good end", "bad end", "result", "cancelled by", "source"];
  return { title: "Ends that come later", columns, rows };
}

export function callTables(all: readonly OperationPlan[]): readonly PolicyTable[] {
  return [batchTable(all), cacheTable(all), pollingTable(all)];
}
