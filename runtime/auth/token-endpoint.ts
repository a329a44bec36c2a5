/** One request that is answered with credentials: attempts, time limits, and what may leave for where. */
import type { EncodedBody } from "../body.ts";
import { NetworkError } from "../errors.ts";
import { isConfidential } from "../origin.ts";
import { ownOptions } from "../own-options.ts";
import type { Exchange } from "../pointer.ts";
import { printable } from "../printable.ts";
import { redactedCause } from "../redacted-cause.ts";
import { readBody, TooLarge } from "../response.ts";
import { readWait } from "../retry-after.ts";
import type { AuthContext } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { TokenFailure, tokenLate, tokenRefused } from "./token-failure.ts";

/** What is sent. */
export interface TokenMessage {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: EncodedBody["body"];
  readonly corrects?: Corrects | undefined;
}

/** Whether a refusal shows that the moment in a message was wrong, so that another one with the right moment may do. */
export type Corrects = (headers: Headers, sentAt: number) => boolean;

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
const RETRY_AFTER = { from: { from: "header", name: "retry-after" }, format: "delaySecondsOrHttpDate" } as const;
const EMPTY = { body: undefined, headers: new Headers(), url: new URL("about:blank"), path: {} };

/** Longer than a whole request takes at worst: 3 attempts and the waits between them. */
export const LONGEST_REQUEST: number = ATTEMPTS * ATTEMPT_TIMEOUT + (ATTEMPTS - 1) * LONGEST_WAIT;

/**
 * Sends a message until it is answered: up to 3 attempts where the server fails or cannot be reached, 10 s each, and
 * one more when the answer shows that the moment in it was wrong. Redirects are refused, and nothing but https is used
 * outside the own machine. `make` is asked before each attempt and may throw to end them. Throws AuthFailure.
 */
export async function askForToken(
  url: string,
  make: () => TokenMessage | Promise<TokenMessage>,
  context: AuthContext,
): Promise<TokenAnswer> {
  const { clock } = context.client;
  const { host } = safeUrl(url);
  let isCorrected = false;
  for (let attempt = 1; ; ) {
    const message = ownOptions(await make());
    const requestedAt = clock.now();
    try {
      const exchange = await send(url, host, message, context);
      const { status, headers } = exchange;
      if (status >= 500 || status === 429) {
        const now = clock.now();
        const wait = readWait([RETRY_AFTER], exchange, now);
        const text = `the token endpoint ${host} answered ${status} to ${attempt} attempts.`;
        throw tokenRefused(text, status, wait === undefined ? undefined : now + wait, wait ?? 0);
      }
      if (isCorrected || status < 400 || !message.corrects?.(headers, requestedAt))
        return { exchange, host, requestedAt };
      isCorrected = true;
    } catch (error) {
      const wait = error instanceof TokenFailure ? error.wait : undefined;
      if (wait === undefined || wait > LONGEST_WAIT || attempt >= ATTEMPTS) throw error;
      await clock.sleep(Math.max(wait, clock.random() * BACKOFF * 2 ** (attempt - 1)));
      attempt++;
    }
  }
}

/** Throws for a URL that would send secrets in the clear. */
function safeUrl(text: string): URL {
  if (!URL.canParse(text)) throw new AuthFailure(`the token URL "${printable(text)}" is not a URL.`);
  const url = new URL(text);
  if (isConfidential(url)) return url;
  throw new AuthFailure(`the token URL of ${printable(url.host)} is not https; secrets are not sent there.`);
}

async function send(
  url: string,
  host: string,
  { method, headers, body }: TokenMessage,
  { client, connector }: AuthContext,
): Promise<Exchange> {
  const { clock, redactor, observer } = client;
  const start = clock.mono();
  const stop = new AbortController();
  let status: number | undefined;
  const ask = async (): Promise<Exchange> => {
    const init: RequestInit = ownOptions<RequestInit>({ method, headers, redirect: "manual", signal: stop.signal });
    if (body !== undefined) init.body = body;
    const response = await client.fetch(url, init);
    status = response.status;
    const bytes = await readBody(response, status, method, LARGEST_ANSWER);
    return { status, headers: response.headers, body: parsed(bytes), request: EMPTY };
  };
  const timeout = clock.sleep(ATTEMPT_TIMEOUT, stop.signal).then((): never => {
    const text = `the token endpoint ${host} gave no answer in ${ATTEMPT_TIMEOUT / 1_000} s.`;
    throw tokenLate(text, 0);
  });
  try {
    return await Promise.race([ask(), timeout]);
  } catch (error) {
    if (error instanceof TokenFailure) throw error;
    if (error instanceof TooLarge) throw tokenRefused(`the token endpoint ${host} answered with more than 1 MiB.`);
    const cause = redactedCause(error, redactor) ?? new Error(redactor.text(String(error)));
    throw new TokenFailure(
      `the token endpoint ${host} could not be reached.`,
      NetworkError,
      { code: "token", cause },
      0,
    );
  } finally {
    stop.abort();
    const { provider, version } = connector;
    const address = new URL(url).hostname;
    observer?.emit("refresh", { provider, version, address, duration: clock.mono() - start, status });
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
