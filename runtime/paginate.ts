/** Pages: how each style finds the next one, and the loop over them. Every page is a call of its own. */

import type { Answer } from "./answer.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { runCall } from "./call-run.ts";
import type { Pagination } from "./descriptor.ts";
import { ConnectorError, type ErrorContext, RedirectError, subject } from "./errors.ts";
import type { CallOptions } from "./operation.ts";
import { isSameOrigin } from "./origin.ts";
import { readPath, readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";
import type { Input } from "./request.ts";

/** A page that came, and the input of the call that it answers. */
export interface PageView {
  readonly answer: Answer;
  readonly items: readonly unknown[];
  readonly input: Input;
  /** Items of all pages up to this one, itself included. */
  readonly read: number;
}

/** Where the next page is: a position to put into the input, or a URL. */
export type NextPage =
  | { readonly kind: "position"; readonly value: string | number }
  | { readonly kind: "url"; readonly value: string };

/** Finds the next page, or nothing after the last one. */
export type PageStrategy = (pagination: Pagination, page: PageView) => NextPage | undefined;

/** A Link header with the relation `next` (RFC 8288), or the one that `rel` names. */
export const linkPages: PageStrategy = ({ rel = "next" }, { answer }) => {
  const target = linkTarget(answer.response.headers.get("link") ?? "", rel);
  return target === undefined ? undefined : { kind: "url", value: target };
};

/** A URL in the answer, absolute or relative. */
export const nextUrlPages: PageStrategy = ({ next }, { answer }) => {
  const value = next === undefined ? undefined : readPointer(next, answer.exchange);
  return typeof value === "string" && value !== "" ? { kind: "url", value } : undefined;
};

/** A cursor in the answer, sent back as a parameter. */
export const cursorPages: PageStrategy = (pagination, { answer }) => {
  if (isLast(pagination, answer) || pagination.next === undefined) return undefined;
  const value = readPointer(pagination.next, answer.exchange);
  return (typeof value === "string" && value !== "") || typeof value === "number"
    ? { kind: "position", value }
    : undefined;
};

/** The id of the last item, sent as a parameter; ends with `hasMore`, or with an empty page. */
export const lastIdPages: PageStrategy = (pagination, { answer, items }) => {
  if (isLast(pagination, answer) || items.length === 0) return undefined;
  // As the wire has it: the program may see the id as another type.
  const sent = readPath(answer.exchange.body, pagination.items) as readonly unknown[];
  const value = readPath(sent.at(-1), pagination.idOf ?? ["id"]);
  return typeof value === "string" || typeof value === "number" ? { kind: "position", value } : undefined;
};

/** Counts pages; ends with `hasMore`, or with an empty page (a short one may be the server's own cap). */
export const pageNumberPages: PageStrategy = (pagination, { answer, items, input }) => {
  if (isLast(pagination, answer) || (items.length === 0 && pagination.stopOnEmpty !== false)) return undefined;
  return { kind: "position", value: (positionOf(pagination, input) ?? pagination.start ?? 1) + 1 };
};

/** Counts items; ends with `hasMore`, or with an empty page. */
export const offsetPages: PageStrategy = (pagination, { answer, items, input }) => {
  if (isLast(pagination, answer) || items.length === 0) return undefined;
  return { kind: "position", value: (positionOf(pagination, input) ?? pagination.start ?? 0) + items.length };
};

function isLast({ hasMore }: Pagination, { exchange }: Answer): boolean {
  if (hasMore === undefined) return false;
  const value = readPointer(hasMore, exchange);
  return value === undefined || value === null || value === false || value === 0 || value === "" || value === "false";
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
    const page: PageView = { answer, items, input: position, read };
    yield page;
    if (items.length === 0 && pagination.stopOnEmpty === true) return;
    if (pagination.total?.use(pagination, page) === true) return;
    const next = pagination.use(pagination, page);
    if (next === undefined) return;
    const url = next.kind === "url" ? nextUrl(bound, next.value, answer) : undefined;
    const key = url ?? (next.value as string | number);
    if (seen.has(key)) throw pageError(bound, "pageLoop", "the next page is one that was already read");
    if (count >= pagination.maxPages)
      throw pageError(bound, "maxPages", `there are more than the allowed ${pagination.maxPages} pages`);
    seen.add(key);
    if (url === undefined) {
      const moved = put(pagination, position, next.value);
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

function nextUrl(bound: BoundOperation, text: string, answer: Answer): string {
  const server = new URL(bound.base);
  let url: URL | undefined;
  try {
    url = new URL(text, answer.url);
  } catch {}
  if (url === undefined) throw pageError(bound, "pageUrl", "the URL of the next page is not valid");
  if (!isSameOrigin(url, server)) {
    const shown = printable(bound.connection.redactor.url(url));
    const message = `${subject(bound.ready.operation)}: the next page is at another origin ("${shown}"), which never gets this client's credentials. The pages so far are complete.`;
    throw new RedirectError(message, { ...context(bound), code: "origin" });
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  return url.href;
}

function pageError(bound: BoundOperation, code: string, reason: string): ConnectorError {
  const message = `${subject(bound.ready.operation)}: ${reason}. The pages so far are complete; narrow the query or report it to the provider.`;
  return new ConnectorError(message, { ...context(bound), code });
}

function context({ ready: { operation } }: BoundOperation): ErrorContext {
  const { provider, version } = operation.connector;
  return { provider, version, operation: operation.id, effect: "none", attempts: 1 };
}

/** The target of the first link with this relation. @see https://www.rfc-editor.org/rfc/rfc8288#section-3 */
export function linkTarget(header: string, rel: string): string | undefined {
  const link = /\s*<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)\s*(?:,|$)/y;
  const text = header.slice(0, 8192);
  for (let match = link.exec(text); match !== null && match[0] !== ""; match = link.exec(text)) {
    const relations = parameter(match[2]!, "rel");
    // An anchor says that the link is about another resource.
    if (
      parameter(match[2]!, "anchor") === undefined &&
      relations?.toLowerCase().split(/\s+/).includes(rel.toLowerCase())
    )
      return match[1];
  }
  return undefined;
}

function parameter(text: string, wanted: string): string | undefined {
  const pair = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*)))?/g;
  for (let match = pair.exec(text); match !== null; match = pair.exec(text)) {
    if (match[1]!.toLowerCase() === wanted) return match[2]?.replace(/\\(.)/g, "$1") ?? match[3] ?? "";
  }
  return undefined;
}
