import type { Answer } from "./answer.ts";
import { isApiError, isConnectorError } from "./errors.ts";
import type { Call, WithResponse } from "./operation.ts";

/** A call that runs already. Nothing is lost when only one of its doors is used. */
export class RunningCall implements Call<unknown, unknown, object> {
  readonly #done: () => Promise<Answer>;
  readonly [Symbol.toStringTag]: string = "Call";

  constructor(done: () => Promise<Answer>) {
    this.#done = done;
  }

  // biome-ignore lint/suspicious/noThenProperty: a call is awaited.
  then<A = unknown, B = never>(
    onDone?: ((data: unknown) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#done().then(
      typeof onDone === "function" ? ({ data }) => onDone(data) : (dataOf as (answer: Answer) => A),
      onFailed,
    );
  }

  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<unknown | B> {
    return this.then(undefined, onFailed);
  }

  finally(onEnd?: (() => void) | null): Promise<unknown> {
    return this.then().finally(onEnd);
  }

  withResponse(): Promise<WithResponse<unknown, object>> {
    return this.#done().then(viewOf);
  }

  result(): Promise<unknown> {
    return this.#done().then(
      (answer) => ({ ok: true, status: answer.response.status, ...viewOf(answer) }),
      (error: unknown) => {
        if (!isConnectorError(error)) throw error;
        return { ok: false, status: isApiError(error) ? error.status : undefined, error };
      },
    );
  }
}

function dataOf({ data }: Answer): unknown {
  return data;
}

const none: object = Object.freeze({});

/** What `withResponse` gives. */
export function viewOf({ data, response, meta, operation }: Answer): WithResponse<unknown, object> {
  const { headers } = operation;
  return { data, response, meta, headers: headers === undefined ? none : headers.use(response.headers, headers.of) };
}
