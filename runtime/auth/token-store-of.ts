import { MemoryTokenStore } from "../stores/memory-token-store.ts";
import type { TokenStore } from "../stores/token-store.ts";
import type { AuthClient } from "./auth.ts";

const own = new WeakMap<AuthClient, TokenStore>();

/** Where the tokens of a client live: in the store that it was given, else in memory, for all its tenants. */
export function tokenStoreOf(client: AuthClient): TokenStore {
  const known = client.tokenStore ?? own.get(client);
  if (known !== undefined) return known;
  const store = new MemoryTokenStore(client);
  own.set(client, store);
  return store;
}
