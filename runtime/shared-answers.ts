import type { AnswerPlace } from "./answer-cache.ts";
import { toHex } from "./auth/byte-text.ts";
import type { Connection } from "./connection.ts";
import { printable } from "./printable.ts";
import type { StoredAnswer } from "./stores/answer-store.ts";
import { answerWithin } from "./stores/shared/answer-within.ts";

/** The place of a request's answer in the store that the client was given: a feature of caches that say `shared`. */
export type SharedAnswers = (connection: Connection, key: string) => AnswerPlace | undefined;

/** Milliseconds of silence after which a given store has nothing. */
const longestSilence = 1_000;

/** A store that fails counts as empty, and listeners hear of it once. Undefined where none was given. */
export const sharedAnswers: SharedAnswers = (connection, text) => {
  const { answers, clock } = connection;
  const { shared } = answers;
  if (shared === undefined) return undefined;
  const key = digest(text);
  const tellFault = (error: unknown): undefined => {
    if (answers.isFaultTold) return;
    answers.isFaultTold = true;
    const { provider, version } = connection.connector;
    const message = printable(connection.redactor.text(error instanceof Error ? error.message : String(error)));
    connection.observer?.emit("cacheFault", { provider, version, message });
  };
  return {
    get: () =>
      key
        .then((digested) => answerWithin(clock, longestSilence, "the answer store", async () => shared.get(digested)))
        .then((found) => (isStored(found) ? found : undefined))
        .catch(tellFault),
    set(answer) {
      key.then((digested) => shared.set(digested, answer)).catch(tellFault);
    },
  };
};

async function digest(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** What a given store returns may be anything. Throws for headers that are none. */
function isStored(found: StoredAnswer | undefined): boolean {
  if (typeof found !== "object" || found === null) return false;
  const { status, headers, body, at } = found;
  if (status !== 200 || !Array.isArray(headers) || !(body instanceof Uint8Array)) return false;
  return new Headers(headers) && typeof at === "number";
}
