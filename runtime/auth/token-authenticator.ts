import type { AuthScheme } from "../descriptor.ts";
import { ownOptions } from "../own-options.ts";
import type { StoredToken } from "../stores/token-store.ts";
import type { AuthContext, Authenticator, Authorization } from "./auth.ts";
import { bearerChallenge } from "./bearer-challenge.ts";
import { credentialId } from "./credential-id.ts";
import type { IssuedToken } from "./issued-token.ts";
import { isPast, LOCK_TTL, type Lock, newestToken } from "./newest-token.ts";
import { type Placed, place, render } from "./template.ts";
import { TokenFailure } from "./token-failure.ts";
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
  /** A tenant that is named tells accounts apart by itself. */
  identify(tenant: string | undefined): Promise<Client>;
  /** `stored` is what the store holds, perhaps expired. A StoredToken as the result is taken over without being stored. */
  obtain(client: Client, turn: Turn, stored: StoredToken | undefined): Promise<IssuedToken | StoredToken>;
}

/** One account: a tenant of this client, or the client itself. */
interface Account {
  readonly tenant: string | undefined;
  /** Its place in the store, as it was last found. */
  key?: string;
  token?: StoredToken;
  /** What was issued and the store has not taken yet: a single-use refresh token in it is the only one that works. */
  unsaved?: IssuedToken | StoredToken | undefined;
  /** Of `token`. */
  placed?: Placed;
  authorization?: Authorization;
  /** The last answer without a token, and the monotonic milliseconds until which it stands for all that ask. */
  refusal?: TokenFailure;
  refusedUntil: number;
  flight?: Promise<void> | undefined;
  /** Monotonic milliseconds from which the flight counts as lost. */
  lostAt?: number;
  /** Monotonic milliseconds before which no refresh is started ahead of need. */
  notBefore: number;
  claims?: string | undefined;
}

/** After a refresh ahead of need that failed; the old token still works. */
const PAUSE_AFTER_FAILURE = 3_000;
/** Two turns at the lock of the store: something that was given (a function, a store) hangs, and the next call must not wait for it. */
const LONGEST_FLIGHT = 2 * LOCK_TTL;

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
    const client = await grant.identify(account.tenant);
    for (const secret of client.secrets) shared.redactor.addSecret(secret);
    const mode = context.modeOf?.(scheme, [...client.secrets, ...client.account]);
    const key = tokenKey(connector.provider, context.name, client.account, account.tenant);
    const credential = await credentialId(connector.provider, key);
    // What is known of another account is of no use to this one.
    if (account.key !== key) Object.assign(account, { unsaved: undefined, refusedUntil: 0 });
    const old = account.key === key ? account.token : undefined;
    account.key = key;
    const { claims } = account;
    const token = await newestToken(key, old, context, grant.refreshBefore, async (lock, stored) => {
      account.unsaved ??= await ask(account, () => grant.obtain(client, { ...lock, claims }, stored));
      return account.unsaved;
    });
    const { access, refresh } = token;
    account.placed = place(scheme.apply, (template) => render(template, new Map([["accessToken", access]])));
    account.token = token;
    account.unsaved = undefined;
    account.claims = undefined;
    account.authorization = ownOptions<Authorization>({
      credential,
      mode,
      secrets: [...client.secrets, access, ...(refresh === undefined ? [] : [refresh])],
      // Another token may have come since.
      apply: (headers, url) => account.placed!.apply(headers, url),
      refreshOn: scheme.refreshOn,
      async refresh(refusal) {
        const challenge = refusal && bearerChallenge(refusal.headers);
        if (challenge?.isWorthRefresh === false) return false;
        if (account.token === token) {
          account.claims = challenge?.claims;
          await fly(account);
        }
        return account.token !== token;
      },
    });
  };

  const ask = async <T>(account: Account, obtain: () => Promise<T>): Promise<T> => {
    if (clock.mono() < account.refusedUntil) throw account.refusal;
    try {
      return await obtain();
    } catch (error) {
      if (error instanceof TokenFailure && error.pause > 0)
        Object.assign(account, { refusal: error, refusedUntil: clock.mono() + error.pause });
      throw error;
    }
  };

  const fly = (account: Account): Promise<void> => {
    const now = clock.mono();
    if (account.flight !== undefined && now < account.lostAt!) return account.flight;
    const flight = renew(account).finally(() => {
      if (account.flight === flight) account.flight = undefined;
    });
    flight.catch(() => {});
    account.lostAt = now + LONGEST_FLIGHT;
    account.flight = flight;
    return flight;
  };

  return (tenant) => {
    const account = accounts.get(tenant) ?? ownOptions<Account>({ tenant, refusedUntil: 0, notBefore: 0 });
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
