/** How much may be spent on retries before calls have to succeed again. */
export interface RetryAllowance {
  /** Per origin. */
  readonly capacity: number;
  /** Per named tenant at that origin. */
  readonly tenantCapacity: number;
}

/** What a call that succeeded without any retry gives back; without it, costs of failed calls would never heal. */
const FIRST_TRY_REFUND = 1;

/**
 * Stops retries while calls keep failing, and only then: a call that finally succeeds gives back all that its
 * retries cost. (A budget that is a share of the traffic stops retrying at ordinary fault rates.)
 * The first attempt of a call costs nothing.
 */
export class RetryBudget {
  /** Absent means that nothing is spent, so idle origins and tenants take no memory. */
  readonly #spent = new Map<string, number>();

  /** Pays for one retry, from the origin's budget and the tenant's. False: one is exhausted and nothing was paid. */
  spend(origin: string, tenant: string | undefined, cost: number, allowance: RetryAllowance): boolean {
    const own = tenant === undefined ? undefined : tenantKey(origin, tenant);
    if (this.#get(origin) + cost > allowance.capacity) return false;
    if (own !== undefined) {
      if (this.#get(own) + cost > allowance.tenantCapacity) return false;
      this.#spent.set(own, this.#get(own) + cost);
    }
    this.#spent.set(origin, this.#get(origin) + cost);
    return true;
  }

  /** After a success: gives back `paid`, the sum of what this call spent, or a little when it spent nothing. */
  refund(origin: string, tenant: string | undefined, paid: number): void {
    if (this.#spent.size === 0) return;
    const amount = Math.max(paid, FIRST_TRY_REFUND);
    this.#lower(origin, amount);
    if (tenant !== undefined) this.#lower(tenantKey(origin, tenant), amount);
  }

  /** Units that are spent and not given back. */
  spent(origin: string, tenant?: string): number {
    return this.#get(tenant === undefined ? origin : tenantKey(origin, tenant));
  }

  #get(key: string): number {
    return this.#spent.get(key) ?? 0;
  }

  #lower(key: string, amount: number): void {
    const left = this.#get(key) - amount;
    if (left > 0) this.#spent.set(key, left);
    else this.#spent.delete(key);
  }
}

function tenantKey(origin: string, tenant: string): string {
  return `${origin} ${tenant}`;
}
