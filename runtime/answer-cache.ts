/**
 * Answers that are kept, and asked for again with conditions: a private cache after RFC 9111. Nothing is shared between
 * credentials or tenants, whatever the policy says.
 */
import { type Answer, answerOf, decodeAnswer, exchangeOf } from "./answer.ts";
import type { Authorization } from "./auth/auth.ts";
import { toHex } from "./auth/byte-text.ts";
import type { CallRun } from "./call-run.ts";
import type { Connection } from "./connection.ts";
import type { CacheRule, OperationDescriptor } from "./descriptor.ts";
import { KeptAnswers } from "./kept-answers.ts";
import { printable } from "./printable.ts";
import type { ReadyRequest } from "./request.ts";
import type { StoredAnswer } from "./stores/answer-store.ts";
import { answerWithin } from "./stores/shared/answer-within.ts";
import type { Answered } from "./transport.ts";

/** Looks at what is kept before a call is sent. Undefined: this call has nothing to do with it. */
export type CacheKind = (
  run: CallRun,
  request: ReadyRequest,
  authorization: Authorization | undefined,
) => CacheVisit | undefined | Promise<CacheVisit | undefined>;

interface CachedCall {
  readonly connection: Connection;
  readonly operation: OperationDescriptor;
  readonly tenant: string | undefined;
  readonly credential: string;
  readonly request: ReadyRequest;
  /** Attempts that were sent. */
  readonly sent: number;
}

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

/** Milliseconds of silence after which a given store has nothing. */
const storeTime = 1_000;

/** Requests with one of these are about something else than the whole, present answer. */
const ownConditions = ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range"];

/** Of a 304 these say nothing about the answer that is kept (RFC 9111 section 3.2). */
const ofMessage: ReadonlySet<string> = new Set([
  ...["connection", "content-encoding", "content-length", "content-range", "content-type", "transfer-encoding"],
]);

export const answerCache: CacheKind = (run, request, authorization) => {
  const { operation, sent } = run;
  const { connection } = run.bound;
  const { tenant } = run.settings;
  const call: CachedCall = {
    connection,
    operation,
    tenant,
    credential: authorization?.credential ?? "",
    request,
    sent,
  };
  const rule = operation.cache!;
  const asked = directives(request.headers["cache-control"]);
  if (operation.method !== "GET" || asked.has("no-store")) return undefined;
  if (ownConditions.some((name) => request.headers[name] !== undefined)) return undefined;
  const { answers: slot, clock } = connection;
  slot.kept ??= new KeptAnswers(slot.shared);
  const { kept } = slot;
  const visitWith = (key: string, found: StoredAnswer | undefined): CacheVisit =>
    new Visit(call, rule, kept, key, isStored(found) ? found : undefined, !asked.has("no-cache"));
  const text = keyOf(call);
  if (rule.store === "memory" || kept.shared === undefined) return visitWith(text, kept.memory.get(text));
  const { shared } = kept;
  return (async () => {
    const key = await digest(text);
    try {
      return visitWith(key, await answerWithin(clock, storeTime, "the answer store", async () => shared.get(key)));
    } catch (error) {
      tellFault(call, kept, error);
      return visitWith(key, undefined);
    }
  })();
};

class Visit implements CacheVisit {
  readonly fresh: Answer | undefined;
  readonly request: ReadyRequest;
  readonly #call: CachedCall;
  readonly #rule: CacheRule;
  readonly #kept: KeptAnswers;
  readonly #key: string;
  readonly #found: StoredAnswer | undefined;
  readonly #at: number;
  #isKept: boolean = false;

  constructor(
    call: CachedCall,
    rule: CacheRule,
    kept: KeptAnswers,
    key: string,
    found: StoredAnswer | undefined,
    mayBeFresh: boolean,
  ) {
    this.#call = call;
    this.#rule = rule;
    this.#kept = kept;
    this.#key = key;
    this.#found = found;
    this.#at = call.connection.clock.now();
    const { request } = call;
    this.request = found === undefined ? request : { ...request, headers: withConditions(request, rule, found) };
    const isFresh = found !== undefined && mayBeFresh && this.#isFresh(found);
    this.fresh = isFresh ? this.#freshAnswer(found) : undefined;
  }

