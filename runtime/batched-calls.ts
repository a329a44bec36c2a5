/** Calls of an operation that leave as one call of another. Each caller keeps its own deadline, abort, result and error. */

import type { Answer } from "./answer.ts";
import { type BatchGroup, type BatchItem, bytesOf, emptyBytes, joinGroup } from "./batch-group.ts";
import { bindTo } from "./bound-operation.ts";
import { callSettings } from "./call-settings.ts";
import { Deadline } from "./deadline.ts";
import type { Batch, OperationDescriptor } from "./descriptor.ts";
import { deadlineError } from "./failure.ts";
import { isPromise } from "./is-promise.ts";
import type { Call } from "./operation.ts";
import { ParameterError } from "./parameters.ts";
import { type Input, invalidInput, isRecord } from "./request.ts";
import { RunningCall } from "./running-call.ts";
import type { StartedCall } from "./started-call.ts";

/** Makes the call of an operation whose calls may be joined. */
export type BatchKind = (started: StartedCall, batch: Batch) => Call<unknown, unknown>;

/**
 * A call with anything of its own (headers, attempts, a key in a header, parameters beside the body) is sent by itself;
 * so is one that is larger than a batch may be.
 */
export const batchedCalls: BatchKind = (started, batch) => {
  const done = join(started, batch);
  return new RunningCall(() => done);
};

const joined: readonly string[] = ["signal", "deadline", "tenant", "priority"];
const keys: readonly string[] = ["businessId", "idempotencyKey"];

function isJoinable({ input, options }: StartedCall, isKeyInBody: boolean): boolean {
  const given = (of: object): readonly string[] =>
    Object.entries(of).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (!given(options).every((name) => joined.includes(name) || (isKeyInBody && keys.includes(name)))) return false;
  const body = input["body"];
  return given(input).every((name) => name === "body") && isRecord(body) && !(body instanceof Blob);
}

async function join(started: StartedCall, batch: Batch): Promise<Answer> {
  const bound = started.bind();
  const { input, options } = started;
  const { connection } = bound;
  const { operation } = bound.ready;
  const isKeyInBody = operation.policy.idempotency.key?.in === "body";
  if (!isJoinable(started, isKeyInBody)) return started.start();
  const settings = callSettings(operation, connection, options);
  const deadline = new Deadline(connection.clock, settings.deadline, options.signal);
  let group: BatchGroup | undefined;
  let item: BatchItem | undefined;
  const late = () =>
    group?.isSent
      ? deadlineError(operation, settings.deadline, "waiting for the answer of its batch", {
          attempts: 1,
          effect: "unknown",
        })
      : deadlineError(operation, settings.deadline, "waiting to be sent with others", { attempts: 0, effect: "none" });
  const within = <T>(work: Promise<T>): Promise<T> => deadline.guard(work, deadline.remaining, late);
  const { checks } = bound;
  // Listeners hear of the call that is sent; this one has no requests of its own.
  const run = { operation, bound, watch: undefined, within, hideSecrets() {} };
  try {
    deadline.throwIfAborted();
    // Without a promise nothing is awaited: the body is read before the caller goes on.
    const checked = checks?.input(run, input);
    if (checked !== undefined) await checked;
    const { tenant } = settings;
    const chosen = isKeyInBody ? operation.policy.keys!(operation, input, settings) : undefined;
    const key = isPromise(chosen) ? await within(chosen) : chosen;
    const many = batchOperation(batch);
    const text = itemText(operation, input, key, batch, many);
    const size = bytesOf(text);
    if (emptyBytes(batch) + size > batch.maxBytes) return await started.start();
    const answered = new Promise<Answer>((resolve, reject) => {
      item = { value: JSON.parse(text), size, settings, deadline, resolve, reject };
      group = joinGroup(bindTo(connection, many), batch, tenant, item);
    });
    const answer = await within(answered);
    const meta = key === undefined ? answer.meta : { ...answer.meta, idempotencyKey: key };
    const own: Answer = { ...answer, operation, meta };
    const judged = checks?.answer(run, own);
    if (judged !== undefined) await judged;
    return own;
  } finally {
    if (item !== undefined) group?.leave(item);
    deadline.close();
  }
}

/** The item as text: the caller may change its body as soon as the call has begun. */
function itemText(
  operation: OperationDescriptor,
  { body }: Input,
  key: string | undefined,
  { constants }: Batch,
  { body: into }: OperationDescriptor,
): string {
  try {
    const { put } = operation.policy.idempotency.key ?? {};
    const keyed = key === undefined || put === undefined ? body : put(operation, { body }, key);
    const value: unknown = Object.assign(Object.create(null), keyed, constants);
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
  const known = repeatable.get(operation) ?? {
    ...operation,
    policy: { ...operation.policy, idempotency: { class: "idempotent" } },
  };
  repeatable.set(operation, known);
  return known;
}
