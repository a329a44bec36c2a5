import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import type { Call, CallOptions, StreamOptions } from "./operation.ts";
import type { Input } from "./request.ts";
import { RunningCall } from "./running-call.ts";
import type { BodyOffer } from "./stream.ts";

/** Starts a call at once. The calls of streams and of paginated operations are made by their own features. */
export function startCall(
  bind: () => BoundOperation,
  operation: OperationDescriptor,
  input: Input,
  given: CallOptions,
): Call<unknown, unknown> {
  const { stream, polling, batch, pagination } = operation;
  let options = given;
  // A fault of the binding is a rejection like any other: a call never throws at its caller.
  const start = (offer?: BodyOffer, own: Input = input): Promise<Answer> => {
    try {
      return runCall(bind(), own, options, undefined, offer);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  const accept = stream?.accept;
  if (stream !== undefined && (accept === undefined || accept === (options as StreamOptions).accept)) {
    if (accept !== undefined) options = { ...options, headers: { accept, ...options.headers } };
    return stream.use(start, stream);
  }
  const started = { bind, input, options, start };
  if (polling !== undefined) return polling.use(started, polling);
  if (batch !== undefined) return batch.use(started, batch);
  if (pagination !== undefined) return operation.pages!(started, pagination);
  const done = start();
  return new RunningCall(() => done);
}
