import type { AuthScheme } from "../descriptor.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { AuthFailure } from "./auth-failure.ts";
import { toBase64 } from "./byte-text.ts";
import { fixedAuthenticator } from "./static-credential.ts";
import { render, type TemplateValues } from "./template.ts";

/**
 * HTTP Basic (RFC 7617), in UTF-8. The template is the text before base64, `{user}:{password}`; what stands before
 * its first colon must not hold one itself.
 */
export function basicCredential(scheme: AuthScheme, context: AuthContext): Authenticator {
  return fixedAuthenticator(scheme, context, toBasic);
}

function toBasic(template: string, values: TemplateValues): string {
  const colon = template.indexOf(":");
  const user = render(colon < 0 ? template : template.slice(0, colon), values);
  const password = colon < 0 ? "" : render(template.slice(colon + 1), values);
  if (user.includes(":")) {
    throw new AuthFailure("the user name for HTTP Basic holds a colon, which it cannot (RFC 7617).");
  }
  // `btoa` alone takes only Latin-1.
  return `Basic ${toBase64(new TextEncoder().encode(`${user}:${password}`))}`;
}
