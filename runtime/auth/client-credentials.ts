import type { AuthScheme } from "../descriptor.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { ACCESS_TOKEN, readToken } from "./issued-token.ts";
import { tokenAuthenticator } from "./token-authenticator.ts";
import { readClient, requestToken } from "./token-request.ts";

/** OAuth 2.0 client credentials (RFC 6749 section 4.4): the application speaks for itself. */
export function clientCredentials(scheme: AuthScheme, context: AuthContext): Authenticator {
  const token = scheme.token!;
  const grant = { form: { grant_type: "client_credentials" } };
  return tokenAuthenticator(scheme, context, {
    refreshBefore: token.refreshBefore,
    identify: () => readClient(token, context),
    obtain: async (client, turn) =>
      readToken(await requestToken(client, token, context, turn, () => grant), ACCESS_TOKEN, token.expiresIn),
  });
}
