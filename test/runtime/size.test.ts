import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 29, generated: 32.9, everything: 48.5 } as const;

/** kB that a feature adds to the smallest program. */
const featureBounds: Readonly<Record<string, number>> = {
  "rate limit": 1,
  "circuit breaker": 2.4,
  pagination: 0.25,
  "OAuth client credentials": 3.4,
  "JSON body": 0.1,
  "form body": 0.35,
  "multipart body": 1.4,
  "event stream": 1.5,
  downloads: 1.1,
  "typed headers": 0.35,
  "deprecation notices": 0.55,
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
