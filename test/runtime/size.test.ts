import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 15.36, generated: 24.62, everything: 55.9 } as const;

/** kB that a feature adds. */
const featureBounds: Readonly<Record<string, number>> = {
  "static credentials": 1.68,
  concurrency: 3.75,
  "rate limit": 0.98,
  "circuit breaker": 1.96,
  pagination: 0.86,
  "pages in the body, with a total": 1.1,
  "coerced values": 1.08,
  "OAuth client credentials": 3.26,
  "rate limit feedback": 0.42,
  "error rules": 0.42,
  "calls that change something": 0.33,
  "idempotency keys": 0.55,
  "server variables": 0.46,
  telemetry: 1.47,
  "log lines": 2.4,
  "call attributes": 0.19,
  "version echo": 0.11,
  validation: 0.87,
  "a shared rate store": 1.31,
  "query parameters": 0.59,
  "header parameters": 0.36,
  "JSON body": 0.32,
  "form body": 0.88,
  "multipart body": 1.17,
  "styles in a multipart body": 0.31,
  "key deep in the body": 0.55,
  "proof by repetition": 0.08,
  "comparison of bodies": 0.55,
  "buffered streams": 0.58,
  "queue timeout": 0.17,
  // It reads all formats but the two usual ones.
  "waits in texts": 0.61,
  "kept answers": 1.22,
  "answers without asking": 0.37,
  "answers in a shared store": 0.56,
  "waits for what was started": 1.48,
  batches: 1.5,
  "results by item": 0.37,
  "event stream": 1.37,
  downloads: 1.21,
  "typed headers": 0.26,
  "deprecation notices": 0.79,
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
