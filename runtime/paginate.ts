/** Pages: how each style finds the next one, and the loop over them. Every page is a call of its own. */

import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import type { Pagination } from "./descriptor.ts";
import { ConnectorError, errorOf } from "./errors.ts";
import type { CallOptions } from "./operation.ts";
import { readPath, readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";
import type { Input } from "./request.ts";

/** A page that came, and the input of the call that it answers. */
export interface PageView {
  readonly bound: BoundOperation;
  readonly answer: Answer;
  readonly items: readonly unknown[];
  readonly input: Input;
  /** Items of all pages up to this one, itself included. */
  readonly read: number;
}

/** Where the next page is: a position to put into the input, or a URL of the server's own origin. */
export type NextPage = string | number | URL;

/** Finds the next page, or nothing after the last one. */
export type PageStrategy = (pagination: Pagination, page: PageView) => NextPage | undefined;

/** A cursor in the answer, sent back as a parameter. */
export const cursorPages: PageStrategy = (pagination, { answer }) => {
  if (isLast(pagination, answer) || pagination.next === undefined) return undefined;
  const value = readPointer(pagination.next, answer.exchange);
  return value === "" ? undefined : positionIn(value);
};

/** The id of the last item, sent as a parameter; ends with `hasMore`, or with an empty page. */
export const lastIdPages: PageStrategy = (pagination, { answer, items }) => {
  if (isLast(pagination, answer) || items.length === 0) return undefined;
  // As the wire has it: the program may see the id as another type.
  const sent = readPath(answer.exchange.body, pagination.items) as readonly unknown[];
  return positionIn(readPath(sent.at(-1), pagination.idOf ?? ["id"]));
};

/** Counts pages; ends with `hasMore`, or with an empty page (a short one may be the server's own cap). */
export const pageNumberPages: PageStrategy = (pagination, { answer, items, input }) => {
  if (isLast(pagination, answer) || (items.length === 0 && pagination.stopOnEmpty !== false)) return undefined;
  return (positionOf(pagination, input) ?? pagination.start ?? 1) + 1;
};

/** Counts items; ends with `hasMore`, or with an empty page. */
export const offsetPages: PageStrategy = (pagination, { answer, items, input }) => {
  if (isLast(pagination, answer) || items.length === 0) return undefined;
  return (positionOf(pagination, input) ?? pagination.start ?? 0) + items.length;
};

function positionIn(value: unknown): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

const nothingMore: readonly unknown[] = [undefined, null, false, 0, "", "false"];

function isLast({ hasMore }: Pagination, { exchange }: Answer): boolean {
  return hasMore !== undefined && nothingMore.includes(readPointer(hasMore, exchange));
}

/** The number at which a page stands, where its input says one. */
export function positionOf(pagination: Pagination, input: Input): number | undefined {
  const value = valueAt(pagination, input);
  const number = value === undefined || value === null ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

type Target = Pick<Pagination, "param" | "place">;

function valueAt({ param, place }: Target, input: Input): unknown {
  if (place !== undefined) return place.use(input, place.path).value;
  return param !== undefined && Object.hasOwn(input, param) ? input[param] : undefined;
}

function put({ param, place }: Target, input: Input, value: string | number): Input | undefined {
  if (place !== undefined) return place.use(input, place.path).put(value);
  return param === undefined ? input : { ...input, [param]: value };
}

/** The input with the policy's page size, when the caller gives none. */
export function withPageSize({ pageSize }: Pagination, input: Input): Input {
  if (pageSize?.default === undefined || valueAt(pageSize, input) !== undefined) return input;
  return put(pageSize, input, pageSize.default) ?? input;
}

/**
 * All pages from the first on. The same position twice, more than `maxPages`, or a next URL on another origin ends
 * the loop with an error: a list that silently stops short is worse.
 */
export async function* eachPage(
  bound: BoundOperation,
  pagination: Pagination,
  input: Input,
  options: CallOptions,
  first: Promise<Answer>,
): AsyncGenerator<PageView, void, undefined> {
  const seen = new Set<string | number>();
  let answer = await first;
  seen.add(answer.url.href);
  const from = valueAt(pagination, input);
  if (from !== undefined) seen.add(from as string | number);
  let position = input;
  let read = 0;
  for (let count = 1; ; count++) {
    const items = itemsOf(bound, pagination, answer);
    read += items.length;
    const page: PageView = { bound, answer, items, input: position, read };
    yield page;
    if (items.length === 0 && pagination.stopOnEmpty === true) return;
    if (pagination.total?.use(pagination, page) === true) return;
    const next = pagination.use(pagination, page);
    if (next === undefined) return;
    const url = next instanceof URL ? next.href : undefined;
    const key = url ?? (next as string | number);
    if (seen.has(key)) throw pageError(bound, "pageLoop", "the next page is one that was already read");
    if (count >= pagination.maxPages)
      throw pageError(bound, "maxPages", `there are more than the allowed ${pagination.maxPages} pages`);
    seen.add(key);
    if (url === undefined) {
      const moved = put(pagination, position, key);
      if (moved === undefined)
        throw pageError(bound, "pagePosition", "the body of the call is no object that could take the next position");
      position = moved;
    }
    answer = await runCall(bound, position, options, url);
  }
}

function itemsOf(bound: BoundOperation, { items }: Pagination, { data }: Answer): readonly unknown[] {
  const found = readPath(data, items);
  if (Array.isArray(found)) return found;
  if (found === null || (found === undefined && data === undefined)) return [];
  throw pageError(
    bound,
    "pageItems",
    `the page has no array at ${printable(items.map((token) => `/${token}`).join("") || "its root")}`,
  );
}

/** The error of a page from which the list cannot go on. */
export function pageError({ ready: { operation } }: BoundOperation, code: string, reason: string): ConnectorError {
  const text = `${reason}. The pages so far are complete; narrow the query or report it to the provider.`;
  return errorOf(operation, ConnectorError, text, { effect: "none", attempts: 1, code });
}
