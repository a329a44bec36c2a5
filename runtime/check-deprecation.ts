import type { Answer } from "./answer.ts";
import type { Connection } from "./connection.ts";
import { DeprecationError } from "./errors.ts";
import { callError } from "./failure.ts";

/** Throws for a success that announces the end of its operation: a feature that generated code names. */
export type DeprecationCheck = (answer: Answer, connection: Connection) => void;

/**
 * Where the policy says `versioning.deprecation: fail`, throws a DeprecationError for a success that announces the end of the
 * operation. It took effect all the same. An unread body is closed.
 */
export const checkDeprecation: DeprecationCheck = ({ operation, exchange, meta, data, taken }, connection) => {
  const notice = connection.connector.deprecation?.use(exchange.headers, connection.redactor);
  if (notice === undefined) return;
  if (taken && data !== undefined) closeBody(data);
  const { deprecatedAt, sunsetAt, links } = notice;
  const text = [
    `the provider says that it is deprecated${deprecatedAt === undefined ? "" : ` from ${day(deprecatedAt)}`}`,
    ...(sunsetAt === undefined ? [] : [`may be gone from ${day(sunsetAt)}`]),
    ...links.map((link) => `tells more at ${link}`),
  ].join(", ");
  const { attempts, requestId } = meta;
  const advice = " The policy says versioning.deprecation: fail; move to what replaces it, or say `report`.";
  const known = { requestId, notice, value: data };
  throw callError(operation, DeprecationError, text, { attempts, effect: "applied" }, known, advice);
};

function day(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** Streams of items and of bytes both have `cancel`. */
function closeBody(data: unknown): void {
  const done: unknown = (data as { cancel(): unknown }).cancel();
  if (done instanceof Promise) done.catch(() => {});
}
