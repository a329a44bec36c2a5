import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import type { Call, CallOptions, StreamOptions } from "./operation.ts";
import { runCall } from "./pipeline.ts";
import type { Input } from "./request.ts";
import { RunningCall } from "./running-call.ts";
import type { BodyOffer } from "./stream.ts";

/** Starts a call at once. The calls of streams and of paginated operations are made by their own features. */
export function startCall(
  bind: () => BoundOperation,
  {
    pagination,
    pages,
    stream,
    polling,
    batch,
  }: Pick<OperationDescriptor, "pagination" | "pages" | "stream" | "polling" | "batch">,
  input: Input,
  options: CallOptions,
): Call<unknown, unknown> {
  if (stream !== undefined && (stream.accept === undefined || stream.accept === (options as StreamOptions).accept)) {
    const whole =
      stream.accept === undefined ? options : { ...options, headers: { accept: stream.accept, ...options.headers } };
    return stream.use((offer) => start(bind, input, whole, offer), stream);
  }
  if (polling !== undefined || batch !== undefined) {
    const started = { bind, input, options, start: () => start(bind, input, options) };
    return polling === undefined ? batch!.use(started, batch!) : polling.use(started, polling);
  }
  if (pagination !== undefined) return pages!(bind, pagination, input, options, (first) => start(bind, first, options));
  const done = start(bind, input, options);
  return new RunningCall(() => done);
}

// A fault of the binding is a rejection like any other: a call never throws at its caller.
function start(bind: () => BoundOperation, input: Input, options: CallOptions, offer?: BodyOffer): Promise<Answer> {
  try {
    return runCall(bind(), input, options, undefined, offer);
  } catch (error) {
    return Promise.reject(error);
  }
}
