import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import type { Pagination } from "./descriptor.ts";
import type { Call, CallOptions, PagedCall } from "./operation.ts";
import { eachPage, withPageSize } from "./paginate.ts";
import type { Input } from "./request.ts";
import { RunningCall } from "./running-call.ts";

/** Makes the call of a paginated operation: a feature that generated code names. */
export type PagesKind = (
  bind: () => BoundOperation,
  pagination: Pagination,
  input: Input,
  options: CallOptions,
  start: (input: Input) => Promise<Answer>,
) => Call<unknown, unknown>;

/**
 * A `PagedCall`: awaiting it and iterating it share the request of the first page; each iteration asks for the later pages
 * itself.
 */
export const pagedCall: PagesKind = (bind, pagination, input, options, start) => {
  const whole = withPageSize(pagination, input);
  const first = start(whole);
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
};
