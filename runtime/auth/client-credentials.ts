import type { AuthScheme } from "../descriptor.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { tokenAuthenticator } from "./token-authenticator.ts";
import { orRefused, readClient, requestToken } from "./token-request.ts";

/** OAuth 2.0 client credentials (RFC 6749 section 4.4): the application speaks for itself. */
export function clientCredentials(scheme: AuthScheme, context: AuthContext): Authenticator {
  const token = scheme.token!;
  return tokenAuthenticator(scheme, context, {
    refreshBefore: token.refreshBefore,
    identify: () => readClient(token, context),
    obtain: async (client, turn) =>
      orRefused(await requestToken(client, token, context, turn, () => ({ grant_type: "client_credentials" }))),
  });
}
