import type { AuthScheme } from "../descriptor.ts";
import { MemoryTokenStore } from "../stores/memory-token-store.ts";
import type { StoredToken } from "../stores/token-store.ts";
import type { AuthContext, Authenticator, Authorization } from "./auth.ts";
import { bearerChallenge } from "./bearer-challenge.ts";
import { credentialId } from "./credential-id.ts";
import type { IssuedToken } from "./issued-token.ts";
import { type Placed, place, render } from "./template.ts";
import { LONGEST_REQUEST } from "./token-endpoint.ts";
import { tokenLate, tokenRefused } from "./token-failure.ts";
import { storedToken, tokenKey } from "./token-key.ts";

/** Who asks for a token. */
export interface Identity {
  /** What tells the account from others in a store: names and URLs, no secrets. */
  readonly account: readonly string[];
  readonly secrets: readonly string[];
}

/** One turn of getting a token, under the lock of the store. */
export interface Turn {
  /** Looks again, for another process may have been faster. */
  reread(): Promise<StoredToken | undefined>;
  /** Throws once the lock may be somebody else's: a single-use refresh token that is sent twice ends the grant. */
  check(): void;
  /** Claims that the API asked for when it refused the last token. */
  readonly claims: string | undefined;
}

/** What one way to get tokens adds. */
export interface Grant<Client extends Identity> {
  /** Milliseconds before its end at which a token is renewed. */
  readonly refreshBefore: number;
  identify(): Promise<Client>;
  /** `stored` is what the store holds, perhaps expired. A StoredToken as the result is taken over without being stored. */
  obtain(client: Client, turn: Turn, stored: StoredToken | undefined): Promise<IssuedToken | StoredToken>;
}

/** One account: a tenant of this client, or the client itself. */
interface Account {
  readonly tenant: string | undefined;
  token?: StoredToken;
  /** Of `token`. */
  placed?: Placed;
  authorization?: Authorization;
  flight?: Promise<void> | undefined;
  /** Monotonic milliseconds before which no refresh is started ahead of need. */
  notBefore: number;
  claims?: string | undefined;
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
  const { client: shared, connector } = context;
  const { clock } = shared;
  shared.tokenStore ??= new MemoryTokenStore(shared);
  const store = shared.tokenStore;
  const accounts = new Map<string | undefined, Account>();

  /** A token that another process has stored, or a new one under the lock. */
  const newest = async ({ token, claims }: Account, client: Client, key: string): Promise<StoredToken> => {
    const read = async () => store.get(key);
    const newer = (stored: StoredToken | undefined): StoredToken | undefined =>
      stored && stored.version !== token?.version && !isPast(stored.expiresAt, clock.now()) ? stored : undefined;
    const obtain = async (turn: Turn): Promise<StoredToken> => {
      let issued: IssuedToken | StoredToken | undefined;
      for (let tries = 0; tries < REPLACE_TRIES; tries++) {
        const stored = await read();
        const other = newer(stored);
        if (other !== undefined) return other;
        issued ??= await grant.obtain(client, turn, stored);
        if ("version" in issued) return issued;
        // Before its first use: a single-use refresh token that is lost locks the account out.
        const next = storedToken(issued, stored, grant.refreshBefore);
        if (await store.replace(key, stored?.version ?? 0, next)) return next;
      }
      throw tokenRefused("the token store does not take the new token.");
    };
    const end = clock.mono() + LOCK_TTL;
    for (;;) {
      const early = newer(await read());
      if (early !== undefined) return early;
      // Not later than the lock begins.
      const from = clock.mono();
      const lease = await store.lock(key, LOCK_TTL);
      if (lease !== undefined) {
        try {
          return await obtain({ reread: read, check: () => checkLease(from, clock.mono()), claims });
        } finally {
          try {
            await lease.release();
          } catch {
            // It ends by itself; what became of the token must not depend on that.
          }
        }
      }
      if (from >= end) throw tokenLate("another process holds the token's lock and does not finish.");
      await clock.sleep(LOCK_POLL);
    }
  };

  const renew = async (account: Account): Promise<void> => {
    const client = await grant.identify();
    for (const secret of client.secrets) shared.redactor.addSecret(secret);
    const mode = context.modeOf?.(scheme, [...client.secrets, ...client.account]);
    const key = tokenKey(connector.provider, context.name, client.account, account.tenant);
    const credential = await credentialId(connector.provider, key);
    const token = await newest(account, client, key);
    const { access, refresh, version } = token;
    account.placed = place(scheme.apply, (template) => render(template, new Map([["accessToken", access]])));
    account.token = token;
    account.claims = undefined;
    account.authorization = {
      credential,
      mode,
      secrets: [...client.secrets, access, ...(refresh === undefined ? [] : [refresh])],
      // Another token may have come since.
      apply: (headers, url) => account.placed!.apply(headers, url),
      refreshOn: scheme.refreshOn,
      async refresh(refusal) {
        const challenge = refusal && bearerChallenge(refusal.headers);
        if (challenge?.isWorthRefresh === false) return false;
        if (account.token!.version === version) {
          account.claims = challenge?.claims;
          await fly(account);
        }
        return account.token!.version !== version;
      },
    };
  };

  const fly = (account: Account): Promise<void> => {
    account.flight ??= renew(account).finally(() => {
      account.flight = undefined;
    });
    account.flight.catch(() => {});
    return account.flight;
  };

  return (tenant) => {
    const account: Account = accounts.get(tenant) ?? { tenant, notBefore: 0 };
    accounts.set(tenant, account);
    const { token } = account;
    const now = clock.now();
    if (token === undefined || isPast(token.expiresAt, now)) return fly(account).then(() => account.authorization!);
    if (isPast(token.refreshAt, now) && clock.mono() >= account.notBefore) {
      account.notBefore = clock.mono() + PAUSE_AFTER_FAILURE;
      fly(account);
    }
    return account.authorization!;
  };
}

function isPast(moment: number | undefined, now: number): boolean {
  return moment !== undefined && now >= moment;
}

/** A process that was stopped for a while (a debugger, a frozen container) must not send what another one has sent. */
function checkLease(from: number, now: number): void {
  if (now - from < LOCK_TTL - HEADROOM) return;
  throw tokenLate("this process stood still for so long that its lock on the token may have ended.");
}
