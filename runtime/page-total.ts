/** Ends of lists that the provider tells by a figure, so that no empty page is asked for. */
import type { Pagination } from "./descriptor.ts";
import { type PageView, positionOf } from "./paginate.ts";
import { readPointer } from "./pointer.ts";

/** Whether the figure says that this page is the last one. */
export type PageTotal = (pagination: Pagination, page: PageView) => boolean;

/** The number of all items. By offset it is compared with the end of the page, else with what was read so far. */
export const totalItems: PageTotal = (pagination, page) => {
  const total = figure(pagination, page);
  const at = pagination.start === undefined ? undefined : (positionOf(pagination, page.input) ?? pagination.start);
  return total !== undefined && (at === undefined ? page.read : at + page.items.length) >= total;
};

/** The number of all pages, for lists that count pages. */
export const totalPages: PageTotal = (pagination, page) => {
  const total = figure(pagination, page);
  const start = pagination.start ?? 1;
  return total !== undefined && (positionOf(pagination, page.input) ?? start) - start + 1 >= total;
};

// Nothing is less than one page of what is there: such a figure means "unknown" (0, -1, null), and ends no list.
function figure({ total }: Pagination, { answer, items }: PageView): number | undefined {
  const value = total && readPointer(total.from, answer.exchange);
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  return number >= 1 || (number === 0 && items.length === 0) ? number : undefined;
}
