/** What readers of a policy want to know and calls do not need: where its facts come from, and until when they hold. */

/** Where the policy's author read a fact, and the date on which it was last looked up; each where it is written. */
export interface FactSource {
  readonly url?: string;
  readonly verified?: string;
}

/** Sources of what the policy says of one operation. An absent one: the policy is silent, the built-in holds. */
export interface OperationFacts {
  /** Of retries, backoff and timeouts. */
  readonly retry?: FactSource;
  readonly idempotency?: FactSource;
  readonly concurrency?: FactSource;
  readonly pagination?: FactSource;
  readonly polling?: FactSource;
  readonly cache?: FactSource;
  readonly batch?: FactSource;
  /** One for each rule of the policy's `errors`. */
  readonly errors: readonly FactSource[];
}

/** Facts of a version that calls do not need but readers do. */
export interface PolicyFacts {
  readonly pin?: {
    readonly in: "path" | "header" | "query";
    readonly name: string;
    readonly value: string;
    readonly source: FactSource;
  };
  /** Calendar date, `2027-07-01`. */
  readonly supportedUntil?: string;
  /** By name of the rate limit. */
  readonly rateLimits: Readonly<Record<string, FactSource>>;
  /** By scheme of the connector; those that only the document declares are absent. */
  readonly auth: Readonly<Record<string, FactSource>>;
}
