/** `npm run sim:metastable`: an outage of ten seconds, seen by the provider and by its callers, second by second. */
import { simulateOutage } from "./outage.ts";
import { couplet, naive } from "./outage-policies.ts";

const { circuitBreaker: _breaker, ...unguarded } = couplet;

for (const [name, policy] of Object.entries({ couplet, "without breaker": unguarded, "naive retries": naive })) {
  const { sent, done, recovery, amplification } = await simulateOutage(policy, 40);
  console.log(`${name}: recovery ${recovery ?? "not within 25"} s, amplification ${amplification.toFixed(2)}`);
  console.log(`  sent ${sent.join(" ")}`);
  console.log(`  done ${done.join(" ")}`);
}
