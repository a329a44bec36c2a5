/** Waiting for the end of what a call started. Every look is a call of its own. */
import type { Answer } from "./answer.ts";
import { bindTo } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import { callSettings } from "./call-settings.ts";
import { conditionHolds } from "./condition.ts";
import { Deadline } from "./deadline.ts";
import type { OperationDescriptor, Pointer, Polling } from "./descriptor.ts";
import { ApiError, ConnectorError, type Effect, isApiError, isConnectorError, TimeoutError } from "./errors.ts";
import { callError, type Final } from "./failure.ts";
import type { Call, CallOptions, CompletionOptions, PolledCall } from "./operation.ts";
import { ownOptions } from "./own-options.ts";
import { readPath, readPointer } from "./pointer.ts";
import type { Input } from "./request.ts";
import { readWait } from "./retry-after.ts";
import { RunningCall } from "./running-call.ts";
import type { StartedCall } from "./started-call.ts";

/** Makes the call of an operation that ends later than it answers. */
export type PollingKind = (started: StartedCall, polling: Polling) => Call<unknown, unknown>;

/** A wait that the provider tells may be shorter than the policy's, but no storm of requests. */
const shortestWait = 1_000;

/** Adds `completed`, which asks for the state until the policy's `success` or `failure` holds. */
export const longRunning: PollingKind = (started, polling) => {
  const done = started.start();
  const more: Omit<PolledCall<unknown, unknown>, keyof Call<unknown>> = {
    async completed(options = {}) {
      const given = ownOptions(options);
      const signal = given.signal ?? started.options.signal;
      try {
        return await endOf(started, polling, await firstOf(started, done, signal), given, signal);
      } catch (error) {
        if (!signal?.aborted) throw error;
        // Nobody waits for this call: the caller has gone. Listeners hear of it as of any other.
        done.then((first) => cancel(started, polling, first)).catch(() => {});
        throw signal.reason;
      }
    },
  };
  return Object.assign(new RunningCall(() => done), more);
};

/** The first answer, whose call has an end of its own; whoever waits for it may give up before. */
async function firstOf({ bind }: StartedCall, done: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  const time = new Deadline(bind().connection.clock, Number.POSITIVE_INFINITY, signal);
  try {
    return await time.guard(done, time.remaining, () => undefined);
  } finally {
    time.close();
  }
}

/** Looks at the state until it is the end, and gives the result. */
async function endOf(
  started: StartedCall,
  polling: Polling,
  first: Answer,
  given: CompletionOptions,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { every, status, pass = {} } = polling;
  const own = started.bind();
  const { connection } = own;
  const { clock } = connection;
  const limit =
    given.deadline === undefined ? polling.deadline : callSettings(first.operation, connection, given).deadline;
  const end = clock.mono() + limit;
  if (status === undefined && isEnd(polling, first, first)) return resultOf(polling, first, first);
  const asked = status === undefined ? own : bindTo(connection, status());
  const { operation } = asked.ready;
  const input = status === undefined ? started.input : inputFrom(pass, first);
  const options = optionsOfLooks(started, operation, signal);
  const longest = callSettings(operation, connection, options).deadline;
  let last = first;
  let fault: ConnectorError | undefined;
  for (let wait = every.initial; ; wait = Math.min(wait * every.multiplier, every.max)) {
    const now = clock.now();
    const { retryAfter } = last.operation.policy.retry;
    const told = fault === undefined ? readWait(retryAfter, last.exchange, now) : (fault.retryAt ?? now) - now;
    // The provider's word wins; a wait of nothing is none.
    const pause = told === undefined || told <= 0 ? wait : Math.max(told, Math.min(wait, shortestWait));
    if (end - clock.mono() <= pause) {
      const seen = fault === undefined ? "" : ", and the last look at it failed";
      throw callError(
        first.operation,
        TimeoutError,
        `it has not ended within ${limit} ms${seen}`,
        finalOf(first, "applied"),
        { code: "deadline", cause: fault, retryAt: now + pause },
        ` It goes on: ask ${operation.id} how it stands.`,
      );
    }
    await clock.sleep(pause, signal);
    fault = undefined;
    try {
      const deadline = Math.max(1, Math.min(longest, end - clock.mono()));
      last = await runCall(asked, input, { ...options, deadline });
    } catch (error) {
      if (!isConnectorError(error)) throw error;
      if (!mayPass(error)) throw Object.assign(error, { effect: finalOf(first, "applied").effect });
      fault = error;
      continue;
    }
    if (isEnd(polling, last, first)) return resultOf(polling, last, first);
  }
}

/** Of the call's own options, those that are not about its one effect. */
function optionsOfLooks(
  { options }: StartedCall,
  { cache }: OperationDescriptor,
  signal: AbortSignal | undefined,
): CallOptions {
  const { tenant, priority, timeout, retry, headers: own } = options;
  // What is kept of a state says nothing about the present.
  const headers = cache === undefined ? own : { "cache-control": "no-cache", ...own };
  return ownOptions({ tenant, priority, timeout, retry, headers, signal } as CallOptions);
}

/** Whether the answer tells a good end; throws for a bad one. */
function isEnd({ success, failure }: Polling, { operation, data, exchange, meta }: Answer, first: Answer): boolean {
  if (failure === undefined || !conditionHolds(failure, exchange)) return conditionHolds(success, exchange);
  const { status, headers } = exchange;
  const { requestId } = meta;
  const text = `it ended badly, as ${operation.id} tells`;
  const known = { name: "ApiError", base: "ApiError", code: "failed", status, body: data, headers, requestId } as const;
  throw callError(first.operation, ApiError, text, finalOf(first, "unknown"), known);
}

function resultOf({ result }: Polling, { data, exchange, operation }: Answer, first: Answer): unknown {
  // What the program gets, which need not be what the wire has.
  const value = result.from === "body" ? readPath(data, result.path) : readPointer(result, exchange);
  if (value !== undefined || (result.from === "body" && result.path.length === 0)) return value;
  const text = `it ended well, but ${operation.id} answers without the result`;
  throw callError(first.operation, ConnectorError, text, finalOf(first, "applied"), { code: "result" });
}

/** What is known of the call that started it. What only reads has no effect, however its end is. */
function finalOf({ operation, meta }: Answer, effect: Effect): Final {
  return { attempts: meta.attempts, effect: operation.policy.idempotency.class === "safe" ? "none" : effect };
}

async function cancel(started: StartedCall, { cancel: rule }: Polling, first: Answer): Promise<void> {
  if (rule === undefined) return;
  const operation = rule.operation();
  const bound = bindTo(started.bind().connection, operation);
  await runCall(bound, inputFrom(rule.pass, first), optionsOfLooks(started, operation, undefined));
}

function inputFrom(pass: Readonly<Record<string, Pointer>>, { exchange }: Answer): Input {
  const input: Record<string, unknown> = Object.create(null);
  for (const [key, pointer] of Object.entries(pass)) input[key] = readPointer(pointer, exchange);
  return input;
}

const passing: readonly (number | string)[] = [
  ...[408, 429, 500, 502, 503, 504],
  ...["NetworkError", "TimeoutError", "CircuitOpenError", "QueueFullError"],
];

/** A look that failed for now: what was started goes on whether or not we see it. */
function mayPass(error: ConnectorError): boolean {
  return passing.includes(isApiError(error) ? error.status : error.name);
}
