/** One attempt on the wire: credentials, fetch, redirects, the whole body. */
import type { Authorization } from "./auth/auth.ts";
import { Broken } from "./broken.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { RedirectError } from "./errors.ts";
import { isSameOrigin } from "./origin.ts";
import { ownOptions } from "./own-options.ts";
import { printable } from "./printable.ts";
import type { Redactor } from "./redact.ts";
import type { ReadyRequest } from "./request.ts";
import { cancel, empty, readBody } from "./response.ts";

/** What reads a body from now on. */
export interface TakenBody {
  /** Frees the connection. */
  cancel(): unknown;
}

export interface Answered {
  readonly response: Response;
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What took the body over, which is not read then. */
  readonly taken?: { readonly data: TakenBody } | undefined;
  /** It was kept: given without asking, or after the provider said that it still holds. */
  readonly cached?: "fresh" | "revalidated" | undefined;
  /** As sent, credentials included. */
  readonly headers: Headers;
  /** Of the last request: redirects are followed. */
  readonly url: URL;
}

/** A redirect that is not followed. */
class Redirected extends Broken {
  readonly #answer: Response;

  constructor(code: RedirectError["code"], method: string, answer: Response) {
    const { status } = answer;
    const isUntouched = isRead(method) || status === 307 || status === 308;
    super(reasons[code], { Type: RedirectError, label: "redirect", effect: isUntouched ? "none" : "unknown", code });
    this.#answer = answer;
  }

  override text(redactor: Redactor): string {
    const { status, headers } = this.#answer;
    const to = headers.get("location");
    return `${status} redirects to ${to === null ? "nowhere" : `"${printable(redactor.url(to))}"`}: ${this.message}`;
  }
}

const reasons: Readonly<Record<RedirectError["code"], string>> = {
  origin: "another origin never gets this client's credentials; if the provider has moved, change the server",
  method: "only GET and HEAD follow redirects",
  count: "too many redirects",
  location: "there is no usable Location",
};

interface SentInit extends RequestInit {
  duplex?: "half";
  connectTimeout?: number;
}

const maxRedirects = 3;

/** Sends a request once and reads its answer. Redirects are followed for GET and HEAD on the same origin only. */
export async function exchangeOnce(
  operation: OperationDescriptor,
  request: ReadyRequest,
  authorization: Authorization | undefined,
  send: typeof fetch,
  signal: AbortSignal,
  take?: (response: Response) => TakenBody | undefined,
): Promise<Answered> {
  const { method, policy } = operation;
  const { connect } = policy.timeouts;
  // Setting one by one takes half the time of `new Headers(record)`.
  const headers = new Headers();
  for (const name of Object.keys(request.headers)) headers.set(name, request.headers[name]!);
  // `fetch` reads what a polluted prototype says, too.
  const init: SentInit = ownOptions<SentInit>({ method, headers, redirect: "manual", signal });
  if (request.body !== undefined) init.body = request.body;
  if (request.once) init.duplex = "half";
  if (connect !== undefined) init.connectTimeout = connect;
  let url = new URL(request.url);
  for (let redirects = 0; ; redirects++) {
    authorization?.apply(headers, url);
    if (authorization?.sign !== undefined) {
      await authorization.sign({ operation, url, headers, body: request.body });
    }
    const response = await send(url.href, init);
    authorization?.observe?.(response.headers);
    const { status } = response;
    try {
      // Nobody waits any more, and not every `fetch` heeds its signal.
      signal.throwIfAborted();
      if (redirections.includes(status)) url = redirectTarget(method, url, response, redirects);
      else {
        const data = take && response.body !== null && take(response);
        const bytes = data ? empty : await readBody(response, status, method, policy.maxResponse);
        return { response, status, bytes, taken: data ? { data } : undefined, cached: undefined, headers, url };
      }
    } catch (error) {
      cancel(response);
      throw error;
    }
    cancel(response);
  }
}

// 0 is the opaque answer that a browser gives instead of a redirect.
const redirections = [0, 301, 302, 303, 307, 308];

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function redirectTarget(method: string, from: URL, response: Response, redirects: number): URL {
  // A browser hides where an opaque redirect points.
  const location = response.headers.get("location");
  const target = location !== null && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const refuse = (code: RedirectError["code"]): never => {
    throw new Redirected(code, method, response);
  };
  if (!isRead(method)) return refuse("method");
  if (target === undefined) return refuse("location");
  if (!isSameOrigin(target, from)) return refuse("origin");
  if (redirects >= maxRedirects) return refuse("count");
  target.username = "";
  target.password = "";
  return target;
}
