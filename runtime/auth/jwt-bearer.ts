import type { AuthScheme } from "../descriptor.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { ACCESS_TOKEN, readToken } from "./issued-token.ts";
import { tokenAuthenticator } from "./token-authenticator.ts";
import { credentialsDigest, readClient, requestToken } from "./token-request.ts";

/**
 * OAuth 2.0 with an assertion as the grant (RFC 7523 section 2.1): a token that the client signs itself says for whom
 * it asks. What the policy's claims leave out: `aud` is the token endpoint, `iss` and `sub` are the client's id.
 */
export function jwtBearer(scheme: AuthScheme, context: AuthContext): Authenticator {
  const token = scheme.token!;
  const assertion = token.assertion!;
  return tokenAuthenticator(scheme, context, {
    refreshBefore: token.refreshBefore,
    async identify() {
      const client = await readClient(token, context);
      // The claims say for whom.
      return { ...client, account: [...client.account, ...(await credentialsDigest(assertion.claims, context))] };
    },
    async obtain(client, turn) {
      const { url, clientId } = client;
      const usual = { aud: url, ...(clientId !== undefined && { iss: clientId, sub: clientId }) };
      const answer = await requestToken(client, token, context, turn, async () => {
        const { text, corrects } = await assertion.use(assertion, usual, url, context);
        return { form: { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: text }, corrects };
      });
      return readToken(answer, ACCESS_TOKEN, token.expiresIn);
    },
  });
}
