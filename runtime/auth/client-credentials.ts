import type { AuthScheme } from "../descriptor.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { tokenAuthenticator } from "./token-authenticator.ts";
import { requestToken } from "./token-request.ts";

/** OAuth 2.0 client credentials (RFC 6749 section 4.4): the application speaks for itself. */
export function clientCredentials(scheme: AuthScheme, context: AuthContext): Authenticator {
  return tokenAuthenticator(scheme, context, {
    async obtain(client) {
      const { scopes, params } = scheme.token!;
      const scope: Record<string, string> = scopes.length > 0 ? { scope: scopes.join(" ") } : {};
      const request = { ...client, params: { grant_type: "client_credentials", ...scope, ...params } };
      const issued = await requestToken(request, scheme.token!, context);
      if (issued === "invalidGrant") throw new AuthFailure("refused", "the token endpoint refused the grant.");
      return issued;
    },
  });
}
