import type { Answer } from "./answer.ts";
import { answerWith, type BatchItem } from "./batch-group.ts";
import type { Batch } from "./descriptor.ts";
import { ApiError, ConnectorError, errorOf } from "./errors.ts";
import { readPath } from "./pointer.ts";

/** Gives each caller of a batch what is its own. What it throws is the error of them all. */
export type BatchSettling = (answer: Answer, batch: Batch, items: readonly BatchItem[]) => void;

/** For batches whose answer tells `results` or `errors` item by item: a feature that generated code names. */
export const itemResults: BatchSettling = (answer, { results, errors }, items) => {
  const { operation, exchange, meta } = answer;
  const { attempts, requestId } = meta;
  const isList = (list: unknown, length: number): list is readonly unknown[] =>
    Array.isArray(list) && list.length === length;
  // What the program gets, which need not be what the wire has.
  const found = results && readPath(answer.data, results);
  const failed = (errors && readPath(exchange.body, errors)) ?? [];
  if ((results && !isList(found, items.length)) || !(isList(failed, 0) || isList(failed, items.length)))
    throw errorOf(
      operation,
      ConnectorError,
      `the answer does not tell one result for each of the ${items.length} items of the batch, so none of them is known. Look them up at the provider.`,
      { effect: "unknown", attempts, code: "batch", requestId },
    );
  for (const [index, item] of items.entries()) {
    const error = failed[index];
    if (isError(error)) {
      const { status, headers } = exchange;
      item.reject(
        errorOf(operation, ApiError, "the batch was taken, but not this item of it.", {
          ...{ name: "ApiError", base: "ApiError", code: "item", status, body: error, headers },
          ...{ effect: "none", attempts, requestId },
        }),
      );
    } else
      item.resolve(answerWith(answer, results ? (found as readonly unknown[])[index] : structuredClone(answer.data)));
  }
};

/** What stands there for an item that went well is nothing, or empty. */
function isError(error: unknown): boolean {
  if (Array.isArray(error)) return error.length > 0;
  return error !== undefined && error !== null && error !== false && error !== "";
}
