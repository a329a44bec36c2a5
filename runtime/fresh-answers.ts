import type { CachedCall } from "./answer-cache.ts";
import { directives } from "./cache-control.ts";
import type { StoredAnswer } from "./stores/answer-store.ts";

/**
 * Whether a kept answer holds without asking: a feature of caches with a `ttl`. It looks at every call of theirs, also
 * where nothing is kept yet.
 */
export type FreshnessTest = (
  call: CachedCall,
  ttl: number,
  found: StoredAnswer | undefined,
  headers: Headers,
) => boolean;

/** Not longer than the policy, the provider, the caller and our own writes allow. */
export const freshAnswers: FreshnessTest = ({ connection, request }, ttl, found, headers) => {
  const { answers, clock } = connection;
  answers.writes ??= new Writes();
  if (found === undefined || directives(request.headers["cache-control"]).has("no-cache")) return false;
  const said = directives(headers.get("cache-control"));
  if (said.has("no-cache") || answers.writes.isSince(request.url, found.at)) return false;
  const told = seconds(said.get("max-age"));
  const life = told === undefined ? ttl : Math.min(ttl, 1_000 * (told - (seconds(headers.get("age")) ?? 0)));
  const age = clock.now() - found.at;
  return age >= 0 && age < life;
};

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
