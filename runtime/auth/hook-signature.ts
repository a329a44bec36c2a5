import type { AuthScheme } from "../descriptor.ts";
import type { AuthContext, Authenticator, CredentialValue } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { unusable } from "./credentials.ts";
import { signingAuthenticator } from "./request-signature.ts";

/** A signature by a function of the application: for schemes that the policy cannot say. */
export function hookSignature(scheme: AuthScheme, context: AuthContext): Authenticator {
  return signingAuthenticator(scheme, context, async ({ operation, url, headers, bytes, ...attempt }) => {
    if (context.client.sign === undefined) {
      throw new AuthFailure("its requests are signed by the application. Give createClient({ sign }).");
    }
    const { tenant, timestamp, nonce } = attempt;
    const { id, method } = operation;
    let value: CredentialValue;
    try {
      value = await context.client.sign({
        operation: id,
        tenant,
        method,
        url: new URL(url),
        headers: new Headers(headers),
        body: bytes.slice(),
        timestamp,
        nonce,
      });
    } catch (cause) {
      throw new AuthFailure("the function given as sign failed.", { cause });
    }
    if (typeof value !== "string" && (typeof value !== "object" || value === null)) {
      throw unusable(
        "signature",
        `that the function given as sign returned is ${value === null ? "null" : typeof value}`,
      );
    }
    return value;
  });
}
