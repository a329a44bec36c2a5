import type { AuthScheme } from "../descriptor.ts";
import type { Lease, StoredToken } from "../stores/token-store.ts";
import { abortable } from "./abortable.ts";
import type { AuthContext, Authenticator, Authorization, CredentialValue, Refusal } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { bearerChallenge, isWorthRefresh } from "./bearer-challenge.ts";
import { challengedClaims } from "./challenged-claims.ts";
import { credentialId } from "./credential-id.ts";
import { checkMode } from "./credential-mode.ts";
import type { IssuedToken } from "./issued-token.ts";
import { applyPlaced, place, render } from "./template.ts";
import { LONGEST_REQUEST } from "./token-endpoint.ts";
import { storedToken, tokenKey } from "./token-key.ts";
import { tokenStoreOf } from "./token-store-of.ts";

/** Who asks for a token. */
export interface Identity {
  /** What tells the account from others in a store: names and URLs, no secrets. */
  readonly account: readonly string[];
  readonly secrets: readonly string[];
}

/** One turn of getting a token, under the lock of the store. */
export interface Turn {
  /** What the store holds, perhaps expired. */
  readonly stored: StoredToken | undefined;
  /** Looks again, for another process may have been faster. */
  reread(): Promise<StoredToken | undefined>;
  /** Throws once the lock may be somebody else's: a single-use refresh token that is sent twice ends the grant. */
  check(): void;
  /** Values that must not be shown; what is added here is hidden too. */
  readonly secrets: Set<string>;
  /** Claims that the API asked for when it refused the last token. */
  readonly claims: string | undefined;
}

/** What one way to get tokens adds. */
export interface Grant<Client extends Identity> {
  /** Milliseconds before its end at which a token is renewed. */
  readonly refreshBefore: number;
  identify(): Promise<Client>;
  /** A StoredToken as the result is taken over without being stored. */
  obtain(client: Client, turn: Turn): Promise<IssuedToken | StoredToken>;
}

/** One account: a tenant of this client, or the client itself. */
interface Account {
  readonly tenant: string | undefined;
  token: StoredToken | undefined;
  authorization: Authorization | undefined;
  flight: Promise<void> | undefined;
  /** Monotonic milliseconds before which no refresh is started ahead of need. */
  notBefore: number;
  claims: string | undefined;
  readonly secrets: Set<string>;
}

/** Ten seconds more than the longest request, so that the lock outlives it. */
const LOCK_TTL = LONGEST_REQUEST + 10_000;
const LOCK_POLL = 100;
/** Nothing is sent so late under a lock that its answer could come after the lock's end. */
const HEADROOM = 15_000;
/** Each try has seen what the store held before; a store that still refuses is broken. */
const REPLACE_TRIES = 3;
/** After a refresh ahead of need that failed; the old token still works. */
const PAUSE_AFTER_FAILURE = 3_000;

/**
 * Keeps a token for each tenant and renews it: ahead of need in the background, after its end before the call goes on,
 * and once after a refusal. However many calls ask, one request is made; a caller that gives up does not end it for
 * the others. With a shared store the same holds over processes.
 */
