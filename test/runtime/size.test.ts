import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 18.8, generated: 27.65, everything: 56.4 } as const;

/** kB that a feature adds. */
const featureBounds: Readonly<Record<string, number>> = {
  "static credentials": 3.65,
  "rate limit": 2.25,
  "circuit breaker": 1.87,
  pagination: 0.86,
  "pages in the body, with a total": 1.13,
  "coerced values": 1.37,
  "OAuth client credentials": 4,
  "rate limit feedback": 0.5,
  "error rules": 0.5,
  "calls that change something": 0.5,
  "idempotency keys": 0.6,
  "server variables": 0.55,
  telemetry: 1.63,
  "log lines": 2.6,
  validation: 0.89,
  "a shared rate store": 0.75,
  "query parameters": 0.58,
  "header parameters": 0.37,
  "JSON body": 0.32,
  "form body": 0.85,
  "multipart body": 1.55,
  "key deep in the body": 0.85,
  "proof by repetition": 0.1,
  "comparison of bodies": 0.55,
  "buffered streams": 0.57,
  "queue timeout": 0.2,
  // It reads all formats but the two usual ones.
  "waits in texts": 0.6,
  "kept answers": 1.29,
  "answers without asking": 0.3,
  "answers in a shared store": 0.6,
  "waits for what was started": 1.51,
  batches: 1.46,
  "results by item": 0.36,
  "event stream": 1.41,
  downloads: 1.23,
  "typed headers": 0.35,
  "deprecation notices": 0.86,
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

  test.each([...withFeature])("%s", async (name, { program, without }) => {
    const [base, more] = await Promise.all([bundleSize(without), bundleSize(program)]);
    expect((more.gzip - base.gzip) / 1000).toBeLessThan(featureBounds[name]!);
  });
});
