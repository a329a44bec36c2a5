import type { Answer } from "./answer.ts";
import type { Pagination } from "./descriptor.ts";
import { isApiError, isConnectorError } from "./errors.ts";
import type { Call, CallMeta, CallOptions, PagedCall } from "./operation.ts";
import { eachPage, withPageSize } from "./paginate.ts";
import { type BoundOperation, runCall } from "./pipeline.ts";
import type { Input } from "./request.ts";

/** A call that runs already. Nothing is lost when only one of its doors is used. */
class RunningCall implements Call<unknown, unknown> {
  readonly #done: Promise<Answer>;
  readonly [Symbol.toStringTag]: string = "Call";

  constructor(done: Promise<Answer>) {
    this.#done = done;
  }

  // biome-ignore lint/suspicious/noThenProperty: a call is awaited.
  then<A = unknown, B = never>(
    onDone?: ((data: unknown) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#done.then(
      typeof onDone === "function" ? ({ data }) => onDone(data) : (dataOf as (answer: Answer) => A),
      onFailed,
    );
  }

  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<unknown | B> {
    return this.#done.then(dataOf, onFailed);
  }

  finally(onEnd?: (() => void) | null): Promise<unknown> {
    return this.#done.then(dataOf).finally(onEnd);
  }

  withResponse(): Promise<{ data: unknown; response: Response; meta: CallMeta }> {
    return this.#done.then(({ data, response, meta }) => ({ data, response, meta }));
  }

  result(): Promise<unknown> {
    return this.#done.then(
      ({ data, response, meta }) => ({ ok: true, status: response.status, data, response, meta }),
      (error: unknown) => {
        if (isApiError(error)) return { ok: false, status: error.status, error };
        if (isConnectorError(error)) return { ok: false, status: undefined, error };
        throw error;
      },
    );
  }
}

function dataOf({ data }: Answer): unknown {
  return data;
}

/**
 * Starts a call at once. A paginated operation gives a `PagedCall`: awaiting it and iterating it share the request of
 * the first page; each iteration asks for the later pages itself.
 */
export function startCall(
  bind: () => BoundOperation,
  pagination: Pagination | undefined,
  input: Input,
  options: CallOptions,
): Call<unknown, unknown> {
  if (pagination === undefined) return new RunningCall(start(bind, input, options));
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
  return Object.assign(new RunningCall(first), paged);
}

// A fault of the binding is a rejection like any other: a call never throws at its caller.
function start(bind: () => BoundOperation, input: Input, options: CallOptions): Promise<Answer> {
  try {
    return runCall(bind(), input, options);
  } catch (error) {
    return Promise.reject(error);
  }
}
