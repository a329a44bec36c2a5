import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 25, generated: 29.3, everything: 52.2 } as const;

/** kB that a feature adds to the smallest program. */
const featureBounds: Readonly<Record<string, number>> = {
  "rate limit": 1.05,
  "circuit breaker": 2.3,
  pagination: 1.1,
  "pages in the body, with a total": 1.4,
  "coerced values": 1.5,
  "OAuth client credentials": 4.4,
  "rate limit feedback": 1.4,
  "error rules": 0.45,
  "idempotency keys": 0.55,
  "server variables": 0.5,
  telemetry: 2.15,
  "log lines": 3.1,
  validation: 0.9,
  "a shared rate store": 0.7,
  "query parameters": 0.45,
  "header parameters": 0.2,
  "JSON body": 0.1,
  "form body": 0.95,
  "multipart body": 1.65,
  "event stream": 1.8,
  downloads: 1.4,
  "typed headers": 0.35,
  "deprecation notices": 0.9,
};

describe("bundles of clients stay small", () => {
  test.each(Object.entries({ smallest, generated, everything }))("%s", async (name, program) => {
    const { gzip } = await bundleSize(program);
    expect(gzip / 1000).toBeLessThan(bounds[name as keyof typeof bounds]);
    // A bundle that has lost its runtime would be small too.
    expect(gzip / 1000).toBeGreaterThan(0.7 * bounds[name as keyof typeof bounds]);
  });

  test("every feature has its bound", () => {
    expect(Object.keys(featureBounds)).toEqual([...withFeature.keys()]);
  });

  test.each([...withFeature])("%s", async (name, program) => {
    const [base, more] = await Promise.all([bundleSize(smallest), bundleSize(program)]);
    expect((more.gzip - base.gzip) / 1000).toBeLessThan(featureBounds[name]!);
  });
});
