import { describe, expect, test } from "vitest";
import { RetryBudget } from "../../runtime/retry-budget.ts";

const allowance = { capacity: 500, tenantCapacity: 100 };
const origin = "https://api.pay.example";

/** What is spent and not given back: the least capacity that leaves nothing over. */
function spent(budget: RetryBudget, tenant?: string): number {
  const most = Number.POSITIVE_INFINITY;
  for (let least = 0; ; least++) {
    const allowed =
      tenant === undefined ? { capacity: least, tenantCapacity: most } : { capacity: most, tenantCapacity: least };
    if (budget.spend(origin, tenant, 0, allowed)) return least;
  }
}

describe("RetryBudget", () => {
  test("allows 100 retries in a row while nothing succeeds", () => {
    const budget = new RetryBudget();
    let granted = 0;
    while (budget.spend(origin, undefined, 5, allowance)) granted++;
    expect(granted).toBe(100);
    expect(budget.spend("https://other.example", undefined, 5, allowance)).toBe(true);
  });

  test("a call that finally succeeds gives back all it paid, so random faults never drain it", () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 10_000; call++) {
      expect(budget.spend(origin, "m1", 5, allowance)).toBe(true);
      expect(budget.spend(origin, "m1", 10, allowance)).toBe(true);
      budget.refund(origin, "m1", 15);
    }
    expect(spent(budget)).toBe(0);
    expect(spent(budget, "m1")).toBe(0);
  });

  test("a first success heals a little of what failed calls cost", () => {
    const budget = new RetryBudget();
    budget.spend(origin, undefined, 5, allowance);
    budget.refund(origin, undefined, 0);
    expect(spent(budget)).toBe(4);
    for (let call = 0; call < 10; call++) budget.refund(origin, undefined, 0);
    expect(spent(budget)).toBe(0);
  });

  test("one tenant's failures do not take the others' retries", () => {
    const budget = new RetryBudget();
    let granted = 0;
    while (budget.spend(origin, "broken", 5, allowance)) granted++;
    expect(granted).toBe(20);
    expect(spent(budget)).toBe(100);
    expect(budget.spend(origin, "healthy", 5, allowance)).toBe(true);
  });

  test("a refused retry pays nothing, neither here nor there", () => {
    const budget = new RetryBudget();
    expect(budget.spend(origin, "m1", 101, allowance)).toBe(false);
    expect(budget.spend(origin, "m1", 60, { capacity: 50, tenantCapacity: 100 })).toBe(false);
    expect([spent(budget), spent(budget, "m1")]).toEqual([0, 0]);
  });
});
