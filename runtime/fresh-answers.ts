import { type Answer, answerOf, decodeAnswer, exchangeOf } from "./answer.ts";
import { keptAnswer } from "./answer-cache.ts";
import { directives } from "./cache-control.ts";
import type { CallRun } from "./call-run.ts";
import type { ReadyRequest } from "./request.ts";
import type { StoredAnswer } from "./stores/answer-store.ts";

/**
 * The kept answer where it holds without asking: a feature of caches with a `ttl`. It is asked for every call of theirs,
 * also where nothing is kept yet.
 */
export type FreshAnswers = (
  run: CallRun,
  request: ReadyRequest,
  found: StoredAnswer | undefined,
  headers: Headers,
) => Answer | undefined;

export const freshAnswers: FreshAnswers = (run, request, found, headers) => {
  const { operation, sent } = run;
  const { answers, clock, redactor } = run.bound.connection;
  answers.writes ??= new Writes();
  if (found === undefined || directives(request.headers["cache-control"]).has("no-cache")) return undefined;
  if (answers.writes.isSince(request.url, found.at)) return undefined;
  const age = clock.now() - found.at;
  if (age < 0 || age >= lifetime(operation.cache!.ttl!, headers)) return undefined;
  const asked = { headers: new Headers(Object.entries(request.headers)), url: new URL(request.url) };
  const answered = keptAnswer(found, headers, "fresh", asked);
  const exchange = exchangeOf(answered, request);
  decodeAnswer(exchange, operation, answered);
  return answerOf(operation, answered, exchange, sent, undefined, redactor);
};

/** Milliseconds: not longer than the policy and the provider allow. */
function lifetime(ttl: number, headers: Headers): number {
  const said = directives(headers.get("cache-control"));
  if (said.has("no-cache")) return 0;
  const told = seconds(said.get("max-age"));
  return told === undefined ? ttl : Math.min(ttl, 1_000 * (told - (seconds(headers.get("age")) ?? 0)));
}

function seconds(text: string | null | undefined): number | undefined {
  return /^\d{1,10}$/.test(text ?? "") ? Number(text) : undefined;
}

/** Writes that are remembered one by one. */
const mostWrites = 1_000;

/** What a client's calls may have changed, since which kept answers may be out of date (RFC 9111 section 4.4). */
export class Writes {
  /** URL -> the newest write to it, epoch milliseconds; the oldest write first. */
  readonly #newest = new Map<string, number>();
  /** Nothing from before is trusted without asking: writes of that time are forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY;

  add(url: string, at: number): void {
    const { href } = new URL(url);
    this.#newest.delete(href);
    this.#newest.set(href, at);
    if (this.#newest.size <= mostWrites) return;
    const [oldest] = this.#newest;
    this.#forgotten = Math.max(this.#forgotten, oldest![1]);
    this.#newest.delete(oldest![0]);
  }

  /** Whether an answer from then may be one from before a write. */
  isSince(url: string, at: number): boolean {
    return at <= Math.max(this.#forgotten, this.#newest.get(new URL(url).href) ?? Number.NEGATIVE_INFINITY);
  }
}
