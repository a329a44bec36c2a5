import type { AuthScheme } from "../descriptor.ts";
import type { StoredToken } from "../stores/token-store.ts";
import type { AuthContext, Authenticator, Authorization } from "./auth.ts";
import { bearerChallenge } from "./bearer-challenge.ts";
import { credentialId } from "./credential-id.ts";
import type { IssuedToken } from "./issued-token.ts";
import { isPast, type Lock, newestToken } from "./newest-token.ts";
import { type Placed, place, render } from "./template.ts";
import { tokenKey } from "./token-key.ts";

/** Who asks for a token. */
export interface Identity {
  /** What tells the account from others in a store: names and URLs, no secrets. */
  readonly account: readonly string[];
  readonly secrets: readonly string[];
}

/** One turn of getting a token. */
export interface Turn extends Lock {
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
  const accounts = new Map<string | undefined, Account>();

  const renew = async (account: Account): Promise<void> => {
    const client = await grant.identify();
    for (const secret of client.secrets) shared.redactor.addSecret(secret);
    const mode = context.modeOf?.(scheme, [...client.secrets, ...client.account]);
    const key = tokenKey(connector.provider, context.name, client.account, account.tenant);
    const credential = await credentialId(connector.provider, key);
    const { claims } = account;
    const token = await newestToken(key, account.token, context, grant.refreshBefore, (lock, stored) =>
      grant.obtain(client, { ...lock, claims }, stored),
    );
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
