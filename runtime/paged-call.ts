import type { Pagination } from "./descriptor.ts";
import type { Call, PagedCall } from "./operation.ts";
import { eachPage, withPageSize } from "./paginate.ts";
import { RunningCall } from "./running-call.ts";
import type { StartedCall } from "./started-call.ts";

/** Makes the call of a paginated operation: a feature that generated code names. */
export type PagesKind = (started: StartedCall, pagination: Pagination) => Call<unknown, unknown>;

/**
 * A `PagedCall`: awaiting it and iterating it share the request of the first page; each iteration asks for the later pages
 * itself.
 */
export const pagedCall: PagesKind = ({ bind, input, options, start }, pagination) => {
  const whole = withPageSize(pagination, input);
  const first = start(undefined, whole);
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
