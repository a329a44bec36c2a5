import type { AuthScheme } from "../descriptor.ts";
import { isPromise } from "../is-promise.ts";
import { ownOptions } from "../own-options.ts";
import { allOf } from "./all-of.ts";
import type { AuthContext, Authenticator, Authorization, CredentialValue } from "./auth.ts";
import { credentialId } from "./credential-id.ts";
import { credentialOf } from "./credentials.ts";
import { place, render } from "./template.ts";

/** An API key, a bearer token or any other value that is sent as it is: in headers, the query or cookies. */
export function staticCredential(scheme: AuthScheme, context: AuthContext): Authenticator {
  return fixedAuthenticator(scheme, context, render);
}

/**
 * Sends what the credentials of a scheme render to. Values that have not changed cost nothing; functions are asked for
 * each call, and once more after a refusal: only when they then give something else is a replay worth while.
 */
export function fixedAuthenticator(scheme: AuthScheme, context: AuthContext, toValue: typeof render): Authenticator {
  const names = scheme.credentials;
  let last: { readonly text: string; readonly authorization: Authorization } | undefined;

  const read = () => allOf(names, (name) => credentialOf(name, context));
  const authorize = async (values: readonly CredentialValue[], text: string): Promise<Authorization> => {
    const texts = values.flatMap((value) => (typeof value === "string" ? value : Object.values(value)));
    const byName = new Map(names.map((name, index) => [name, values[index]!]));
    const placed = place(scheme.apply, (template) => toValue(template, byName));
    const authorization = ownOptions<Authorization>({
      apply: placed.apply,
      mode: context.modeOf?.(scheme, texts),
      secrets: [...texts, ...placed.values],
      credential: await credentialId(context.connector.provider, text),
      ...(names.some((name) => typeof context.given(name) === "function") && {
        refreshOn: scheme.refreshOn,
        refresh: async () => JSON.stringify(await read()) !== text,
      }),
    });
    last = { text, authorization };
    return authorization;
  };
  const authorizationOf = (values: readonly CredentialValue[]): Authorization | Promise<Authorization> => {
    const text = JSON.stringify(values);
    return last?.text === text ? last.authorization : authorize(values, text);
  };

  return () => {
    if (last && !last.authorization.refresh) return last.authorization;
    const values = read();
    return isPromise(values) ? values.then(authorizationOf) : authorizationOf(values);
  };
}
