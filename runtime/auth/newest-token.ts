/** What processes that share a store owe each other: one of them asks for a token, and the others take it over. */
import { elapsed, moment } from "../clock.ts";
import { MemoryTokenStore } from "../stores/memory-token-store.ts";
import type { StoredToken } from "../stores/token-store.ts";
import type { AuthContext } from "./auth.ts";
import type { IssuedToken } from "./issued-token.ts";
import { LONGEST_REQUEST } from "./token-endpoint.ts";
import { tokenLate, tokenRefused } from "./token-failure.ts";
import { storedToken } from "./token-key.ts";

/** The right to ask for a token. */
export interface Lock {
  /** Looks into the store again, for another process may have been faster. */
  reread(): Promise<StoredToken | undefined>;
  /** Throws once the lock may be somebody else's: a single-use refresh token that is sent twice ends the grant. */
  check(): void;
}

/** Ten seconds more than the longest request, so that the lock outlives it. */
export const LOCK_TTL: number = LONGEST_REQUEST + 10_000;
const LOCK_POLL = 100;
/** Nothing is sent so late under a lock that its answer could come after the lock's end. */
const HEADROOM = 15_000;
/** Each try has seen what the store held before; a store that still refuses is broken. */
const REPLACE_TRIES = 3;

/**
 * A token other than `old`: one that another process has stored, or what `obtain` gets under the lock of the store. It
 * is given what the store holds, perhaps expired, or `old` where the store has lost it; a StoredToken as its result is taken over
 * without being stored.
 */
export async function newestToken(
  key: string,
  old: StoredToken | undefined,
  { client }: AuthContext,
  refreshBefore: number,
  obtain: (lock: Lock, stored: StoredToken | undefined) => Promise<IssuedToken | StoredToken>,
): Promise<StoredToken> {
  const { clock } = client;
  client.tokenStore ??= new MemoryTokenStore(client);
  const store = client.tokenStore;
  const reread = async () => store.get(key);
  const newer = (stored: StoredToken | undefined): StoredToken | undefined =>
    stored && stored.version !== old?.version && !isPast(stored.expiresAt, clock.now()) ? stored : undefined;

  const underLock = async (lock: Lock): Promise<StoredToken> => {
    let issued: IssuedToken | StoredToken | undefined;
    for (let tries = 0; tries < REPLACE_TRIES; tries++) {
      const stored = await reread();
      const other = newer(stored);
      if (other !== undefined) return other;
      const before = stored ?? old;
      issued ??= await obtain(lock, before);
      if ("version" in issued) return issued;
      // Before its first use: a single-use refresh token that is lost locks the account out.
      const next = storedToken(issued, before, refreshBefore);
      if (await store.replace(key, stored?.version ?? 0, next)) return next;
    }
    throw tokenRefused("the token store does not take the new token.");
  };

  const end = clock.mono() + LOCK_TTL;
  for (;;) {
    const other = newer(await reread());
    if (other !== undefined) return other;
    // Not later than the lock begins.
    const from = moment(clock);
    const lease = await store.lock(key, LOCK_TTL);
    if (lease !== undefined) {
      try {
        return await underLock({ reread, check: () => checkLease(elapsed(clock, from)) });
      } finally {
        try {
          await lease.release();
        } catch {
          // It ends by itself; what became of the token must not depend on that.
        }
      }
    }
    if (from.mono >= end) throw tokenLate("another process holds the token's lock and does not finish.");
    await clock.sleep(LOCK_POLL);
  }
}

export function isPast(moment: number | undefined, now: number): boolean {
  return moment !== undefined && now >= moment;
}

/** A process that was stopped for a while (a debugger, a frozen container) must not send what another one has sent. */
function checkLease(age: number): void {
  if (age < LOCK_TTL - HEADROOM) return;
  throw tokenLate("this process stood still for so long that its lock on the token may have ended.");
}
