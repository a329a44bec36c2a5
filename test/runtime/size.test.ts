import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 15.23, generated: 24.36, everything: 53.99 } as const;

/** kB that a feature adds. */
const featureBounds: Readonly<Record<string, number>> = {
  "static credentials": 1.67,
  concurrency: 3.62,
  "rate limit": 0.97,
  "circuit breaker": 1.95,
  pagination: 0.84,
  "pages in the body, with a total": 1.08,
  "coerced values": 1.06,
  "OAuth client credentials": 3,
  "rate limit feedback": 0.42,
  "error rules": 0.42,
  "calls that change something": 0.31,
  "idempotency keys": 0.56,
  "server variables": 0.46,
  telemetry: 1.62,
  "log lines": 2.55,
  "call attributes": 0.18,
  "version echo": 0.1,
  validation: 0.85,
  "a shared rate store": 0.65,
  "query parameters": 0.59,
  "header parameters": 0.37,
  "JSON body": 0.33,
  "form body": 0.85,
  "multipart body": 1.15,
  "styles in a multipart body": 0.3,
  "key deep in the body": 0.53,
  "proof by repetition": 0.09,
  "comparison of bodies": 0.53,
  "buffered streams": 0.56,
  "queue timeout": 0.18,
  // It reads all formats but the two usual ones.
  "waits in texts": 0.6,
  "kept answers": 1.2,
  "answers without asking": 0.35,
  "answers in a shared store": 0.54,
  "waits for what was started": 1.43,
  batches: 1.48,
  "results by item": 0.35,
  "event stream": 1.35,
  downloads: 1.19,
  "typed headers": 0.26,
  "deprecation notices": 0.77,
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
