import { describe, expect, test } from "vitest";
import { bundleSize } from "./bundle-size.ts";
import { everything, generated, smallest, withFeature } from "./size-programs.ts";

/** kB, minified and gzipped: what was reached, and a little air. Whoever needs more says why. */
const bounds = { smallest: 15.09, generated: 24.24, everything: 54.22 } as const;

/** kB that a feature adds. */
const featureBounds: Readonly<Record<string, number>> = {
  "static credentials": 1.67,
  concurrency: 3.61,
  "rate limit": 0.98,
  "circuit breaker": 1.95,
  pagination: 0.84,
  "pages in the body, with a total": 1.08,
  "coerced values": 1.06,
  "OAuth client credentials": 3,
  "rate limit feedback": 0.42,
  "error rules": 0.42,
  "calls that change something": 0.33,
  "idempotency keys": 0.55,
  "server variables": 0.46,
  telemetry: 1.46,
  "log lines": 2.39,
  "call attributes": 0.2,
  "version echo": 0.12,
  validation: 0.85,
  "a shared rate store": 0.67,
  "query parameters": 0.58,
  "header parameters": 0.35,
  "JSON body": 0.32,
  "form body": 0.87,
  "multipart body": 1.16,
  "styles in a multipart body": 0.29,
  "key deep in the body": 0.53,
  "proof by repetition": 0.09,
  "comparison of bodies": 0.54,
  "buffered streams": 0.57,
  "queue timeout": 0.17,
  // It reads all formats but the two usual ones.
  "waits in texts": 0.6,
  "kept answers": 1.2,
  "answers without asking": 0.35,
  "answers in a shared store": 0.55,
  "waits for what was started": 1.45,
  batches: 1.49,
  "results by item": 0.35,
  "event stream": 1.36,
  downloads: 1.19,
  "typed headers": 0.25,
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
