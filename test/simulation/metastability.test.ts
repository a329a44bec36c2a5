/** runtime.md 4.6: what an outage leaves behind. `npm run sim:metastable` shows the figures. */
import { expect, test } from "vitest";
import { simulateOutage } from "./outage.ts";
import { couplet, naive } from "./outage-policies.ts";

test("calls succeed again within 5 s of an outage, and the provider never sees more than 1.2 times the usual", async () => {
  const { recovery, amplification, done } = await simulateOutage(couplet, 24);
  expect(done[4]).toBeGreaterThan(700);
  expect(recovery).toBeLessThanOrEqual(5);
  expect(amplification).toBeLessThanOrEqual(1.2);
}, 120_000);

test("without retry budget, bulkhead and breaker they do not in 9 s", async () => {
  const { recovery, amplification } = await simulateOutage(naive, 24);
  expect(recovery).toBeUndefined();
  expect(amplification).toBeGreaterThan(1.2);
}, 120_000);
