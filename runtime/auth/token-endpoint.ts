/** One request that is answered with credentials: attempts, time limits, and what may leave for where. */
import type { EncodedBody } from "../body.ts";
import type { Clock } from "../clock.ts";
import { isConfidential } from "../origin.ts";
import type { Exchange } from "../pointer.ts";
import { printable } from "../printable.ts";
import { readWait } from "../retry-after.ts";
import type { AuthContext } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { LEAST_SKEW, serverTimeOf } from "./server-time.ts";
import { tokenFetch } from "./token-requests.ts";

/** What is sent. */
export interface TokenMessage {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: EncodedBody["body"];
  /** It holds a moment by the server's clock. */
  readonly timed?: true;
}

/** An answer that is neither a failure of the server nor a call for patience. */
export interface TokenAnswer {
  readonly exchange: Exchange;
  /** For messages. */
  readonly host: string;
  /** Epoch milliseconds at which the request was sent. */
  readonly requestedAt: number;
}

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT = 10_000;
const BACKOFF = 300;
/** An endpoint that asks for more patience fails the call, which has its own deadline and retries. */
const LONGEST_WAIT = 10_000;
const LARGEST_ANSWER = 1 << 20;
const EMPTY = { body: undefined, headers: new Headers(), url: new URL("about:blank"), path: {} };

/** Longer than a whole request takes at worst: 3 attempts and the waits between them. */
export const LONGEST_REQUEST: number = ATTEMPTS * ATTEMPT_TIMEOUT + (ATTEMPTS - 1) * LONGEST_WAIT;

/**
 * Sends a message until it is answered: up to 3 attempts where the server fails or cannot be reached, 10 s each, and
 * one more when the answer shows that the moment in it was wrong. Redirects are refused, and nothing but https is used
 * outside the own machine. `make` is asked before each attempt and may throw to end them. Throws AuthFailure.
 */
export async function askForToken(
  make: () => TokenMessage | Promise<TokenMessage>,
  context: AuthContext,
): Promise<TokenAnswer> {
  const { clock } = context.client;
  const time = serverTimeOf(context.client);
  const fetch = tokenFetch(context);
  let corrected = false;
  for (let attempt = 1; ; attempt++) {
    const message = await make();
    const { host, origin } = safeUrl(message.url);
    const requestedAt = clock.now();
    const skew = time.offset(origin);
    let failure: AuthFailure;
    let wait: number | undefined;
    try {
      const exchange = await send(message, host, fetch, clock);
      time.observe(origin, exchange.headers, requestedAt);
      const { status } = exchange;
      const refused = status >= 400 && status < 500 && status !== 429;
      if (message.timed && refused && !corrected && Math.abs(time.offset(origin) - skew) >= LEAST_SKEW) {
        corrected = true;
        attempt--;
        continue;
      }
      if (status < 500 && status !== 429) return { exchange, host, requestedAt };
      wait = readWait(
        [{ from: { from: "header", name: "retry-after" }, format: "delaySecondsOrHttpDate" }],
        exchange,
        clock.now(),
      );
      const retryAt = wait === undefined ? undefined : clock.now() + wait;
      const text = `the token endpoint ${host} answered ${status} to ${attempt} attempts.`;
      failure = new AuthFailure("refused", text, { status, retryAt });
    } catch (error) {
      if (!(error instanceof AuthFailure) || (error.kind !== "network" && error.kind !== "timeout")) throw error;
      failure = error;
    }
    if (attempt >= ATTEMPTS || (wait ?? 0) > LONGEST_WAIT) throw failure;
    await clock.sleep(Math.max(wait ?? 0, clock.random() * BACKOFF * 2 ** (attempt - 1)));
  }
}

/** Throws for a URL that would send secrets in the clear. */
function safeUrl(text: string): URL {
  if (!URL.canParse(text)) throw new AuthFailure("credential", `the token URL "${printable(text)}" is not a URL.`);
  const url = new URL(text);
  if (isConfidential(url)) return url;
  throw new AuthFailure(
    "credential",
    `the token URL of ${printable(url.host)} is not https; secrets are not sent there.`,
  );
}

async function send(
  message: TokenMessage,
  host: string,
  fetch: typeof globalThis.fetch,
  clock: Clock,
): Promise<Exchange> {
  const stop = new AbortController();
  const timer = new AbortController();
  const timeout = clock.sleep(ATTEMPT_TIMEOUT, timer.signal).then((): never => {
    throw new AuthFailure("timeout", `the token endpoint ${host} gave no answer in ${ATTEMPT_TIMEOUT / 1_000} s.`);
  });
  timeout.catch(() => {});
  const post = async (): Promise<Exchange> => {
    const { method, url, headers, body } = message;
    const init: RequestInit = { method, headers, redirect: "manual", signal: stop.signal };
    if (body !== undefined) init.body = body;
    const response = await fetch(url, init);
    const text = await readText(response, host);
    return { status: response.status, headers: response.headers, body: parsed(text), request: EMPTY };
  };
  try {
    return await Promise.race([post(), timeout]);
  } catch (cause) {
    if (cause instanceof AuthFailure) throw cause;
    throw new AuthFailure("network", `the token endpoint ${host} could not be reached.`, { cause });
  } finally {
    timer.abort();
    stop.abort();
  }
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
