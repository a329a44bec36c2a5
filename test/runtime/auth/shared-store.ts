/** A token store for several processes: in memory behind HTTP, with a client for it. */
import type { IncomingMessage } from "node:http";
import type { Lease, StoredToken, TokenStore } from "../../../runtime/index.ts";
import { MemoryTokenStore } from "../../../runtime/index.ts";

/** Answers requests of `sharedStore` from one store. */
export function serveStore(
  store: MemoryTokenStore = new MemoryTokenStore(),
): (request: IncomingMessage, body: string) => Promise<unknown> {
  const leases = new Map<number, Lease>();
  return async (request, body) => {
    const [key, ...rest] = JSON.parse(body) as [string, ...unknown[]];
    switch (request.url) {
      case "/store/get":
        return store.get(key) ?? null;
      case "/store/replace":
        return store.replace(key, rest[0] as number, rest[1] as StoredToken);
      case "/store/lock": {
        const lease = store.lock(key, rest[0] as number);
        if (lease !== undefined) leases.set(lease.fence, lease);
        return lease?.fence ?? null;
      }
      default:
        await leases.get(rest[0] as number)?.release();
        return null;
    }
  };
}

export function sharedStore(base: string): TokenStore {
  const ask = async (what: string, ...args: unknown[]): Promise<unknown> => {
    const response = await fetch(`${base}/store/${what}`, { method: "POST", body: JSON.stringify(args) });
    return response.json();
  };
  return {
    get: async (key) => ((await ask("get", key)) as StoredToken | null) ?? undefined,
    replace: async (key, expected, next) => (await ask("replace", key, expected, next)) as boolean,
    async lock(key, ttl) {
      const fence = (await ask("lock", key, ttl)) as number | null;
      if (fence === null) return undefined;
      return { fence, release: async () => void (await ask("release", key, fence)) };
    },
  };
}
