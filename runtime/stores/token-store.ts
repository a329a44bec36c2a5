/** A token of OAuth 2.0 as it is kept. Moments are milliseconds since 1970. */
export interface StoredToken {
  readonly access: string;
  readonly refresh?: string;
  /** Absent: the server told no lifetime; the token is used until it is refused. */
  readonly expiresAt?: number;
  /** From here on a call starts a refresh in the background. */
  readonly refreshAt?: number;
  /** Counts up with each replacement. */
  readonly version: number;
}

/** An exclusive right that ends by itself. */
export interface Lease {
  /** Greater than that of every earlier holder. */
  readonly fence: number;
  release(): void | Promise<void>;
}

/**
 * Where tokens live. Share one between processes when refresh tokens can be used only once, or two processes
 * that refresh at the same time revoke each other (RFC 9700 section 4.14.2).
 */
export interface TokenStore {
  get(key: string): StoredToken | undefined | Promise<StoredToken | undefined>;
  /** Stores `next` only if the stored version is still `expected` (0 = nothing stored); false otherwise. */
  replace(key: string, expected: number, next: StoredToken): boolean | Promise<boolean>;
  /** The right to refresh, or undefined while somebody else has it. */
  lock(key: string, ttl: number): Lease | undefined | Promise<Lease | undefined>;
}
