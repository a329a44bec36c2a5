import { isPromise } from "../is-promise.ts";
import { ownOptions } from "../own-options.ts";
import { allOf } from "./all-of.ts";
import { type Authenticator, type Authorization, type AuthorizeKind, createAuth } from "./auth.ts";

/**
 * Of an operation's alternatives the first is used whose credentials are all there (OpenAPI 3.1 section 4.8.30,
 * Security Requirement Object); the schemes of one alternative all apply.
 */
export const securitySchemes: AuthorizeKind = (connector, client, given) => {
  const chosen = new WeakMap<readonly (readonly string[])[], Authenticator>();
  return createAuth(connector, client, given, ({ security = [] }, { has, authenticator }) => {
    const known = chosen.get(security);
    if (known !== undefined) return known;
    /** A refresh token may come from the token store alone. */
    const isGiven = (name: string): boolean => {
      const { credentials, token } = connector.auth[name]!;
      return credentials.every((one) => has(one, name) || token?.refreshToken?.includes(`{${one}}`) === true);
    };
    const found =
      security.find((names) => names.length > 0 && names.every(isGiven)) ??
      security.find((names) => names.length === 0);
    const all = (found ?? security[0] ?? []).map(authenticator);
    const one = all.length === 1 ? all[0]! : together(all);
    if (found !== undefined && found.length > 0) chosen.set(security, one);
    return one;
  });
};

function together(all: readonly Authenticator[]): Authenticator {
  return (tenant) => {
    const parts = allOf(all, (authenticator) => authenticator(tenant));
    return isPromise(parts) ? parts.then(join) : join(parts);
  };
}

/** Without parts: anonymous. */
function join(parts: readonly Authorization[]): Authorization {
  const refreshing = parts.filter(({ refresh }) => refresh);
  const signing = parts.filter(({ sign }) => sign);
  return ownOptions<Authorization>({
    credential: parts.map(({ credential }) => credential).join("+") || "anonymous",
    mode: parts.find(({ mode }) => mode !== undefined)?.mode,
    secrets: parts.flatMap(({ secrets }) => secrets),
    apply(headers, url) {
      for (const part of parts) part.apply(headers, url);
    },
    ...(signing.length > 0 && {
      async sign(attempt) {
        for (const part of signing) await part.sign!(attempt);
      },
      observe(headers) {
        for (const part of signing) part.observe?.(headers);
      },
    }),
    ...(refreshing.length > 0 && {
      refreshOn: [...new Set(refreshing.flatMap(({ refreshOn = [] }) => refreshOn))],
      async refresh(refusal) {
        const changed = await Promise.all(refreshing.map((part) => part.refresh!(refusal)));
        return changed.some(Boolean);
      },
    }),
  });
}
