import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import type { Call, CallOptions, PagedCall, StreamOptions } from "./operation.ts";
import { eachPage, withPageSize } from "./paginate.ts";
import { runCall } from "./pipeline.ts";
import type { Input } from "./request.ts";
import { RunningCall } from "./running-call.ts";
import type { BodyTaker } from "./stream.ts";

/**
 * Starts a call at once. A paginated operation gives a `PagedCall`: awaiting it and iterating it share the request of
 * the first page; each iteration asks for the later pages itself. The call of a stream is made by its own feature.
 */
export function startCall(
  bind: () => BoundOperation,
  { pagination, stream, polling, batch }: Pick<OperationDescriptor, "pagination" | "stream" | "polling" | "batch">,
  input: Input,
  options: CallOptions,
): Call<unknown, unknown> {
  if (stream !== undefined && (stream.accept === undefined || stream.accept === (options as StreamOptions).accept)) {
    const whole =
      stream.accept === undefined ? options : { ...options, headers: { accept: stream.accept, ...options.headers } };
    return stream.use((take) => start(bind, input, whole, take), stream);
  }
  if (polling !== undefined || batch !== undefined) {
    const started = { bind, input, options, start: () => start(bind, input, options) };
    return polling === undefined ? batch!.use(started, batch!) : polling.use(started, polling);
  }
  if (pagination === undefined) {
    const done = start(bind, input, options);
    return new RunningCall(() => done);
  }
  const whole = withPageSize(pagination, input);
  const first = start(bind, whole, options);
  const views = () => eachPage(bind(), pagination, whole, options, first);
  const paged: Omit<PagedCall<unknown, unknown, unknown>, keyof Call<unknown>> = {
    async *pages() {
      for await (const { answer } of views()) yield answer.data;
    },
    async *[Symbol.asyncIterator]() {
      for await (const { items } of views()) yield* items;
    },
  };
  return Object.assign(new RunningCall(() => first), paged);
}

// A fault of the binding is a rejection like any other: a call never throws at its caller.
function start(bind: () => BoundOperation, input: Input, options: CallOptions, take?: BodyTaker): Promise<Answer> {
  try {
    return runCall(bind(), input, options, undefined, take);
  } catch (error) {
    return Promise.reject(error);
  }
}
