/**
 * Answers that are kept, and asked for again with conditions: a private cache after RFC 9111. Nothing is shared between
 * credentials or tenants, whatever the policy says.
 */
import type { Answer } from "./answer.ts";
import type { Authorization } from "./auth/auth.ts";
import { directives } from "./cache-control.ts";
import type { CallRun } from "./call-run.ts";
import type { Connection } from "./connection.ts";
import { isPromise } from "./is-promise.ts";
import type { ReadyRequest } from "./request.ts";
import type { StoredAnswer } from "./stores/answer-store.ts";
import { MemoryAnswerStore } from "./stores/memory-answer-store.ts";
import type { Answered } from "./transport.ts";

/** Looks at what is kept before a call is sent. Undefined: this call has nothing to do with it. */
export type CacheKind = (
  run: CallRun,
  request: ReadyRequest,
  authorization: Authorization | undefined,
) => CacheVisit | undefined | Promise<CacheVisit | undefined>;

/** What a call does with the cache. */
export interface CacheVisit {
  /** Holds without asking. */
  readonly fresh: Answer | undefined;
  /** To be sent, with the conditions. */
  readonly request: ReadyRequest;
  /** The kept answer where the provider says that it still holds; else what came. */
  renew(answered: Answered): Answered;
  /** Keeps a success, where it may be kept. */
  keep(answered: Answered): void;
}

/** Where the answer to one request is kept. */
export interface AnswerPlace {
  get(): StoredAnswer | undefined | Promise<StoredAnswer | undefined>;
  set(answer: StoredAnswer): void;
}

/** Requests with one of these are about something else than the whole, present answer. */
const ownConditions = ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range"];

/** Of a 304 these say nothing about the answer that is kept (RFC 9111 section 3.2). */
const ofMessage = /^(?:connection|content-(?:encoding|length|range|type)|transfer-encoding)$/;

/** The header of an answer, and that of a request which asks by it (RFC 9110 sections 13.1.2 and 13.1.3). */
const validatorHeaders = {
  etag: { of: "etag", asks: "if-none-match" },
  lastModified: { of: "last-modified", asks: "if-modified-since" },
} as const;

export const answerCache: CacheKind = (run, request, authorization) => {
  const { connection } = run.bound;
  const { cache, method } = run.operation;
  if (method !== "GET" || directives(request.headers["cache-control"]).has("no-store")) return undefined;
  if (ownConditions.some((name) => request.headers[name] !== undefined)) return undefined;
  const key = keyOf(run, request, authorization?.credential ?? "");
  const place = cache!.shared?.(connection, key) ?? inMemory(connection, key);
  const found = place.get();
  if (!isPromise(found)) return visit(run, request, place, found);
  const looked = found.then((late) => visit(run, request, place, late));
  return run.within(looked, "looking for a kept answer");
};

function inMemory({ answers }: Connection, key: string): AnswerPlace {
  answers.memory ??= new MemoryAnswerStore();
  const { memory } = answers;
  return { get: () => memory.get(key), set: (answer) => memory.set(key, answer) };
}

function visit(run: CallRun, request: ReadyRequest, place: AnswerPlace, found: StoredAnswer | undefined): CacheVisit {
  const { cache, policy } = run.operation;
  const { validators, fresh } = cache!;
  const now = run.bound.connection.clock.now();
  const kept = new Headers(found?.headers as [string, string][] | undefined);
  const conditions: Record<string, string> = {};
  for (const validator of validators) {
    const { of, asks } = validatorHeaders[validator];
    const value = kept.get(of);
    if (value !== null) conditions[asks] = value;
  }
  const isAsking = Object.keys(conditions).length > 0;
  return {
    fresh: fresh?.(run, request, found, kept),
    request: isAsking
      ? { ...request, headers: Object.assign(Object.create(null), request.headers, conditions) }
      : request,
    renew(answered) {
      if (!isAsking || answered.status !== 304) return answered;
      const { headers } = answered.response;
      const [tag, told] = [kept.get("etag"), headers.get("etag")];
      // It speaks of another answer than the one that was asked for (RFC 9111 section 4.3.3).
      if (tag !== null && told !== null && weak(tag) !== weak(told)) return answered;
      // Whose request it was is told by the answer that came, or not at all.
      const { requestId } = policy;
      if (requestId?.from === "header") kept.delete(requestId.name);
      for (const [name, value] of headers) if (!ofMessage.test(name)) kept.set(name, value);
      return keptAnswer(found!, kept, "revalidated", answered);
    },
    keep({ response: { headers }, status, bytes, taken, url }) {
      if (status !== 200 || taken !== undefined || !isOf(url, request.url)) return;
      if (directives(headers.get("cache-control")).has("no-store") || headers.get("vary")?.includes("*")) return;
      const canAsk = validators.some((one) => headers.has(validatorHeaders[one].of));
      if (!canAsk && fresh === undefined) return;
      place.set({
        status,
        headers: [...headers].filter(([name]) => name !== "set-cookie"),
        // The bytes are the caller's too, and may be a view of a greater piece.
        body: bytes.slice(),
        at: now,
      });
    },
  };
}

/** A kept answer with its present headers, as one that came. */
export function keptAnswer(
  { status, body }: StoredAnswer,
  headers: Headers,
  cached: "fresh" | "revalidated",
  sent: Pick<Answered, "headers" | "url">,
): Answered {
  const response = new Response(null, { status, headers });
  return { response, status, bytes: body.slice(), taken: undefined, headers: sent.headers, url: sent.url, cached };
}

/**
 * All headers that we send are in it but the word on caching itself, so that an answer holds for the next request by whatever of them it varies,
 * also where the provider forgets to say so.
 */
function keyOf({ operation, settings }: CallRun, { url, headers }: ReadyRequest, credential: string): string {
  const { provider, version } = operation.connector;
  const { "cache-control": _control, ...others } = headers;
  const sent = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(["couplet", provider, version, settings.tenant ?? null, credential, new URL(url).href, sent]);
}

/** Whether the answer is that of the request, and not of what it was redirected to; credentials may be in the query. */
function isOf(url: URL, requested: string): boolean {
  const { href } = new URL(requested);
  return url.href === href || url.href.startsWith(`${href}${href.includes("?") ? "&" : "?"}`);
}

function weak(tag: string): string {
  return tag.replace(/^W\//, "");
}
