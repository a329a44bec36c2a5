/** The retry behaviour of an operation in sentences. */
import type { CircuitBreakerPolicy, Policy } from "@couplet/runtime/codegen/v1";
import { toConditionText, toExpression } from "../expression-text.ts";
import type { SpecOperation } from "../model.ts";
import { codecOf, isStream } from "../plan/media-types.ts";
import { bufferedBytes, comparesBodies } from "../policy-words.ts";
import { toSizeValue, toTimeText } from "./policy-text.ts";
import { backoffCeiling } from "./worst-case.ts";

const jitterWords = { full: "anything up to", equal: "half to all of", none: "exactly" } as const;
/** Waits that are written out. */
const shown = 4;

/** `refreshable`: statuses, and names of errors, that ask for new credentials once. */
export function retryStatements(
  policy: Policy,
  operation: SpecOperation,
  refreshable: readonly (number | string)[] | undefined,
): readonly string[] {
  const { retry, limitedBy, circuitBreaker, timeouts } = policy;
  const statements: string[] = [];
  if (retry.maxAttempts > 1) {
    statements.push(backoffStatement(retry), ...waitStatement(retry), budgetStatement(retry));
    statements.push(...adviceStatements(retry), ...bufferStatements(policy));
  }
  statements.push(...replayStatements(policy));
  if (refreshable !== undefined)
    statements.push(
      `After ${refreshable.join(" or ")} new credentials are asked for, and if there are any the call is sent once more, ` +
        "beside the attempts: with an OAuth token, or a credential that is given as a function.",
    );
  if (circuitBreaker !== undefined) statements.push(breakerStatement(circuitBreaker));
  if (limitedBy.length > 0)
    statements.push(`Each attempt waits for its turn at ${limitedBy.join(" and ")}, within the deadline.`);
  if (timeouts.queue !== undefined)
    statements.push(
      `An attempt waits at most ${toTimeText(timeouts.queue.limit)} for limits and its turn; then the call fails and says when to come back.`,
    );
  if (timeouts.connect !== undefined)
    statements.push(
      `Connecting may take ${toTimeText(timeouts.connect)} where the client's fetch can keep that (undiciFetch); the ` +
        "global fetch cannot be told, and there the attempt timeout alone bounds it.",
    );
  if (operation.responses.some(({ content }) => content.some((media) => isStream(codecOf(media.contentType)))))
    statements.push(
      "When the answer is a stream, attempts and deadline end with its head; after that, silence as long as the " +
        "attempt timeout ends it, and nothing is sent again.",
    );
  const redirects = operation.method === "get" || operation.method === "head";
  statements.push(
    `Counted below is one call: next pages are calls of their own${redirects ? ", and an attempt may follow up to 3 redirects" : ""}.`,
  );
  return statements;
}

function backoffStatement({ backoff, maxAttempts }: Policy["retry"]): string {
  const retries = Math.min(maxAttempts - 1, shown);
  const list = (initial: number): string =>
    Array.from({ length: retries }, (_, index) => toTimeText(backoffCeiling(backoff, initial, index + 1))).join(", ") +
    (maxAttempts - 1 > shown ? ", …" : "");
  const throttled =
    backoff.throttled === backoff.initial ? "" : `; after "too many requests" ${list(backoff.throttled)}`;
  return `Before a retry it waits ${jitterWords[backoff.jitter]} ${list(backoff.initial)}${throttled}.`;
}

function waitStatement({ retryAfter, maxRetryAfter }: Policy["retry"]): string[] {
  if (retryAfter.length === 0) return [];
  const places = retryAfter
    .map(({ from }) => (from.from === "header" ? from.name : toExpression(from)))
    .join(", then ");
  return [
    `A wait that ${places} asks for takes the place of this, in full; above ${toTimeText(maxRetryAfter)}, or beyond ` +
      "the deadline, the call fails at once and says when to come back.",
  ];
}

function budgetStatement({ budget }: Policy["retry"]): string {
  return (
    `Retries are paid from ${budget.capacity} units an origin (${budget.tenantCapacity} a named tenant): ${budget.retryCost} each, ` +
    `${budget.timeoutCost} after a timeout; success pays them back. When they are spent, nothing is retried.`
  );
}

function breakerStatement({ consecutive, scope, openFor, openMax }: CircuitBreakerPolicy): string {
  return (
    `While the provider keeps failing (${consecutive} times in a row, or as the other figures say) nothing is sent to it for ` +
    `${toTimeText(openFor)}, up to ${toTimeText(openMax)} when that repeats${scope === "tenant" ? "; for a named tenant that fails alone, to that tenant only" : ""}. ` +
    "Whatever has the time waits, without using up an attempt; the rest fails at once and says when to come back."
  );
}

function bufferStatements(policy: Policy): string[] {
  const bytes = bufferedBytes(policy);
  if (bytes === undefined) return [];
  return [
    `A streamed body of up to ${toSizeValue(bytes)} is read before it is sent, so that it can be sent again; a larger one is sent once.`,
  ];
}

/** What repetitions are told, and what is looked at before anything is sent. */
function replayStatements(policy: Policy): string[] {
  const { key, onReplay } = policy.idempotency;
  const duplicate = onReplay?.duplicate;
  const after = "to a repetition, after an attempt that may have taken effect,";
  return [
    ...(key?.generate === "none"
      ? [`What may have taken effect is repeated only when the call carries its ${key.name}.`]
      : []),
    ...(comparesBodies(policy)
      ? [
          "The provider compares no bodies: the client refuses a key of the caller's that it has sent with another body.",
        ]
      : []),
    ...(onReplay === undefined
      ? []
      : duplicate === undefined
        ? [`Not found, as an answer ${after} is a success without data.`]
        : [
            `The answer ${toConditionText(duplicate.when)} ${after} ` +
              (duplicate.as === "success" ? "is a success without data." : "is an error that says: it took effect."),
          ]),
  ];
}

function adviceStatements({ advice }: Policy["retry"]): string[] {
  if (advice === undefined) return [];
  const from = toExpression(advice.from);
  const limit = advice.trust
    ? "even what may have taken effect"
    : "but never what may have taken effect where repeating is not safe";
  return [
    `The server's word comes first: ${from} \`${advice.stop}\` stops, \`${advice.retry}\` retries what would not be, ${limit}.`,
  ];
}
