import type { AuthScheme } from "../descriptor.ts";
import { ReauthorizationRequiredError } from "../errors.ts";
import { type Exchange, readPath } from "../pointer.ts";
import type { StoredToken } from "../stores/token-store.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { fillCredentials } from "./fill-credentials.ts";
import { ACCESS_TOKEN, readToken } from "./issued-token.ts";
import { placeholders } from "./template.ts";
import { tokenAuthenticator } from "./token-authenticator.ts";
import { TokenFailure } from "./token-failure.ts";
import { credentialsDigest, readClient, requestToken } from "./token-request.ts";

/**
 * OAuth 2.0 with a refresh token (RFC 6749 section 6), also one that can be used only once: the new one is stored
 * before anything is sent with it. When the server calls the grant invalid the store is read again, for another
 * process may have won; after that the account needs a person, and its refresh token is never sent again.
 */
export function refreshToken(scheme: AuthScheme, context: AuthContext): Authenticator {
  const token = scheme.token!;
  /** Refresh tokens that the server refused for good: trying them again can lock an account. */
  const dead = new Set<string>();
  return tokenAuthenticator(scheme, context, {
    refreshBefore: token.refreshBefore,
    async identify(tenant) {
      const client = await readClient(token, context);
      const { refreshToken: own = "" } = token;
      const isGiven = placeholders(own).every((name) => context.given(name.split(".", 1)[0]!) !== undefined);
      // Without a name, accounts of one client in one store are told apart by the tokens that their clients began with.
      if (tenant !== undefined || !isGiven) return client;
      return { ...client, account: [...client.account, ...(await credentialsDigest({ own }, context))] };
    },
    async obtain(client, turn, stored) {
      for (const candidate of await candidates(stored, scheme, context)) {
        if (dead.has(candidate)) continue;
        const grant = { form: { grant_type: "refresh_token", refresh_token: candidate } };
        const answer = await requestToken(client, token, context, turn, () => grant);
        if (!isInvalidGrant(token, answer.exchange)) return readToken(answer, ACCESS_TOKEN, token.expiresIn);
        const now = await turn.reread();
        if (now !== undefined && now.version !== (stored?.version ?? 0) && now.refresh !== candidate) return now;
        dead.add(candidate);
      }
      throw new TokenFailure(
        "the refresh token is no longer valid. Let the account be authorised again and give the new refresh token to auth or to the token store.",
        ReauthorizationRequiredError,
      );
    },
  });
}

function isInvalidGrant({ invalidGrant, conditions }: NonNullable<AuthScheme["token"]>, exchange: Exchange): boolean {
  if (invalidGrant !== undefined) return conditions!(invalidGrant, exchange);
  return exchange.status >= 400 && exchange.status < 500 && readPath(exchange.body, ["error"]) === "invalid_grant";
}

/** The stored one is the newest; the caller's own is the start, or the result of a new authorisation. */
async function candidates(
  stored: StoredToken | undefined,
  scheme: AuthScheme,
  context: AuthContext,
): Promise<ReadonlySet<string>> {
  const template = scheme.token?.refreshToken;
  const found = new Set<string>(stored?.refresh === undefined ? [] : [stored.refresh]);
  try {
    if (template !== undefined) found.add(await fillCredentials(template, context));
  } catch (error) {
    if (found.size === 0) throw error;
  }
  return found;
}
