import type { Clock } from "../clock.ts";
import { holds } from "../condition.ts";
import type { AuthScheme } from "../descriptor.ts";
import { type Exchange, readPath } from "../pointer.ts";
import { printable } from "../printable.ts";
import { readWait } from "../retry-after.ts";
import { AuthFailure } from "./auth-failure.ts";
import { toBase64 } from "./basic-credential.ts";

/** What is sent to a token endpoint (RFC 6749 section 3.2). */
export interface TokenRequest {
  readonly url: string;
  readonly clientAuth: "body" | "basic";
  readonly clientId: string;
  readonly clientSecret: string;
  /** Grant type and everything else that goes into the form. */
  readonly params: Readonly<Record<string, string>>;
}

/** A token as the server gave it, checked. */
export interface IssuedToken {
  readonly access: string;
  readonly refresh?: string;
  /** Milliseconds from `requestedAt`; absent when the server tells none. */
  readonly lifetime?: number;
  /** Epoch milliseconds at which the request was sent. */
  readonly requestedAt: number;
}

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT = 10_000;
const BACKOFF = 300;
/** A token endpoint that asks for more patience fails the call, which has its own deadline and retries. */
const LONGEST_WAIT = 10_000;
const LARGEST_ANSWER = 1 << 20;
const LONGEST_TOKEN = 1 << 16;
const TEN_YEARS = 10 * 365 * 86_400_000;
const EMPTY = { body: undefined, headers: new Headers(), query: new URLSearchParams(), path: {} };

/**
 * Asks for a token: up to 3 attempts where the endpoint fails or cannot be reached, 10 s each. Redirects are refused,
 * and nothing but https is used outside the own machine. Throws AuthFailure; a `dead` answer is returned instead.
 */
export async function requestToken(
  request: TokenRequest,
  token: NonNullable<AuthScheme["token"]>,
  tools: { readonly fetch: typeof fetch; readonly clock: Clock },
): Promise<IssuedToken | "invalidGrant"> {
  const host = safeHost(request.url);
  for (let attempt = 1; ; attempt++) {
    const requestedAt = tools.clock.now();
    let failure: AuthFailure;
    let wait: number | undefined;
    try {
      const exchange = await post(request, host, tools);
      if (isInvalidGrant(token, exchange)) return "invalidGrant";
      if (exchange.status < 500 && exchange.status !== 429) return readToken(token, exchange, host, requestedAt);
      wait = readWait(
        [{ from: { from: "header", name: "retry-after" }, format: "delaySecondsOrHttpDate" }],
        exchange,
        tools.clock.now(),
      );
      const retryAt = wait === undefined ? undefined : tools.clock.now() + wait;
      const message = `the token endpoint ${host} answered ${exchange.status} to ${attempt} attempts.`;
      failure = new AuthFailure("refused", message, { status: exchange.status, retryAt });
    } catch (error) {
      if (!(error instanceof AuthFailure) || (error.kind !== "network" && error.kind !== "timeout")) throw error;
      failure = error;
    }
    if (attempt >= ATTEMPTS || (wait ?? 0) > LONGEST_WAIT) throw failure;
    await tools.clock.sleep(Math.max(wait ?? 0, tools.clock.random() * BACKOFF * 2 ** (attempt - 1)));
  }
}

/** The host for messages. Throws for a URL that would send secrets in the clear. */
function safeHost(text: string): string {
  if (!URL.canParse(text)) throw new AuthFailure("credential", `the token URL "${printable(text)}" is not a URL.`);
  const url = new URL(text);
  const loopback = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && loopback)) return url.host;
  throw new AuthFailure(
    "credential",
    `the token URL of ${printable(url.host)} is not https; secrets are not sent there.`,
  );
}

