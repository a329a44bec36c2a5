/** Lists whose pages name the URL of the next one. */
import { errorOf, RedirectError } from "./errors.ts";
import { linkTarget } from "./link-target.ts";
import { isSameOrigin } from "./origin.ts";
import { type PageStrategy, type PageView, pageError } from "./paginate.ts";
import { readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";

/** A Link header with the relation `next` (RFC 8288), or the one that `rel` names. */
export const linkPages: PageStrategy = ({ rel = "next" }, page) =>
  nextUrl(linkTarget(page.answer.response.headers.get("link") ?? "", rel), page);

/** A URL in the answer, absolute or relative. */
export const nextUrlPages: PageStrategy = ({ next }, page) =>
  nextUrl((next && readPointer(next, page.answer.exchange)) || undefined, page);

function nextUrl(target: unknown, { bound, answer }: PageView): URL | undefined {
  if (typeof target !== "string") return undefined;
  let url: URL;
  try {
    url = new URL(target, answer.url);
  } catch {
    throw pageError(bound, "pageUrl", "the URL of the next page is not valid");
  }
  if (!isSameOrigin(url, new URL(bound.base))) {
    const shown = printable(bound.connection.redactor.url(url));
    const text = `the next page is at another origin ("${shown}"), which never gets this client's credentials. The pages so far are complete.`;
    throw errorOf(bound.ready.operation, RedirectError, text, { effect: "none", attempts: 1, code: "origin" });
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  return url;
}
