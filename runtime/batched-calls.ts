/** Calls of an operation that leave as one call of another. Each caller keeps its own deadline, abort, result and error. */

import type { Answer } from "./answer.ts";
import { BatchLane, emptyBytes, type WaitingItem } from "./batch-lane.ts";
import { bindTo } from "./bound-operation.ts";
import { callSettings } from "./call-settings.ts";
import { Deadline } from "./deadline.ts";
import type { Batch, OperationDescriptor } from "./descriptor.ts";
import { deadlineError } from "./failure.ts";
import { isPromise } from "./is-promise.ts";
import type { Call } from "./operation.ts";
import { ownOptions } from "./own-options.ts";
import { ParameterError } from "./parameters.ts";
import { type Input, invalidInput } from "./request.ts";
import { RunningCall } from "./running-call.ts";
import type { StartedCall } from "./started-call.ts";
import { checking } from "./validators.ts";

/** Makes the call of an operation whose calls may be joined. */
export type BatchKind = (started: StartedCall, batch: Batch) => Call<unknown, unknown>;

/**
 * A call with anything of its own (headers, attempts, a key in a header, parameters beside the body) is sent by itself;
 * so is one that is larger than a batch may be.
 */
export const batchedCalls: BatchKind = (started, batch) => {
  const done = isJoinable(started) ? join(started, batch) : started.start();
  return new RunningCall(() => done);
};

const joined: ReadonlySet<string> = new Set([
  "signal",
  "deadline",
  "tenant",
  "priority",
  "businessId",
  "idempotencyKey",
]);

function isJoinable({ input, options }: StartedCall): boolean {
  const isOwn = ([name, value]: [string, unknown]): boolean => value !== undefined && !joined.has(name);
  if (Object.entries(options).some(isOwn)) return false;
  const others = Object.entries(input).some(([name, value]) => name !== "body" && value !== undefined);
  return !others && isRecord(input["body"]);
}

async function join(started: StartedCall, batch: Batch): Promise<Answer> {
  const bound = started.bind();
  const { connection, ready } = bound;
  const { operation } = ready;
  const options = ownOptions(started.options);
  const inHeader = operation.policy.idempotency.key?.in !== "body";
  if (inHeader && (options.idempotencyKey ?? options.businessId) !== undefined) return started.start();
  const settings = callSettings(operation, connection, options);
  const deadline = new Deadline(connection.clock, settings.deadline, options.signal);
  const item: { -readonly [K in keyof WaitingItem]: WaitingItem[K] } = { isSent: false, settings, deadline } as never;
  const late = () => {
    const phase = item.isSent ? "waiting for the answer of its batch" : "waiting to be sent with others";
    const final = { attempts: item.isSent ? 1 : 0, effect: item.isSent ? "unknown" : "none" } as const;
    return deadlineError(operation, settings.deadline, phase, final);
  };
  const within = <T>(work: Promise<T>): Promise<T> => deadline.guard(work, deadline.remaining, late);
  const checks = connection.validators?.[checking];
  // Listeners hear of the call that is sent; this one has no requests of its own.
  const run = { operation, bound, watch: undefined };
  let lane: BatchLane | undefined;
  try {
    deadline.throwIfAborted();
    if (checks !== undefined) {
      const checked = checks.input(run, started.input);
      if (isPromise(checked)) await within(checked);
    }
    let key: string | undefined;
    if (!inHeader) {
      const chosen = operation.policy.keys!(operation, started.input, { ...options, tenant: settings.tenant });
      key = isPromise(chosen) ? await within(chosen) : chosen;
    }
    const many = batchOperation(batch);
    const text = encoded(operation, started.input["body"] as Input, key, batch, many);
    item.size = new TextEncoder().encode(text).byteLength;
    if (emptyBytes(batch) + item.size > batch.maxBytes) return await started.start();
    item.value = JSON.parse(text);
    const answered = new Promise<Answer>((resolve, reject) => Object.assign(item, { resolve, reject }));
    lane = BatchLane.of(bindTo(connection, many), batch, settings.tenant);
    lane.add(item);
    const answer = await within(answered);
    const { meta } = answer;
    const own: Answer = { ...answer, operation, meta: key === undefined ? meta : { ...meta, idempotencyKey: key } };
    if (checks !== undefined) {
      const checked = checks.answer(run, own);
      if (isPromise(checked)) await within(checked);
    }
    return own;
  } finally {
    lane?.leave(item);
    deadline.close();
  }
}

/** The item as text: the caller may change its body as soon as the call has begun. */
function encoded(
  operation: OperationDescriptor,
  body: Input,
  key: string | undefined,
  { constants }: Batch,
  { body: into }: OperationDescriptor,
): string {
  try {
    const put = key === undefined ? undefined : operation.policy.idempotency.key?.put;
    const value = Object.assign(
      Object.create(null),
      put === undefined ? body : put(operation, { body }, key!),
      constants,
    );
    return String(into!.encode(value, { contentType: into!.contentType }).body);
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    throw invalidInput(operation, [{ path: ["body"], message: error.message }]);
  }
}

const repeatable = new WeakMap<OperationDescriptor, OperationDescriptor>();

/** With a key in each item, the whole may be sent again as each item may. */
function batchOperation(batch: Batch): OperationDescriptor {
  const operation = batch.operation();
  if (batch.repeatable !== true) return operation;
  let known = repeatable.get(operation);
  if (known === undefined) {
    known = { ...operation, policy: { ...operation.policy, idempotency: { class: "idempotent" } } };
    repeatable.set(operation, known);
  }
  return known;
}

function isRecord(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Blob);
}
