import type { StoredToken } from "../stores/token-store.ts";
import type { IssuedToken } from "./issued-token.ts";

/** Where a token lies in a store. Without the version of the API: all versions of a provider share their tokens. */
export function tokenKey(
  provider: string,
  scheme: string,
  account: readonly string[],
  tenant: string | undefined,
): string {
  return [provider, scheme, ...account, tenant ?? ""].map(encodeURIComponent).join(":");
}

/** A new token as it is kept after the one before. `refreshBefore` is milliseconds. */
export function storedToken(issued: IssuedToken, before: StoredToken | undefined, refreshBefore: number): StoredToken {
  const refresh = issued.refresh ?? before?.refresh;
  const { lifetime, requestedAt } = issued;
  return {
    access: issued.access,
    version: (before?.version ?? 0) + 1,
    ...(refresh !== undefined && { refresh }),
    ...(lifetime !== undefined && {
      expiresAt: requestedAt + lifetime,
      // A token that lives no longer than the head start would be renewed by every call.
      refreshAt: requestedAt + Math.max(lifetime / 2, lifetime - refreshBefore),
    }),
  };
}