  renew(answered: Answered): Answered {
    const found = this.#found;
    if (found === undefined || answered.status !== 304 || this.request === this.#call.request) return answered;
    const { headers: news } = answered.response;
    const headers = new Headers(found.headers as [string, string][]);
    const [tag, told] = [headers.get("etag"), news.get("etag")];
    // It speaks of another answer than the one that was asked for (RFC 9111 section 4.3.3).
    if (tag !== null && told !== null && weak(tag) !== weak(told)) return answered;
    // Whose request it was is told by the answer that came, or not at all.
    const { requestId } = this.#call.operation.policy;
    if (requestId?.from === "header") headers.delete(requestId.name);
    for (const [name, value] of news) if (!ofMessage.has(name)) headers.set(name, value);
    return this.#answered(found, headers, "revalidated", answered);
  }

  keep(answered: Answered): void {
    const { response, status, bytes, taken, url } = answered;
    const { headers } = response;
    const said = directives(headers.get("cache-control"));
    const isSame = isOf(url, this.#call.request.url);
    if (this.#isKept || status !== 200 || taken !== undefined || said.has("no-store") || !isSame) return;
    const validators = { etag: headers.get("etag"), lastModified: headers.get("last-modified") };
    const canAsk = this.#rule.validators.some((one) => validators[one] !== null);
    if ((!canAsk && this.#rule.ttl === undefined) || headers.get("vary")?.includes("*")) return;
    this.#isKept = true;
    const answer: StoredAnswer = {
      status,
      headers: [...headers].filter(([name]) => name !== "set-cookie"),
      // The bytes are the caller's too, and may be a view of a greater piece.
      body: bytes.slice(),
      at: this.#at,
    };
    if (this.#rule.store === "memory" || this.#kept.shared === undefined) {
      this.#kept.memory.set(this.#key, answer);
      return;
    }
    const { shared } = this.#kept;
    (async () => shared.set(this.#key, answer))().catch((error) => tellFault(this.#call, this.#kept, error));
  }

  /** Not longer than the policy, the provider and our own writes allow. */
  #isFresh({ headers, at }: StoredAnswer): boolean {
    const { ttl } = this.#rule;
    if (ttl === undefined) return false;
    const headerOf = (wanted: string) => headers.find(([name]) => name === wanted)?.[1] ?? null;
    const said = directives(headerOf("cache-control"));
    if (said.has("no-cache") || this.#kept.isWrittenSince(hrefOf(this.#call.request.url), at)) return false;
    const told = seconds(said.get("max-age"));
    const life =
      told === undefined ? ttl : Math.min(ttl, 1_000 * (told - (seconds(headerOf("age") ?? undefined) ?? 0)));
    const age = this.#at - at;
    return age >= 0 && age < life;
  }

  #freshAnswer(found: StoredAnswer): Answer {
    const { connection, operation, request, sent } = this.#call;
    const answered = this.#answered(found, new Headers(found.headers as [string, string][]), "fresh");
    const exchange = exchangeOf(answered, request);
    decodeAnswer(exchange, operation, answered);
    return answerOf(operation, answered, exchange, sent, undefined, connection.redactor);
  }

  #answered(
    { status, body }: StoredAnswer,
    headers: Headers,
    cached: "fresh" | "revalidated",
    came?: Answered,
  ): Answered {
    const response = new Response(null, { status, headers });
    const { url, headers: sent } = this.#call.request;
    const request = came ?? { headers: new Headers(Object.entries(sent)), url: new URL(url) };
    return { response, status, bytes: body.slice(), headers: request.headers, url: request.url, cached };
  }
}

/** The conditions of RFC 9110 sections 13.1.2 and 13.1.3. */
function withConditions(
  { headers }: ReadyRequest,
  { validators }: CacheRule,
  { headers: kept }: StoredAnswer,
): ReadyRequest["headers"] {
  const headerOf = (wanted: string) => kept.find(([name]) => name === wanted)?.[1];
  const conditional: Record<string, string> = Object.assign(Object.create(null), headers);
  const [tag, modified] = [headerOf("etag"), headerOf("last-modified")];
  if (validators.includes("etag") && tag !== undefined) conditional["if-none-match"] = tag;
  if (validators.includes("lastModified") && modified !== undefined) conditional["if-modified-since"] = modified;
  return conditional;
}

/**
 * All headers that we send are in it but the word on caching itself, so that an answer holds for the next request by whatever of them it varies,
 * also where the provider forgets to say so.
 */
function keyOf({ connection, request, tenant, credential }: CachedCall): string {
  const { provider, version } = connection.connector;
  const { "cache-control": _control, ...others } = request.headers;
  const headers = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(["couplet", provider, version, tenant ?? null, credential, hrefOf(request.url), headers]);
}

async function digest(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

function hrefOf(url: string): string {
  return new URL(url).href;
}

/** Whether the answer is that of the request, and not of what it was redirected to; credentials may be in the query. */
function isOf(url: URL, requested: string): boolean {
  const { href } = new URL(requested);
  return url.href === href || url.href.startsWith(`${href}${href.includes("?") ? "&" : "?"}`);
}

/** Directives of Cache-Control by name (RFC 9111 section 5.2). */
function directives(text: string | null | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of (text ?? "").slice(0, 1_024).split(",")) {
    const [name = "", value = ""] = part.split("=", 2);
    found.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1"));
  }
  return found;
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function weak(tag: string): string {
  return tag.replace(/^W\//, "");
}

/** What a given store returns may be anything. */
function isStored(found: StoredAnswer | undefined): found is StoredAnswer {
  if (typeof found !== "object" || found === null) return false;
  const { status, headers, body, at } = found;
  return status === 200 && Array.isArray(headers) && body instanceof Uint8Array && typeof at === "number";
}

function tellFault({ connection }: CachedCall, kept: KeptAnswers, error: unknown): void {
  if (kept.isFaultTold) return;
  kept.isFaultTold = true;
  const { provider, version } = connection.connector;
  const message = printable(connection.redactor.text(error instanceof Error ? error.message : String(error)));
  connection.observer?.emit("cacheFault", { provider, version, message });
}
