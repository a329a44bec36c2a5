/** Waiting for the end of what a call started. Every look is a call of its own. */
import type { Answer } from "./answer.ts";
import { bindTo } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import { callSettings } from "./call-settings.ts";
import { conditionHolds } from "./condition.ts";
import type { OperationDescriptor, Pointer, Polling } from "./descriptor.ts";
import { toMilliseconds } from "./duration.ts";
import { ConnectorError, createApiError, type Effect, isApiError, isConnectorError, TimeoutError } from "./errors.ts";
import { contextOf, type Final, sentence } from "./failure.ts";
import type { Call, CallOptions, CompletionOptions, PolledCall } from "./operation.ts";
import { ownOptions } from "./own-options.ts";
import { readPath, readPointer } from "./pointer.ts";
import { type Input, invalidInput } from "./request.ts";
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
    completed: (options) => new Completion(started, polling, options).after(done),
  };
  return Object.assign(new RunningCall(() => done), more);
};

class Completion {
  readonly #started: StartedCall;
  readonly #polling: Polling;
  readonly #given: CompletionOptions;

  constructor(started: StartedCall, polling: Polling, options: CompletionOptions = {}) {
    this.#started = started;
    this.#polling = polling;
    this.#given = ownOptions(options);
  }

  async after(done: Promise<Answer>): Promise<unknown> {
    const first = await done;
    const signal = this.#given.signal ?? this.#started.options.signal;
    const limit = this.#limit(first);
    try {
      return await this.#follow(first, limit, signal);
    } catch (error) {
      if (!signal?.aborted) throw error;
      this.#cancel(first);
      throw signal.reason;
    }
  }

  async #follow(first: Answer, limit: number, signal: AbortSignal | undefined): Promise<unknown> {
    const { every, status, pass = {} } = this.#polling;
    const own = this.#started.bind();
    const { connection } = own;
    const { clock } = connection;
    const end = clock.mono() + limit;
    if (status === undefined && this.#isEnd(first, first)) return this.#result(first, first);
    const asked = status === undefined ? own : bindTo(connection, status());
    const input = status === undefined ? this.#started.input : inputFrom(pass, first);
    const options = this.#optionsOfLooks(signal, asked.ready.operation);
    const longest = callSettings(asked.ready.operation, connection, options).deadline;
    let last = first;
    let fault: ConnectorError | undefined;
    for (let wait = every.initial; ; wait = Math.min(wait * every.multiplier, every.max)) {
      const now = clock.now();
      const pause = pauseOf(fault === undefined ? toldBy(last, now) : (fault.retryAt ?? now) - now, wait);
      if (end - clock.mono() <= pause) throw this.#late(first, limit, now + pause, fault);
      await clock.sleep(pause, signal);
      fault = undefined;
      try {
        const deadline = Math.max(1, Math.min(longest, end - clock.mono()));
        last = await runCall(asked, input, { ...options, deadline });
      } catch (error) {
        if (!isConnectorError(error)) throw error;
        if (!mayPass(error)) throw Object.assign(error, { effect: this.#effect(first, "applied") });
        fault = error;
        continue;
      }
      if (this.#isEnd(last, first)) return this.#result(last, first);
    }
  }

  #limit({ operation }: Answer): number {
    const { deadline } = this.#given;
    if (deadline === undefined) return this.#polling.deadline;
    const limit = toMilliseconds(deadline);
    if (limit > 0) return limit;
    throw invalidInput(operation, [
      { path: ["deadline"], message: 'must be a duration above zero: milliseconds, or a text such as "20m"' },
    ]);
  }

  /** Of the call's own options, those that are not about its one effect. */
  #optionsOfLooks(signal: AbortSignal | undefined, { cache }: OperationDescriptor): CallOptions {
    const { tenant, priority, timeout, retry, headers: own } = this.#started.options;
    // What is kept of a state says nothing about the present.
    const headers = cache === undefined ? own : { "cache-control": "no-cache", ...own };
    const options = { tenant, priority, timeout, retry, headers, signal };
    return ownOptions(
      Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as CallOptions,
    );
  }

  /** Whether the answer tells a good end; throws for a bad one. */
  #isEnd(answer: Answer, first: Answer): boolean {
    const { success, failure } = this.#polling;
    const { exchange } = answer;
    if (failure === undefined || !conditionHolds(failure, exchange)) return conditionHolds(success, exchange);
    const { status, headers } = exchange;
    const final = this.#final(first, "unknown");
    throw createApiError(sentence(first.operation, `it ended badly, as ${answer.operation.id} tells`, final), {
      ...contextOf(first.operation, final),
      ...{ name: "ApiError", base: "ApiError", code: "failed", status, body: answer.data, headers },
      requestId: answer.meta.requestId,
    });
  }

  #result({ data, exchange, operation }: Answer, first: Answer): unknown {
    const { result } = this.#polling;
    // What the program gets, which need not be what the wire has.
    const value = result.from === "body" ? readPath(data, result.path) : readPointer(result, exchange);
    if (value !== undefined || (result.from === "body" && result.path.length === 0)) return value;
    const final = this.#final(first, "applied");
    throw new ConnectorError(
      sentence(first.operation, `it ended well, but ${operation.id} answers without the result`, final),
      { ...contextOf(first.operation, final), code: "result" },
    );
  }

  #late(first: Answer, limit: number, retryAt: number, cause: ConnectorError | undefined): TimeoutError {
    const { operation } = first;
    const { status } = this.#polling;
    const final = this.#final(first, "applied");
    const seen = cause === undefined ? "" : ", and the last look at it failed";
    const where = status === undefined ? operation.id : status().id;
    return new TimeoutError(
      `${sentence(operation, `it has not ended within ${limit} ms${seen}`, final)} It goes on: ask ${where} how it stands.`,
      { ...contextOf(operation, { ...final, retryAt }), code: "deadline", cause },
    );
  }

  #final(first: Answer, effect: Effect): Final {
    return { attempts: first.meta.attempts, effect: this.#effect(first, effect) };
  }

  /** What only reads has no effect, however its end is. */
  #effect({ operation }: Answer, effect: Effect): Effect {
    return operation.policy.idempotency.class === "safe" ? "none" : effect;
  }

  /** Nobody waits for this call: the caller has gone. Listeners hear of it as of any other. */
  #cancel(first: Answer): void {
    const { cancel } = this.#polling;
    if (cancel === undefined) return;
    const operation = cancel.operation();
    const bound = bindTo(this.#started.bind().connection, operation);
    runCall(bound, inputFrom(cancel.pass, first), this.#optionsOfLooks(undefined, operation)).catch(() => {});
  }
}

function inputFrom(pass: Readonly<Record<string, Pointer>>, { exchange }: Answer): Input {
  const input: Record<string, unknown> = Object.create(null);
  for (const [key, pointer] of Object.entries(pass)) input[key] = readPointer(pointer, exchange);
  return input;
}

function toldBy({ operation, exchange }: Answer, now: number): number | undefined {
  return readWait(operation.policy.retry.retryAfter, exchange, now);
}

/** The provider's word wins; a wait of nothing is none. */
function pauseOf(told: number | undefined, wait: number): number {
  return told === undefined || told <= 0 ? wait : Math.max(told, Math.min(wait, shortestWait));
}

/** A look that failed for now: what was started goes on whether or not we see it. */
function mayPass(error: ConnectorError): boolean {
  if (isApiError(error)) return [408, 429, 500, 502, 503, 504].includes(error.status);
  return ["NetworkError", "TimeoutError", "CircuitOpenError", "QueueFullError"].includes(error.name);
}
