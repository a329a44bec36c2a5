import { expect, test } from "vitest";
import { policyOf } from "./harness.ts";
import { keyRows } from "./key-table.ts";

/** Where the word of another tool is written, the word, and what the fix must name. */
const foreign: readonly [where: string, word: string, here: string][] = [
  ["defaults.retry", "num_retries", "`retry.maxAttempts`"],
  ["defaults.retry", "max_retries", "`retry.maxAttempts`"],
  ["defaults.retry", "stopAfterAttempt", "`retry.maxAttempts`"],
  ["defaults.retry", "statusCodes", "`retry.on`"],
  ["defaults.retry", "status_forcelist", "`retry.on`"],
  ["defaults.retry", "retryConnectionErrors", "`retry.on`"],
  ["defaults.retry", "respectRetryAfter", "`retry.retryAfter`"],
  ["defaults.retry", "maxElapsedTime", "`timeouts.deadline`"],
  ["defaults.retry", "backoffMs", "`backoff.initial`"],
  ["defaults.retry.backoff", "initialInterval", "`backoff.initial`"],
  ["defaults.retry.backoff", "maxInterval", "`backoff.max`"],
  ["defaults.retry.backoff", "exponent", "`backoff.multiplier`"],
  ["defaults.retry.backoff", "randomizationFactor", "`backoff.jitter`"],
  ["defaults", "timeout_ms", "`timeouts`"],
  ["defaults", "rate_limit", "`rateLimits`"],
  ["defaults", "circuit_breaker", "`circuitBreaker`"],
  ["defaults", "idempotency_key", "`idempotency.key`"],
  ["defaults", "maxInFlight", "`concurrency.max`"],
  ["defaults", "bulkhead", "`concurrency`"],
  ["defaults.timeouts", "connectionTimeout", "`timeouts.connect`"],
  ["defaults.timeouts", "per_try_timeout", "`timeouts.attempt`"],
  ["defaults.circuitBreaker", "failureRateThreshold", "`circuitBreaker.failureRate`"],
  ["defaults.circuitBreaker", "failureThreshold", "`circuitBreaker.consecutive`"],
  ["defaults.circuitBreaker", "resetTimeout", "`circuitBreaker.openFor`"],
  ["defaults.circuitBreaker", "volumeThreshold", "`circuitBreaker.minRequests`"],
  ["defaults.circuitBreaker", "open_for", "`openFor`"],
  ["rateLimits.a", "rps", "`limit: { amount: …, per: 1s }`"],
  ["rateLimits.a", "rpm", "`limit: { amount: …, per: 1m }`"],
  ["rateLimits.a", "burst", "`capacity`"],
  ["rateLimits.a", "refillRate", "`refill: { amount: …, per: … }`"],
  ["paginators.a", "page_size", "`pageSize`"],
  ["paginators.a", "perPage", "`pageSize`"],
  ["paginators.a", "has_next", "`hasMore`"],
  ["paginators.a", "nextPageToken", "`cursor: { from: … }`"],
  ["paginators.a", "results", "`items`"],
  ["operations.a.polling.every", "factor", "`multiplier`"],
  ["operations.a", "poll", "`polling`"],
  ["webhooks.signature", "algorithm", "`hash`"],
  ["webhooks.signature", "signingSecret", "`key: { credential: … }`"],
  ["auth", "apiKey", "`credentials`"],
  ["auth", "token_url", "`tokenUrl`"],
  ["", "retry", "`defaults`"],
  ["", "baseUrl", "`servers`"],
];

async function fixOf(where: string, word: string): Promise<string> {
  const keys = where === "" ? [] : where.split(".");
  const policy = `policy: "1.0"\n${keys.map((key) => `${key}: { `).join("")}${word}: 5${" }".repeat(keys.length)}\n`;
  const found = (await policyOf(policy)).diagnostics.filter(({ code }) => code === "P002");
  expect(found).toHaveLength(1);
  expect(found[0]?.message).toContain(`unknown key \`${word}\``);
  return found[0]?.fix ?? "";
}

test.each(foreign)("%s: %s", async (where, word, here) => expect(await fixOf(where, word)).toContain(here));

test("a fix tells people to write words of the language only", async () => {
  const rows = keyRows();
  const words = new Set([
    ...rows.flatMap(({ path }) => path.replaceAll("[]", "").split(".")),
    ...rows.flatMap(
      ({ node }) =>
        JSON.stringify(node, (key, value: unknown) => (key === "description" ? undefined : value)).match(
          /[A-Za-z]+/g,
        ) ?? [],
    ),
  ]);
  const fixes = await Promise.all(foreign.map(([where, word]) => fixOf(where, word)));
  const told = fixes.flatMap((fix) => [...fix.matchAll(/`([A-Za-z.]+)/g)].flatMap(([, path]) => path!.split(".")));
  expect(told.length).toBeGreaterThan(foreign.length);
  expect(told.filter((word) => !words.has(word))).toEqual([]);
});
