import { type Clock, systemClock } from "../clock.ts";
import type { Lease, StoredToken, TokenStore } from "./token-store.ts";

/** Tokens of this process. They are lost with it: give single-use refresh tokens a store that is not. */
export class MemoryTokenStore implements TokenStore {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, StoredToken>();
  readonly #locks = new Map<string, { readonly fence: number; readonly until: number }>();
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
    const held = this.#locks.get(key);
    if (held !== undefined && held.until > now) return undefined;
    this.#fence += 1;
    const fence = this.#fence;
    this.#locks.set(key, { fence, until: now + ttl });
    return {
      fence,
      release: () => {
        if (this.#locks.get(key)?.fence === fence) this.#locks.delete(key);
      },
    };
  }
}
