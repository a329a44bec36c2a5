/** How much may be spent on retries before calls have to succeed again. */
interface RetryAllowance {
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
    const payers = payersOf(origin, tenant);
    const most = [allowance.capacity, allowance.tenantCapacity];
    if (payers.some((payer, index) => this.#get(payer) + cost > most[index]!)) return false;
    for (const payer of payers) this.#spent.set(payer, this.#get(payer) + cost);
    return true;
  }

  /** After a success: gives back `paid`, the sum of what this call spent, or a little when it spent nothing. */
  refund(origin: string, tenant: string | undefined, paid: number): void {
    if (this.#spent.size === 0) return;
    for (const payer of payersOf(origin, tenant)) {
      const left = this.#get(payer) - Math.max(paid, FIRST_TRY_REFUND);
      if (left > 0) this.#spent.set(payer, left);
      else this.#spent.delete(payer);
    }
  }

  #get(payer: string): number {
    return this.#spent.get(payer) ?? 0;
  }
}

/** The origin, and the tenant there. */
function payersOf(origin: string, tenant: string | undefined): readonly string[] {
  return tenant === undefined ? [origin] : [origin, `${origin} ${tenant}`];
}
