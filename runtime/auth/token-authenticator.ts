import { isPromise } from "../admission.ts";
import type { AuthScheme } from "../descriptor.ts";
import type { Lease, StoredToken } from "../stores/token-store.ts";
import { abortable } from "./abortable.ts";
import type { AuthContext, Authenticator, Authorization, CredentialValue } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { credentialId } from "./credential-id.ts";
import { applyPlaced, place, placeholders, render } from "./template.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";

/** What one flow of OAuth 2.0 adds. */
export interface Grant {
  /**
   * Gets a token. `stored` is what the store holds, perhaps expired. `reread` looks again, for another process may
   * have been faster; a StoredToken as the result is taken over without being stored.
   */
  obtain(
    client: Omit<TokenRequest, "params">,
    stored: StoredToken | undefined,
    reread: () => Promise<StoredToken | undefined>,
    secrets: Set<string>,
  ): Promise<IssuedToken | StoredToken>;
}

/** One account: a tenant of this client, or the client itself. */
interface Account {
  readonly tenant: string | undefined;
  token: StoredToken | undefined;
  authorization: Authorization | undefined;
  flight: Promise<void> | undefined;
  /** Monotonic milliseconds before which no refresh is started ahead of need. */
  notBefore: number;
  readonly secrets: Set<string>;
}

/** Longer than a whole refresh takes at worst: 3 attempts of 10 s and the waits between them. */
const LOCK_TTL = 60_000;
const LOCK_POLL = 100;
/** Each try has seen what the store held before; a store that still refuses is broken. */
const REPLACE_TRIES = 3;
/** After a refresh ahead of need that failed; the old token still works. */
const PAUSE_AFTER_FAILURE = 3_000;

/**
 * Keeps a token for each tenant and renews it: ahead of need in the background, after its end before the call goes on,
 * and once after a refusal. However many calls ask, one request is made; a caller that gives up does not end it for
 * the others. With a shared store the same holds over processes.
 */
export function tokenAuthenticator(scheme: AuthScheme, context: AuthContext, grant: Grant): Authenticator {
  const token = scheme.token;
  if (token === undefined) throw new TypeError(`The security scheme ${context.name} has no token endpoint.`);
  const { clock, tokenStore } = context;
  const accounts = new Map<string, Account>();

  const renew = async (account: Account, stale: number | undefined): Promise<void> => {
    const client = await readClient(scheme, context);
    account.secrets.add(client.clientSecret);
    const key = storeKey(context, client, account.tenant);
    const id = await credentialId(context.connector.provider, key);
    const read = async () => tokenStore.get(key);
    const newer = (stored: StoredToken | undefined): StoredToken | undefined =>
      stored !== undefined && stored.version !== stale && !isExpired(stored, clock.now()) ? stored : undefined;
    const adopt = (next: StoredToken) => {
      account.authorization = authorizationOf(account, next, id);
      account.token = next;
    };

    const early = newer(await read());
    if (early !== undefined) return adopt(early);
    const lease = await acquire(key, context, async () => newer(await read()));
    if ("access" in lease) return adopt(lease);
    try {
      let stored = await read();
      const meanwhile = newer(stored);
      if (meanwhile !== undefined) return adopt(meanwhile);
      const got = await grant.obtain(client, stored, read, account.secrets);
      if ("version" in got) return adopt(got);
      // Before its first use: a single-use refresh token that is lost locks the account out.
      for (let tries = 0; tries < REPLACE_TRIES; tries++) {
        const next = toStored(got, stored, token.refreshBefore);
        if (await tokenStore.replace(key, stored?.version ?? 0, next)) return adopt(next);
        stored = await read();
        const other = newer(stored);
        if (other !== undefined) return adopt(other);
      }
      throw new AuthFailure("refused", "the token store does not take the new token.");
    } finally {
      try {
        await lease.release();
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

  const authorizationOf = (account: Account, carried: StoredToken, id: string): Authorization => {
    const placedFor = (text: string) => {
      const values = new Map<string, CredentialValue>([["accessToken", text]]);
      return place(scheme, (template) => render(template, values));
    };
    let placed = placedFor(carried.access);
    let version = carried.version;
    const authorization: Authorization = {
      credential: id,
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
    if (scheme.refreshOn.length === 0) return authorization;
    return {
      ...authorization,
      refreshOn: scheme.refreshOn,
      async refresh(signal) {
        if (account.token?.version === carried.version) await abortable(fly(account, carried.version), signal);
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

function accountOf(accounts: Map<string, Account>, tenant: string | undefined): Account {
  const name = tenant === undefined ? "" : `=${tenant}`;
  let account = accounts.get(name);
  if (account === undefined) {
    const secrets = new Set<string>();
    account = {
      tenant,
      token: undefined,
      authorization: undefined,
      flight: undefined,
      notBefore: Number.NEGATIVE_INFINITY,
      secrets,
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

function toStored(issued: IssuedToken, before: StoredToken | undefined, refreshBefore: number): StoredToken {
  const refresh = issued.refresh ?? before?.refresh;
  const { lifetime, requestedAt } = issued;
  return {
    access: issued.access,
    version: (before?.version ?? 0) + 1,
    ...(refresh !== undefined && { refresh }),
    ...(lifetime !== undefined && {
      expiresAt: requestedAt + lifetime,
      // A token that lives no longer than the head start would be renewed by every call.
      refreshAt: requestedAt + Math.max(lifetime / 2, lifetime - refreshBefore),
    }),
  };
}

/** The right to refresh; or the token that somebody else got while we waited for it. */
async function acquire(
  key: string,
  { clock, tokenStore }: AuthContext,
  readNewer: () => Promise<StoredToken | undefined>,
): Promise<Lease | StoredToken> {
  const end = clock.mono() + LOCK_TTL;
  for (;;) {
    const lease = await tokenStore.lock(key, LOCK_TTL);
    if (lease !== undefined) return lease;
    if (clock.mono() >= end)
      throw new AuthFailure("timeout", "another process holds the token's lock and does not finish.");
    await clock.sleep(LOCK_POLL);
    const stored = await readNewer();
    if (stored !== undefined) return stored;
  }
}

/** Not by version: several versions of a provider's API share their tokens. */
function storeKey(context: AuthContext, client: Omit<TokenRequest, "params">, tenant: string | undefined): string {
  const parts = [context.connector.provider, context.name, client.url, client.clientId, tenant ?? ""];
  return parts.map(encodeURIComponent).join(":");
}

/** Fills the client's own fields of the token request. */
async function readClient(scheme: AuthScheme, context: AuthContext): Promise<Omit<TokenRequest, "params">> {
  const { url, clientAuth, clientId, clientSecret } = scheme.token!;
  const [id, secret] = await Promise.all([fillCredentials(clientId, context), fillCredentials(clientSecret, context)]);
  return { url: context.fill(url), clientAuth, clientId: id, clientSecret: secret };
}

/** Fills a template with the credentials that it names, `{name}` or `{name.member}`, and asks for no others. */
export async function fillCredentials(template: string, context: AuthContext): Promise<string> {
  const values = new Map<string, CredentialValue>();
  for (const name of placeholders(template)) {
    const known = Object.hasOwn(context.connector.credentials, name);
    const dot = name.lastIndexOf(".");
    const credential = known || dot < 0 ? name : name.slice(0, dot);
    const value = context.credential(credential);
    values.set(credential, isPromise(value) ? await value : value);
  }
  return render(template, values);
}