async function post(
  request: TokenRequest,
  host: string,
  tools: { readonly fetch: typeof fetch; readonly clock: Clock },
): Promise<Exchange> {
  const basic = request.clientAuth === "basic";
  const form = new URLSearchParams(request.params);
  const headers: Record<string, string> = {
    accept: "application/json",
    "content-type": "application/x-www-form-urlencoded",
  };
  if (basic) {
    // Both halves are form-encoded first (RFC 6749 section 2.3.1), so a colon in them does no harm.
    headers["authorization"] =
      `Basic ${toBase64(`${formEncoded(request.clientId)}:${formEncoded(request.clientSecret)}`)}`;
  } else {
    form.set("client_id", request.clientId);
    form.set("client_secret", request.clientSecret);
  }
  const stop = new AbortController();
  const timer = new AbortController();
  const timeout = tools.clock.sleep(ATTEMPT_TIMEOUT, timer.signal).then((): never => {
    throw new AuthFailure("timeout", `the token endpoint ${host} gave no answer in ${ATTEMPT_TIMEOUT / 1_000} s.`);
  });
  timeout.catch(() => {});
  const send = async (): Promise<Exchange> => {
    const init = { method: "POST", headers, body: form.toString(), redirect: "manual", signal: stop.signal } as const;
    const response = await tools.fetch(request.url, init);
    const body = parsed(await readText(response, host));
    return { status: response.status, headers: response.headers, body, request: EMPTY };
  };
  try {
    return await Promise.race([send(), timeout]);
  } catch (cause) {
    if (cause instanceof AuthFailure) throw cause;
    throw new AuthFailure("network", `the token endpoint ${host} could not be reached.`, { cause });
  } finally {
    timer.abort();
    stop.abort();
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

async function readText(response: Response, host: string): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > LARGEST_ANSWER) {
      reader.cancel().catch(() => {});
      throw new AuthFailure("refused", `the token endpoint ${host} answered with more than 1 MiB.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isInvalidGrant(token: NonNullable<AuthScheme["token"]>, exchange: Exchange): boolean {
  if (token.refreshToken === undefined) return false;
  if (token.invalidGrant !== undefined) return holds(token.invalidGrant, exchange);
  return exchange.status >= 400 && exchange.status < 500 && readPath(exchange.body, ["error"]) === "invalid_grant";
}

function readToken(
  token: NonNullable<AuthScheme["token"]>,
  { status, body }: Exchange,
  host: string,
  requestedAt: number,
): IssuedToken {
  const refused = (problem: string) => new AuthFailure("refused", `the token endpoint ${host} ${problem}.`, { status });
  if (status < 200 || status > 299) throw refused(`answered ${status || "with a redirect"}${errorCode(body)}`);
  const access = readPath(body, ["access_token"]);
  if (typeof access !== "string") throw refused(`answered ${status} without an access_token`);
  if (!isToken(access)) throw refused("gave an access_token that cannot be sent in a header");
  const refresh = readPath(body, ["refresh_token"]) ?? undefined;
  if (refresh !== undefined && !isToken(refresh)) throw refused("gave an unusable refresh_token");
  const lifetime = toLifetime(readPath(body, token.expiresIn.path), token.expiresIn.unit);
  if (lifetime === "odd") throw refused("gave a lifetime that is not a positive number");
  return {
    access,
    requestedAt,
    ...(refresh !== undefined && { refresh }),
    ...(lifetime !== undefined && { lifetime }),
  };
}

/** Only the code of RFC 6749 section 5.2: descriptions may repeat what was sent. */
function errorCode(body: unknown): string {
  const code = readPath(body, ["error"]);
  return typeof code === "string" && /^[a-z0-9_.-]{1,64}$/i.test(code) ? ` (${code})` : "";
}

/** Visible ASCII: RFC 6749 appendix A.12 and A.17, less the space, which no header scheme can carry. */
function isToken(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_TOKEN && /^[\x21-\x7e]+$/.test(value);
}

function toLifetime(value: unknown, unit: "seconds" | "milliseconds"): number | undefined | "odd" {
  if (value === undefined || value === null) return undefined;
  const count = typeof value === "string" && /^[0-9]+(?:\.[0-9]+)?$/.test(value) ? Number(value) : value;
  if (typeof count !== "number" || !Number.isFinite(count) || count <= 0) return "odd";
  return Math.min(count * (unit === "seconds" ? 1_000 : 1), TEN_YEARS);
}
