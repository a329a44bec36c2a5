import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffDelay } from "../../runtime/backoff.ts";
import type { Backoff } from "../../runtime/descriptor.ts";

const base: Backoff = {
  strategy: "exponential",
  initial: 300,
  multiplier: 2,
  max: 8_000,
  jitter: "none",
  throttled: 1_000,
};
const delays = (backoff: Backoff, throttled = false, random = 0.5, count = 7) =>
  Array.from({ length: count }, (_, index) => backoffDelay(backoff, index + 1, throttled, random));

test.each<[string, number[], number[]]>([
  ["exponential", delays(base), [300, 600, 1_200, 2_400, 4_800, 8_000, 8_000]],
  ["after throttling", delays(base, true), [1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]],
  ["constant", delays({ ...base, strategy: "constant" }), [300, 300, 300, 300, 300, 300, 300]],
  ["full jitter", delays({ ...base, jitter: "full" }, false, 0.5, 3), [150, 300, 600]],
  ["full jitter reaches zero", delays({ ...base, jitter: "full" }, false, 0, 2), [0, 0]],
  ["equal jitter", delays({ ...base, jitter: "equal" }, false, 0, 3), [150, 300, 600]],
  ["a thousand retries", [backoffDelay(base, 5_000, false, 0)], [8_000]],
])("%s", (_, given, want) => {
  expect(given).toEqual(want);
});

test("with any jitter the delay lies between nothing and the ceiling", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("full" as const, "equal" as const, "none" as const),
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (jitter, retry, random) => {
        const delay = backoffDelay({ ...base, jitter }, retry, false, random);
        const ceiling = backoffDelay(base, retry, false, 0);
        expect(delay).toBeGreaterThanOrEqual(jitter === "full" ? 0 : jitter === "equal" ? ceiling / 2 : ceiling);
        expect(delay).toBeLessThanOrEqual(ceiling);
      },
    ),
  );
});
