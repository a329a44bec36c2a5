import type { AuthScheme } from "../descriptor.ts";
import { isPromise } from "../is-promise.ts";
import { abortable } from "./abortable.ts";
import type { AuthContext, Authenticator, Authorization, CredentialValue } from "./auth.ts";
import { bearerChallenge, isWorthRefresh } from "./bearer-challenge.ts";
import { credentialId } from "./credential-id.ts";
import { checkMode } from "./credential-mode.ts";
import { applyPlaced, place, render } from "./template.ts";

/** An API key, a bearer token or any other value that is sent as it is: in headers, the query or cookies. */
export function staticCredential(scheme: AuthScheme, context: AuthContext): Authenticator {
  return fixedAuthenticator(scheme, context, render);
}

/**
 * Sends what the credentials of a scheme render to. Values that have not changed cost nothing; functions are asked for
 * each call, and once more after a refusal: only when they then give something else is a replay worth while.
 */
export function fixedAuthenticator(scheme: AuthScheme, context: AuthContext, toValue: typeof render): Authenticator {
  let last: { readonly text: string; readonly authorization: Authorization } | undefined;

  const read = (): string | Promise<string> => {
    const values = scheme.credentials.map((name) => context.credential(name));
    const toText = (ready: readonly CredentialValue[]) => JSON.stringify(ready);
    return values.some(isPromise) ? Promise.all(values).then(toText) : toText(values as CredentialValue[]);
  };

  const authorizationOf = async (text: string): Promise<Authorization> => {
    const ready: readonly CredentialValue[] = JSON.parse(text);
    const values = new Map(scheme.credentials.map((name, index) => [name, ready[index]!]));
    const texts = ready.flatMap((value) => (typeof value === "string" ? value : Object.values(value)));
    const mode = checkMode(scheme, context.client.mode, texts);
    const placed = place(scheme, (template) => toValue(template, values));
    const authorization: Authorization = {
      credential: await credentialId(context.connector.provider, text),
      ...(mode !== undefined && { mode }),
      secrets: [...texts, ...placed.map(({ value }) => value)],
      apply: (headers, url) => applyPlaced(current.placed, headers, url),
    };
    const current = { placed };
    if (!scheme.credentials.some((name) => context.mayChange(name))) {
      last = { text, authorization };
      return authorization;
    }
    const refreshable: Authorization = {
      ...authorization,
      refreshOn: scheme.refreshOn,
      async refresh(signal, refusal) {
        if (refusal !== undefined && !isWorthRefresh(bearerChallenge(refusal.headers))) return false;
        const next = await abortable(Promise.resolve(read()), signal);
        if (next === text) return false;
        const fresh: readonly CredentialValue[] = JSON.parse(next);
        checkMode(
          scheme,
          context.client.mode,
          fresh.flatMap((value) => (typeof value === "string" ? value : Object.values(value))),
        );
        const changed = new Map(scheme.credentials.map((name, index) => [name, fresh[index]!]));
        current.placed = place(scheme, (template) => toValue(template, changed));
        return true;
      },
    };
    last = { text, authorization: refreshable };
    return refreshable;
  };

  const authorizationFor = (text: string): Authorization | Promise<Authorization> =>
    last?.text === text ? last.authorization : authorizationOf(text);

  return {
    authorize(signal) {
      const text = read();
      if (typeof text === "string") return authorizationFor(text);
      return abortable(text.then(authorizationFor), signal);
    },
  };
}