export function tokenAuthenticator<Client extends Identity>(
  scheme: AuthScheme,
  context: AuthContext,
  grant: Grant<Client>,
): Authenticator {
  const { clock } = context.client;
  const tokenStore = tokenStoreOf(context.client);
  const { provider } = context.connector;
  const accounts = new Map<string, Account>();

  const renew = async (account: Account, stale: number | undefined): Promise<void> => {
    const client = await grant.identify();
    for (const secret of client.secrets) account.secrets.add(secret);
    const mode = checkMode(scheme, context.client.mode, [...client.secrets, ...client.account]);
    const key = tokenKey(provider, context.name, client.account, account.tenant);
    const id = await credentialId(provider, key);
    const read = async () => tokenStore.get(key);
    const newer = (stored: StoredToken | undefined): StoredToken | undefined =>
      stored !== undefined && stored.version !== stale && !isExpired(stored, clock.now()) ? stored : undefined;
    const adopt = (next: StoredToken) => {
      account.authorization = authorizationOf(account, next, id, mode);
      account.token = next;
      account.claims = undefined;
    };

    const early = newer(await read());
    if (early !== undefined) return adopt(early);
    const held = await acquire(key, context, async () => newer(await read()));
    if ("access" in held) return adopt(held);
    try {
      let stored = await read();
      const meanwhile = newer(stored);
      if (meanwhile !== undefined) return adopt(meanwhile);
      const { claims, secrets } = account;
      const check = () => checkLease(held.from, clock.mono());
      const got = await grant.obtain(client, { stored, reread: read, check, secrets, claims });
      if ("version" in got) return adopt(got);
      // Before its first use: a single-use refresh token that is lost locks the account out.
      for (let tries = 0; tries < REPLACE_TRIES; tries++) {
        const next = storedToken(got, stored, grant.refreshBefore);
        if (await tokenStore.replace(key, stored?.version ?? 0, next)) return adopt(next);
        stored = await read();
        const other = newer(stored);
        if (other !== undefined) return adopt(other);
      }
      throw new AuthFailure("refused", "the token store does not take the new token.");
    } finally {
      try {
        await held.lease.release();
      } catch {
        // It ends by itself; what became of the token must not depend on that.
      }
    }
  };

  const fly = (account: Account, stale: number | undefined): Promise<void> => {
    account.flight ??= renew(account, stale).finally(() => {
      account.flight = undefined;
    });
    account.flight.catch(() => {});
    return account.flight;
  };

  const authorizationOf = (
    account: Account,
    carried: StoredToken,
    id: string,
    mode: string | undefined,
  ): Authorization => {
    const placedFor = (text: string) => {
      const values = new Map<string, CredentialValue>([["accessToken", text]]);
      return place(scheme, (template) => render(template, values));
    };
    let placed = placedFor(carried.access);
    let version = carried.version;
    const authorization: Authorization = {
      credential: id,
      ...(mode !== undefined && { mode }),
      secrets: [...account.secrets, carried.access, ...(carried.refresh === undefined ? [] : [carried.refresh])],
      apply(headers, url) {
        const newest = account.token;
        if (newest !== undefined && newest.version !== version) {
          placed = placedFor(newest.access);
          version = newest.version;
        }
        applyPlaced(placed, headers, url);
      },
    };
    return {
      ...authorization,
      refreshOn: scheme.refreshOn,
      async refresh(signal, refusal) {
        const challenge = challengeOf(refusal);
        if (!isWorthRefresh(challenge)) return false;
        if (account.token?.version === carried.version) {
          account.claims = challengedClaims(challenge);
          await abortable(fly(account, carried.version), signal);
        }
        return account.token !== undefined && account.token.version !== carried.version;
      },
    };
  };

  return {
    authorize(signal, tenant) {
      const account = accountOf(accounts, tenant);
      const now = clock.now();
      if (account.token !== undefined && account.authorization !== undefined && !isExpired(account.token, now)) {
        if (isDue(account.token, now) && clock.mono() >= account.notBefore) {
          account.notBefore = clock.mono() + PAUSE_AFTER_FAILURE;
          fly(account, account.token.version);
        }
        return account.authorization;
      }
      return abortable(fly(account, account.token?.version), signal).then(() => account.authorization!);
    },
  };
}

function challengeOf(refusal: Refusal | undefined): ReturnType<typeof bearerChallenge> {
  return refusal === undefined ? undefined : bearerChallenge(refusal.headers);
}

function accountOf(accounts: Map<string, Account>, tenant: string | undefined): Account {
  const name = tenant === undefined ? "" : `=${tenant}`;
  let account = accounts.get(name);
  if (account === undefined) {
    account = {
      tenant,
      token: undefined,
      authorization: undefined,
      flight: undefined,
      notBefore: Number.NEGATIVE_INFINITY,
      claims: undefined,
      secrets: new Set(),
    };
    accounts.set(name, account);
  }
  return account;
}

function isExpired(token: StoredToken, now: number): boolean {
  return token.expiresAt !== undefined && now >= token.expiresAt;
}

function isDue(token: StoredToken, now: number): boolean {
  return token.refreshAt !== undefined && now >= token.refreshAt;
}

interface Held {
  readonly lease: Lease;
  /** Monotonic milliseconds, not later than the lock began. */
  readonly from: number;
}

/** The right to refresh; or the token that somebody else got while we waited for it. */
async function acquire(
  key: string,
  context: AuthContext,
  readNewer: () => Promise<StoredToken | undefined>,
): Promise<Held | StoredToken> {
  const { clock } = context.client;
  const tokenStore = tokenStoreOf(context.client);
  const end = clock.mono() + LOCK_TTL;
  for (;;) {
    const from = clock.mono();
    const lease = await tokenStore.lock(key, LOCK_TTL);
    if (lease !== undefined) return { lease, from };
    if (from >= end) throw new AuthFailure("timeout", "another process holds the token's lock and does not finish.");
    await clock.sleep(LOCK_POLL);
    const stored = await readNewer();
    if (stored !== undefined) return stored;
  }
}

/** A process that was stopped for a while (a debugger, a frozen container) must not send what another one has sent. */
function checkLease(from: number, now: number): void {
  if (now - from < LOCK_TTL - HEADROOM) return;
  throw new AuthFailure("timeout", "this process stood still for so long that its lock on the token may have ended.");
}
