import { type Clock, systemClock } from "../clock.ts";
import type { Lease, StoredToken, TokenStore } from "./token-store.ts";

/** Tokens of this process. They are lost with it: give single-use refresh tokens a store that is not. */
export class MemoryTokenStore implements TokenStore {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, StoredToken>();
  readonly #locks = new Map<string, Lease & { readonly until: number }>();
  #fence = 0;

  constructor(options: { readonly clock?: Clock } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  get(key: string): StoredToken | undefined {
    return this.#tokens.get(key);
  }

  replace(key: string, expected: number, next: StoredToken): boolean {
    if ((this.#tokens.get(key)?.version ?? 0) !== expected) return false;
    this.#tokens.set(key, next);
    return true;
  }

  lock(key: string, ttl: number): Lease | undefined {
    const now = this.#clock.mono();
    if ((this.#locks.get(key)?.until ?? now) > now) return undefined;
    const lease = {
      fence: ++this.#fence,
      until: now + ttl,
      release: () => {
        if (this.#locks.get(key) === lease) this.#locks.delete(key);
      },
    };
    this.#locks.set(key, lease);
    return lease;
  }
}
